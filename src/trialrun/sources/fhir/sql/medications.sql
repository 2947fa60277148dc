-- What was read of requests, statements and administrations -> staged medications.

CREATE VIEW staged_medication AS
SELECT
  patient_id,
  coalesce(medicine.concept_key, found.concept_key, medication_name(medicine.medication.display))
    AS concept_key,
  start_lo, start_hi, end_lo, end_hi,
  medicine.ref,
  route,
  finite(medicine.dose.value * coalesce(times, timing_per_day)) AS daily_dose,
  unit_of(medicine.dose) AS dose_unit,
  basis,
  coalesce(medicine.place, medicine.ref) AS place
FROM (
  SELECT * FROM read_medication_request
  UNION ALL SELECT * FROM read_medication_statement
  UNION ALL SELECT * FROM read_medication_administration
) AS medicine
LEFT JOIN (SELECT ref AS medication_ref, concept_key FROM read_medication WHERE ignored IS NULL)
  AS found ON medication_ref = medication_of(medicine.medication.reference)
LEFT JOIN route_meaning USING (route_key)
LEFT JOIN timing_meaning USING (timing_key)
WHERE medicine.ignored IS NULL
