-- What there is of a measurement, per patient: the days that decide which rows are meant, and why
-- there may be none. Views: measured_row.
SELECT
  part,
  patient_no,
  max(start_lo) FILTER (WHERE has_value AND is_sure) AS latest_lo,
  min(start_hi) FILTER (WHERE has_value AND is_sure) AS first_hi,
  min(start_lo) FILTER (WHERE has_value AND is_sure) AS first_lo,
  CASE
    WHEN bool_or(has_value AND is_possible) THEN 1
    WHEN bool_or(has_value AND start_lo <= index) THEN 12
    WHEN bool_or(is_possible) THEN 11
    ELSE 13
  END AS gap
FROM measured_row
WHERE patient_no BETWEEN $first_patient AND $last_patient
GROUP BY part, patient_no
