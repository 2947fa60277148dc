-- Whether the medicines taken, and their doses, are the same on every day of a window. A day on
-- which something is not taken is the window's first, or follows one on which a row ended, so those
-- days are looked at.
-- Parameters: unchanged, dosed_concept, dose_scale. Views: record_row.
-- Steps: unread_row, covered. Before: silent.
WITH taken AS (
  SELECT
    asked.leaf,
    asked.first,
    asked.last,
    r.patient_no,
    r.row_id,
    r.concept_id,
    r.start_lo,
    r.start_hi,
    r.end_lo,
    r.end_hi,
    r.start_hi <= asked.last AND r.end_lo >= asked.first AS in_window,
    unit.scale,
    printf('%.11e', r.daily_dose * unit.factor) AS dose,
    min(unit.scale) OVER same_medicine < max(unit.scale) OVER same_medicine AS incomparable,
    CASE
      WHEN NOT in_window AND r.start_hi <= asked.last THEN gap_end_not_recorded()
      WHEN NOT in_window THEN gap_date_imprecise()
      WHEN dose IS NULL THEN gap_dose_not_recorded()
      WHEN incomparable THEN gap_unit_not_comparable()
    END AS reason
  FROM record_row AS r
  JOIN dosed_concept USING (kind, concept_id)
  JOIN unchanged AS asked USING (leaf)
  JOIN dose_scale AS unit ON unit.unit_id = r.dose_unit_id
  WHERE r.patient_no BETWEEN $first_patient AND $last_patient
    AND r.start_lo <= asked.last AND r.end_hi >= asked.first
  WINDOW same_medicine AS (PARTITION BY asked.leaf, r.patient_no, r.concept_id)
),
day AS (
  SELECT leaf, patient_no, first AS day FROM taken
  UNION
  SELECT leaf, patient_no, end_lo + 1 FROM taken WHERE end_lo + 1 BETWEEN first AND last
  UNION
  SELECT leaf, patient_no, end_hi + 1 FROM taken WHERE end_hi + 1 BETWEEN first AND last
),
-- A medicine with its dose, and (NULL) the medicine whatever its dose.
thing AS (
  SELECT DISTINCT leaf, patient_no, concept_id, scale, dose FROM taken WHERE dose IS NOT NULL
  UNION ALL
  SELECT DISTINCT leaf, patient_no, concept_id, NULL, NULL FROM taken
),
daily AS (
  SELECT
    leaf,
    patient_no,
    concept_id,
    thing_scale,
    thing_dose,
    day,
    bool_or(is_it AND start_hi <= day AND end_lo >= day) AS sure,
    bool_or(may_be_it AND start_lo <= day AND end_hi >= day) AS possible,
    bool_or(is_it AND in_window) AS some_day
  FROM (
    SELECT
      taken.*,
      thing.scale AS thing_scale,
      thing.dose AS thing_dose,
      thing.dose IS NULL OR coalesce(taken.dose = thing.dose AND taken.scale = thing.scale, FALSE)
        AS is_it,
      is_it OR taken.dose IS NULL OR taken.scale <> thing.scale AS may_be_it
    FROM thing
    JOIN taken USING (leaf, patient_no, concept_id)
  )
  JOIN day USING (leaf, patient_no)
  GROUP BY leaf, patient_no, concept_id, thing_scale, thing_dose, day
),
steady AS (
  SELECT
    leaf,
    patient_no,
    thing_dose IS NULL OR bool_and(sure) AS always,
    bool_or(some_day) AND NOT bool_and(possible) AS changes
  FROM daily
  GROUP BY leaf, patient_no, concept_id, thing_scale, thing_dose
),
compared AS (
  SELECT leaf, patient_no, bool_and(always) AS same, bool_or(changes) AS differs
  FROM steady
  GROUP BY leaf, patient_no
),
gathered AS (
  SELECT
    leaf,
    patient_no,
    list_sort(list(row_id)) AS rows,
    min(reason) AS reason,
    bool_and(dose IS NOT NULL) AS comparable
  FROM taken
  GROUP BY leaf, patient_no
),
weighed AS (
  SELECT
    leaf,
    patient_no,
    rows,
    unread_rows,
    reason,
    coalesce(silent.coverage, asked.coverage) AS covering,
    CASE
      WHEN differs THEN 'changed'
      WHEN NOT (same AND comparable) THEN 'uncertain'
      WHEN unread_rows IS NOT NULL THEN 'not understood'
      WHEN asked.is_open THEN 'open'
      WHEN len(covering) = 0 THEN 'not covered'
      ELSE 'same'
    END AS finding,
    asked.until
  FROM compared
  JOIN gathered USING (leaf, patient_no)
  FULL JOIN silent USING (leaf, patient_no)
  JOIN unchanged AS asked USING (leaf)
)
SELECT
  leaf,
  patient_no,
  CASE finding WHEN 'changed' THEN FALSE WHEN 'same' THEN TRUE END AS truth,
  list_sort(
    CASE finding WHEN 'not understood' THEN list_concat(rows, unread_rows) ELSE rows END
  ) AS rows,
  CASE finding
    WHEN 'uncertain' THEN coalesce(reason, gap_date_imprecise())
    WHEN 'not understood' THEN gap_code_not_understood()
    WHEN 'open' THEN gap_list_open()
    WHEN 'not covered' THEN gap_not_covered()
  END AS gap,
  CASE WHEN finding = 'same' THEN covering END AS coverage,
  CASE WHEN finding IN ('changed', 'same') THEN until END AS until
FROM weighed
