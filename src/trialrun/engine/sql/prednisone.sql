-- The highest dose on any day of a window, as mg of prednisone per kg of body weight and day.
-- On a day it lies between the sum of the rows for sure active and of those that may be. It can
-- only rise where a row starts, so those days are looked at, and the window's first.
-- Parameters: prednisone, equivalent, dose_in_mg. Views: record_row.
-- Steps: unread_row, covered, part_value. Before: silent.
WITH dosed AS (
  SELECT
    asked.leaf,
    asked.first,
    asked.last,
    r.patient_no,
    r.row_id,
    r.start_lo,
    r.start_hi,
    r.end_lo,
    r.end_hi,
    r.route IS NOT NULL AS counts,
    r.daily_dose * unit.mg * 5 / equivalent.equal_to_5_mg AS prednisone,
    CASE
      WHEN NOT (r.start_hi <= asked.last AND r.end_lo >= asked.first)
      THEN CASE
        WHEN r.start_hi <= asked.last THEN gap_end_not_recorded() ELSE gap_date_imprecise()
      END
      WHEN r.route IS NULL THEN gap_route_not_recorded()
      WHEN r.daily_dose IS NULL THEN gap_dose_not_recorded()
      WHEN prednisone IS NULL THEN gap_unit_not_comparable()
    END AS reason
  FROM record_row AS r
  JOIN equivalent USING (kind, concept_id)
  JOIN prednisone AS asked USING (leaf)
  LEFT JOIN dose_in_mg AS unit ON unit.unit_id = r.dose_unit_id
  WHERE r.patient_no BETWEEN $first_patient AND $last_patient
    AND r.start_lo <= asked.last AND r.end_hi >= asked.first
    AND coalesce(r.route NOT IN ('topical', 'inhaled'), TRUE)
),
day AS (
  SELECT leaf, patient_no, first AS day FROM dosed
  UNION
  SELECT leaf, patient_no, start_lo FROM dosed WHERE start_lo BETWEEN first AND last
  UNION
  SELECT leaf, patient_no, start_hi FROM dosed WHERE start_hi BETWEEN first AND last
),
daily AS (
  SELECT
    leaf,
    patient_no,
    day,
    coalesce(
      sum(prednisone) FILTER (WHERE counts AND start_hi <= day AND end_lo >= day), 0
    ) AS low,
    coalesce(
      sum(coalesce(prednisone, 'Infinity'::DOUBLE)) FILTER (WHERE start_lo <= day AND end_hi >= day), 0
    ) AS high
  FROM day
  JOIN dosed USING (leaf, patient_no)
  GROUP BY leaf, patient_no, day
),
taken AS (
  SELECT leaf, patient_no, list_sort(list(row_id)) AS rows, min(reason) AS reason
  FROM dosed
  GROUP BY leaf, patient_no
),
highest AS (
  SELECT leaf, patient_no, max(low) AS low, max(high) AS high
  FROM daily
  GROUP BY leaf, patient_no
),
weighed AS (
  SELECT
    asked.*,
    patient_no,
    taken.rows,
    CASE WHEN weight.gap IS NULL THEN weight.rows END AS weight_rows,
    weight.low AS weight_low,
    weight.high AS weight_high,
    weight.gap AS weight_gap,
    weight.until AS weight_until,
    weight.patient_no IS NULL AS never_weighed,
    coalesce(silent.coverage, asked.coverage) AS covering,
    CASE
      WHEN unread_rows IS NOT NULL THEN gap_code_not_understood()
      WHEN len(covering) = 0 THEN gap_not_covered()
    END AS silence_gap,
    least(silence_gap, taken.reason) AS reason,
    unread_rows,
    coalesce(highest.low, 0) AS dose_low,
    CASE
      WHEN silence_gap IS NOT NULL THEN 'Infinity'::DOUBLE ELSE coalesce(highest.high, 0)
    END AS dose_high,
    dose_high = 0 AS weightless
  FROM taken
  FULL JOIN silent USING (leaf, patient_no)
  FULL JOIN (
    SELECT prednisone.leaf, part_value.*
    FROM part_value
    JOIN prednisone USING (number)
  ) AS weight USING (leaf, patient_no)
  LEFT JOIN highest USING (leaf, patient_no)
  JOIN prednisone AS asked USING (leaf)
),
tested AS (
  SELECT
    *,
    CASE
      WHEN weightless
      THEN passes(
        0, FALSE, 0, FALSE,
        lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
      )
      WHEN weight_gap IS NULL
      THEN passes(
        dose_low / weight_high, FALSE, dose_high / weight_low, FALSE,
        lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
      )
    END AS truth
  FROM weighed
),
-- What rests on a dose so high stands until the last day with such a dose leaves the window. Where
-- nothing begins any more, the dose falls with each end of what has begun.
falling AS (
  SELECT begun.leaf, begun.patient_no, ends.day, sum(begun.prednisone) AS dose
  FROM (SELECT DISTINCT leaf, patient_no, end_lo AS day FROM dosed WHERE end_lo >= first) AS ends
  JOIN dosed AS begun USING (leaf, patient_no)
  WHERE begun.counts AND begun.start_hi <= begun.last AND ends.day BETWEEN start_hi AND end_lo
  GROUP BY begun.leaf, begun.patient_no, ends.day
),
leaving AS (
  SELECT tested.leaf, tested.patient_no, max(falling.day) AS day
  FROM tested
  JOIN falling USING (leaf, patient_no)
  WHERE CASE
    WHEN truth THEN passes(
      dose / weight_high, FALSE, dose / weight_high, FALSE,
      lo_below, lo_above, passing_lo_open, 'Infinity'::DOUBLE, 'Infinity'::DOUBLE, FALSE
    ) AND NOT passes(
      0, FALSE, 0, FALSE,
      lo_below, lo_above, passing_lo_open, 'Infinity'::DOUBLE, 'Infinity'::DOUBLE, FALSE
    )
    WHEN NOT truth THEN NOT passes(
      dose / weight_high, FALSE, dose / weight_high, FALSE,
      '-Infinity'::DOUBLE, '-Infinity'::DOUBLE, FALSE, hi_below, hi_above, passing_hi_open
    ) AND passes(
      0, FALSE, 0, FALSE,
      '-Infinity'::DOUBLE, '-Infinity'::DOUBLE, FALSE, hi_below, hi_above, passing_hi_open
    )
  END
  GROUP BY tested.leaf, tested.patient_no
)
SELECT
  leaf,
  patient_no,
  truth,
  list_sort(list_concat(list_concat(rows, weight_rows), unread_rows)) AS rows,
  CASE
    WHEN truth IS NULL
    THEN coalesce(
      reason,
      weight_gap,
      CASE WHEN never_weighed THEN gap_no_record() END,
      gap_date_imprecise()
    )
  END AS gap,
  CASE WHEN truth IS NOT NULL AND rows IS NULL AND unread_rows IS NULL THEN covering END AS coverage,
  CASE
    WHEN truth IS NOT NULL AND NOT weightless
    THEN least(weight_until, exit_day(leaving.day, exit_days, exit_months))
  END AS until
FROM tested
LEFT JOIN leaving USING (leaf, patient_no)
