-- The days by which `latest` and `first` choose rows, per patient; NULL where no row is for sure in
-- the window. Steps: window_row.
SELECT
  part,
  patient_no,
  max(start_lo) FILTER (WHERE is_sure) AS latest_lo,
  min(start_hi) FILTER (WHERE is_sure) AS first_hi,
  min(start_lo) FILTER (WHERE is_sure) AS first_lo
FROM window_row
JOIN part USING (part)
WHERE part.selector IN ('latest', 'first')
GROUP BY part, patient_no
