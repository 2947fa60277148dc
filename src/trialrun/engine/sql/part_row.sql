-- The rows that a part means: those in the window, of `latest` and `first` those that may be it.
-- *Tied* are the rows that are it for sure; `day` is the one that counts, NULL if none is sure.
-- A coded or written value that the value set's ordinals know is a number.
-- Parameters: ordinal_concept, ordinal_text. Views: measured_row. Steps: part_overview.
SELECT
  r.*,
  CASE r.selector WHEN 'first' THEN days.first_lo ELSE days.latest_lo END AS day,
  CASE r.selector
    WHEN 'latest' THEN r.start_lo = days.latest_lo AND r.start_hi = days.latest_lo
    WHEN 'first' THEN r.start_lo = days.first_hi AND r.start_hi = days.first_hi
  END AS is_tied,
  CASE
    WHEN coalesce(coded.place, 1000000) <= coalesce(written.place, 1000000) THEN coded.number
    ELSE written.number
  END AS ordinal,
  coalesce(r.value_lo, ordinal) AS lo,
  CASE WHEN r.value_lo IS NULL THEN ordinal ELSE r.value_hi END AS hi
FROM measured_row AS r
JOIN part_overview AS days USING (part, patient_no)
LEFT JOIN ordinal_concept AS coded
  ON coded.part = r.part AND coded.concept_id = r.value_concept_id
LEFT JOIN ordinal_text AS written
  ON written.part = r.part AND written.text = stripped(r.value_text)
WHERE r.has_value AND r.is_possible
  AND CASE r.selector
    WHEN 'latest' THEN days.latest_lo IS NULL OR r.start_hi >= days.latest_lo
    WHEN 'first' THEN days.first_hi IS NULL OR r.start_lo <= days.first_hi
    ELSE TRUE
  END
