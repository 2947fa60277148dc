-- Why there is no value in the window, for the patients of whom more can be said than that there
-- is no record. Parts are gathered as bits of words, because one group per patient and word is
-- much cheaper than one per patient and part. Views: measured_row.
WITH held AS (
  SELECT
    patient_no,
    part // 60 AS word,
    bit_or(1::UBIGINT << (part % 60)) FILTER (WHERE has_value AND is_possible) AS chosen,
    bit_or(1::UBIGINT << (part % 60)) FILTER (WHERE has_value AND start_lo <= index) AS earlier,
    bit_or(1::UBIGINT << (part % 60)) FILTER (WHERE is_possible) AS blank
  FROM measured_row
  WHERE patient_no BETWEEN $first_patient AND $last_patient
  GROUP BY patient_no, word
)
SELECT
  part,
  patient_no,
  CASE WHEN (coalesce(earlier, 0) >> (part % 60)) & 1 = 1 THEN 12 ELSE 11 END AS gap
FROM held
JOIN part ON part.part // 60 = held.word
WHERE (coalesce(chosen, 0) >> (part % 60)) & 1 = 0
  AND ((coalesce(earlier, 0) | coalesce(blank, 0)) >> (part % 60)) & 1 = 1
