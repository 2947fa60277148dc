-- Why there is no value in the window, for the patients of whom more can be said than that there
-- is no record. Parts are gathered as bits, because a group per patient is much cheaper than one
-- per patient and part. Views: measured_row.
WITH held AS (
  SELECT
    patient_no,
    bit_or(1::UBIGINT << part) FILTER (WHERE has_value AND is_possible) AS chosen,
    bit_or(1::UBIGINT << part) FILTER (WHERE has_value AND start_lo <= index) AS earlier,
    bit_or(1::UBIGINT << part) FILTER (WHERE is_possible) AS blank
  FROM measured_row
  WHERE patient_no BETWEEN $first_patient AND $last_patient
  GROUP BY patient_no
)
SELECT
  part,
  patient_no,
  CASE WHEN (coalesce(earlier, 0) >> part) & 1 = 1 THEN 12 ELSE 11 END AS gap
FROM held, part
WHERE (coalesce(chosen, 0) >> part) & 1 = 0
  AND ((coalesce(earlier, 0) | coalesce(blank, 0)) >> part) & 1 = 1
