-- Which coverage covers the whole window, for the patients for whom it is not the same as for
-- everyone: those with coverage of their own, and those born after a coverage began, whose days
-- before birth need none.
WITH own AS (
  SELECT silence.silence, coverage.patient_no, coverage.coverage_id, silence.first, silence.last,
    since, until
  FROM coverage
  JOIN silence USING (kind)
  WHERE coverage.patient_no BETWEEN $first_patient AND $last_patient
),
everyones AS (
  SELECT silence.silence, coverage.coverage_id, silence.first, silence.last, since, until
  FROM coverage
  JOIN silence USING (kind)
  WHERE coverage.patient_no IS NULL
),
apart AS (
  SELECT silence, patient_no FROM own
  UNION
  SELECT everyones.silence, patient.patient_no
  FROM patient
  JOIN everyones ON patient.birth_lo >= everyones.since
  WHERE everyones.since > everyones.first AND everyones.last <= everyones.until
    AND patient.patient_no BETWEEN $first_patient AND $last_patient
),
covering AS (
  SELECT apart.silence, apart.patient_no, everyones.coverage_id
  FROM apart
  JOIN patient USING (patient_no)
  JOIN everyones
    ON everyones.silence = apart.silence
    AND everyones.since <= greatest(everyones.first, patient.birth_lo)
    AND everyones.last <= everyones.until
  UNION ALL
  SELECT own.silence, own.patient_no, own.coverage_id
  FROM own
  JOIN patient USING (patient_no)
  WHERE own.since <= greatest(own.first, patient.birth_lo) AND own.last <= own.until
)
SELECT
  apart.silence,
  apart.patient_no,
  coalesce(
    list_sort(list(coverage_id) FILTER (WHERE coverage_id IS NOT NULL)), CAST([] AS INTEGER[])
  ) AS coverage
FROM apart
LEFT JOIN covering USING (silence, patient_no)
GROUP BY apart.silence, apart.patient_no
