-- Immunization -> immunisation: a vaccination, on a day.
--
-- Only completed ones count. An occurrence in words happened on some day up to the one on which it
-- was recorded.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
vaccineCode JSON
patient STRUCT(reference VARCHAR)
occurrenceDateTime VARCHAR
recorded VARCHAR

-- @read
SELECT
  named('Immunization', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(patient.reference) AS patient_id,
  CASE
    WHEN status = 'entered-in-error' THEN 'entered in error'
    WHEN status = 'not-done' THEN 'not done'
  END AS ignored,
  odd_dates(unreadable(occurrenceDateTime) OR unreadable(recorded)) AS repaired,
  vaccineCode AS concept_key,
  day_lo(occurrenceDateTime) AS start_lo,
  day_hi(coalesce(occurrenceDateTime, recorded)) AS start_hi
FROM resource

-- @then
CREATE VIEW staged_immunisation AS
SELECT
  rowid + 1 AS seq, patient_id, concept_key, start_lo, start_hi, ref, coalesce(place, ref) AS place
FROM read_immunization
WHERE ignored IS NULL
