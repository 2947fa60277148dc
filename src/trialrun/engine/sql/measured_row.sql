-- The measurements that a part may mean, each once per part. Parameters: part, part_concept.
SELECT
  part.*,
  m.patient_no,
  m.row_id,
  m.start_lo,
  m.start_hi,
  coalesce(m.unit_id, -1) AS unit_id,
  m.value_lo,
  m.value_hi,
  m.lo_open,
  m.hi_open,
  m.ref_lo,
  m.ref_hi,
  m.polarity,
  m.abnormal,
  m.value_concept_id,
  m.value_text,
  (
    m.value_lo IS NOT NULL OR m.polarity IS NOT NULL OR m.abnormal IS NOT NULL
    OR m.value_concept_id IS NOT NULL OR m.value_text IS NOT NULL
  ) AS has_value,
  m.start_lo >= part.first AND m.start_hi <= part.last AS is_sure,
  m.start_lo <= part.last AND m.start_hi >= part.first AS is_possible
FROM measurement AS m
JOIN part_concept USING (concept_id)
JOIN part USING (part)
