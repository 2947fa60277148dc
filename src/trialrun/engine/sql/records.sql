-- At least n records of one kind, in a value set and a window.
-- Parameters: recorded, recorded_concept, recorded_dose. Views: record_row.
-- Steps: unread_row, covered. Before: silent.
WITH matching AS (
  SELECT
    asked.leaf,
    r.patient_no,
    r.row_id,
    r.end_lo,
    CASE WHEN r.start_hi <= asked.last AND r.end_lo >= asked.first THEN TRUE END AS in_window,
    asked.route IS NULL OR r.route = asked.route AS route_fits,
    CASE
      WHEN NOT asked.asks_dose THEN TRUE
      ELSE passes(
        r.daily_dose, FALSE, r.daily_dose, FALSE,
        dose.lo_below, dose.lo_above, asked.lo_open, dose.hi_below, dose.hi_above, asked.hi_open
      )
    END AS dose_fits,
    in_window AND r.present AND route_fits AND dose_fits AS fits,
    CASE
      WHEN in_window IS NULL AND r.lasts AND r.start_hi <= asked.last THEN gap_end_not_recorded()
      WHEN in_window IS NULL THEN gap_date_imprecise()
      WHEN r.present IS NULL THEN gap_not_said()
      WHEN route_fits IS NULL THEN gap_route_not_recorded()
      WHEN r.daily_dose IS NULL THEN gap_dose_not_recorded()
      ELSE gap_unit_not_comparable()
    END AS reason
  FROM record_row AS r
  JOIN recorded_concept USING (kind, concept_id)
  JOIN recorded AS asked USING (leaf)
  LEFT JOIN recorded_dose AS dose ON dose.leaf = asked.leaf AND dose.unit_id = r.dose_unit_id
  WHERE r.patient_no BETWEEN $first_patient AND $last_patient
    AND r.start_lo <= asked.last AND r.end_hi >= asked.first
),
found AS (
  SELECT
    leaf,
    patient_no,
    count(*) FILTER (WHERE fits) AS sure,
    count(*) AS possible,
    list(row_id) FILTER (WHERE fits) AS sure_rows,
    list(row_id) FILTER (WHERE fits IS NULL) AS perhaps_rows,
    min(reason) FILTER (WHERE fits IS NULL) AS reason,
    list_reverse_sort(list(end_lo) FILTER (WHERE fits)) AS ends
  FROM matching
  WHERE fits IS DISTINCT FROM FALSE
  GROUP BY leaf, patient_no
),
weighed AS (
  SELECT
    leaf,
    patient_no,
    sure_rows,
    perhaps_rows,
    unread_rows,
    reason,
    coalesce(silent.coverage, asked.coverage) AS coverage,
    CASE
      WHEN coalesce(sure, 0) >= asked.count THEN 'found'
      WHEN possible >= asked.count THEN 'perhaps'
      WHEN unread_rows IS NOT NULL THEN 'not understood'
      WHEN asked.is_open THEN 'open'
      WHEN len(coalesce(silent.coverage, asked.coverage)) = 0 THEN 'not covered'
      ELSE 'absent'
    END AS finding,
    exit_day(ends[asked.count], asked.exit_days, asked.exit_months) AS leaves
  FROM found
  FULL JOIN silent USING (leaf, patient_no)
  JOIN recorded AS asked USING (leaf)
)
SELECT
  leaf,
  patient_no,
  CASE finding WHEN 'found' THEN TRUE WHEN 'absent' THEN FALSE END AS truth,
  list_sort(
    CASE finding
      WHEN 'found' THEN sure_rows
      WHEN 'not understood'
      THEN list_concat(list_concat(sure_rows, perhaps_rows), unread_rows)
      ELSE list_concat(sure_rows, perhaps_rows)
    END
  ) AS rows,
  CASE finding
    WHEN 'perhaps' THEN reason
    WHEN 'not understood' THEN gap_code_not_understood()
    WHEN 'open' THEN gap_list_open()
    WHEN 'not covered' THEN gap_not_covered()
  END AS gap,
  CASE WHEN finding = 'absent' THEN coverage END AS coverage,
  CASE WHEN finding = 'found' THEN leaves END AS until
FROM weighed
