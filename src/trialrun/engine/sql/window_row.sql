-- The measurements with a value in the window of a part, for sure or perhaps. A coded or written
-- value that the value set's ordinals know is a number. Parameters: ordinal_concept, ordinal_text.
-- Views: measured_row.
SELECT
  r.part,
  r.patient_no,
  r.row_id,
  r.start_lo,
  r.start_hi,
  r.is_sure,
  r.unit_id,
  CASE
    WHEN coalesce(coded.place, 1000000) <= coalesce(written.place, 1000000) THEN coded.number
    ELSE written.number
  END AS ordinal,
  coalesce(r.value_lo, ordinal) AS lo,
  CASE WHEN r.value_lo IS NULL THEN ordinal ELSE r.value_hi END AS hi,
  r.lo_open,
  r.hi_open,
  r.ref_lo,
  r.ref_hi,
  r.polarity,
  r.abnormal
FROM measured_row AS r
LEFT JOIN ordinal_concept AS coded
  ON coded.part = r.part AND coded.concept_id = r.value_concept_id
LEFT JOIN ordinal_text AS written
  ON written.part = r.part AND written.text = stripped(r.value_text)
WHERE r.has_value AND r.is_possible
  AND r.patient_no BETWEEN $first_patient AND $last_patient
