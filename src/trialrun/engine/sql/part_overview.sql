-- The days by which the rows of a part are chosen, per patient who has a value in the window, for
-- sure or perhaps; NULL where no row is for sure. Views: measured_row.
SELECT
  part,
  patient_no,
  max(start_lo) FILTER (WHERE is_sure) AS latest_lo,
  min(start_hi) FILTER (WHERE is_sure) AS first_hi,
  min(start_lo) FILTER (WHERE is_sure) AS first_lo
FROM measured_row
WHERE has_value AND is_possible AND patient_no BETWEEN $first_patient AND $last_patient
GROUP BY part, patient_no
