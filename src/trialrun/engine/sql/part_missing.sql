-- Why there is no value in the window, for the patients of whom more can be said than that there
-- is no record. Parts are gathered as bits of words, three a part (a value in the window; one
-- before; no value in the window), because one group per patient and word is much cheaper than one
-- per patient and part. Views: measured_row.
WITH held AS (
  SELECT
    patient_no,
    part // 20 AS word,
    bit_or(
      CASE
        WHEN has_value AND is_possible THEN 1::UBIGINT
        WHEN has_value AND start_lo <= index THEN 2::UBIGINT
        WHEN is_possible THEN 4::UBIGINT
        ELSE 0::UBIGINT
      END << (3 * (part % 20))::UBIGINT
    ) AS found
  FROM measured_row
  WHERE patient_no BETWEEN $first_patient AND $last_patient
  GROUP BY patient_no, word
)
SELECT
  part,
  patient_no,
  CASE WHEN here & 2 = 2 THEN gap_out_of_window() ELSE gap_no_value() END AS gap
FROM (
  SELECT part.part, patient_no, (found >> (3 * (part.part % 20))::UBIGINT) & 7::UBIGINT AS here
  FROM held
  JOIN part ON part.part // 20 = held.word
)
WHERE here IN (2, 4, 6)
