-- The rows that `latest` and `first` mean: those that may be it. *Tied* are the rows that are it
-- for sure; `day` is the one that counts, NULL if none is sure. Steps: window_row, part_overview.
SELECT
  r.*,
  CASE part.selector WHEN 'latest' THEN days.latest_lo ELSE days.first_lo END AS day,
  CASE part.selector
    WHEN 'latest' THEN r.start_lo = days.latest_lo AND r.start_hi = days.latest_lo
    ELSE r.start_lo = days.first_hi AND r.start_hi = days.first_hi
  END AS is_tied
FROM window_row AS r
JOIN part USING (part)
JOIN part_overview AS days USING (part, patient_no)
WHERE CASE part.selector
  WHEN 'latest' THEN days.latest_lo IS NULL OR r.start_hi >= days.latest_lo
  ELSE days.first_hi IS NULL OR r.start_lo <= days.first_hi
END
