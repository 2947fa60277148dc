-- Tests of values that there are not. Steps: part_missing.
SELECT
  test, patient_no, NULL::BOOLEAN AS truth, NULL::BIGINT[] AS rows, gap, NULL::DATE AS until
FROM part_missing
JOIN {tests} USING (part)
