-- What was read of Observations and of answers to questionnaires, with what the values mean
-- -> measurements and findings.

CREATE VIEW observed AS
SELECT
  position + 1 AS seq,
  patient_id, concept_key, start_lo, start_hi, ref, coalesce(place, ref) AS place,
  -- 'ad' (as much as is needed to reach it) is no number at all.
  CASE WHEN comparator IS DISTINCT FROM 'ad' THEN number END AS number,
  comparator,
  range_lo, range_hi,
  value_concept_key,
  written, said, interpretation,
  written_lo, written_hi, written_lo_open, written_hi_open,
  coalesce(unit, written_unit) AS unit,
  coalesce(
    CASE said WHEN true THEN 'positive' WHEN false THEN 'negative' END,
    value_polarity, written_polarity, flag_polarity
  ) AS polarity,
  coalesce(flag_abnormal, written_abnormal) AS abnormal,
  value_polarity,
  coalesce(ref_lo, written_ref_lo) AS ref_lo,
  coalesce(ref_hi, written_ref_hi) AS ref_hi,
  is_panel,
  absent,
  number IS NOT NULL OR range_lo IS NOT NULL OR range_hi IS NOT NULL OR written IS NOT NULL
    OR said IS NOT NULL OR value_concept_key IS NOT NULL AS has_value
FROM (
  SELECT *, rowid AS position FROM read_observation WHERE ignored IS NULL
)
LEFT JOIN written_meaning USING (written)
LEFT JOIN value_meaning USING (value_concept_key)
LEFT JOIN flag_meaning USING (interpretation)
LEFT JOIN range_meaning USING (range_key);

CREATE VIEW staged_measurement AS
SELECT
  seq, patient_id, concept_key, start_lo, start_hi, ref, place,
  -- '<5' is everything below 5.
  CASE
    WHEN number IS NULL THEN coalesce(written_lo, range_bound(range_lo, range_hi, '-Infinity'))
    WHEN comparator IN ('<', '<=') THEN '-Infinity'::DOUBLE
    ELSE number
  END AS value_lo,
  CASE
    WHEN number IS NULL THEN coalesce(written_hi, range_bound(range_hi, range_lo, 'Infinity'))
    WHEN comparator IN ('>', '>=') THEN 'Infinity'::DOUBLE
    ELSE number
  END AS value_hi,
  coalesce(comparator = '>', written_lo_open, false) AS lo_open,
  coalesce(comparator = '<', written_hi_open, false) AS hi_open,
  unit, ref_lo, ref_hi, polarity, abnormal, value_concept_key,
  CASE WHEN written_lo IS NULL THEN written END AS value_text
FROM observed
WHERE has_value OR absent OR polarity IS NOT NULL OR NOT is_panel;

-- A coded value is a finding in itself. A value that only says whether (present, negative, yes) is
-- a finding of what was asked about. A code with any other value was looked at, and nobody said
-- whether it was found: present is NULL, so that silence is not read as an absence.
CREATE VIEW staged_finding AS
SELECT patient_id, concept_key, start_lo, start_hi, ref, place, polarity = 'positive' AS present
FROM observed
WHERE (polarity IS NOT NULL OR value_concept_key IS NOT NULL OR (absent AND NOT has_value))
  -- Follows from the line above; said of the row itself, it spares the rest the look at meanings.
  AND (said IS NOT NULL OR value_concept_key IS NOT NULL OR written IS NOT NULL
    OR interpretation IS NOT NULL OR absent)
UNION ALL
SELECT patient_id, value_concept_key, start_lo, start_hi, ref || '#value', place, true
FROM observed
WHERE value_concept_key IS NOT NULL AND value_polarity IS NULL;
