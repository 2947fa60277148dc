-- The number that `latest` or `first` gives, per number asked and patient, as an interval: rows of
-- which any may be the one meant give all their values, tied rows the value on the adverse side
-- (`side`, NULL: both ends). `least_value` and `most_value` are those of all of them, ties or not.
-- Only exact numbers in a comparable unit count. `scale` tells numbers apart that cannot be compared
-- with each other. Parameters: number, number_unit.
-- Steps: part_overview, part_missing. Before: chosen_row.
WITH valued AS (
  SELECT
    asked.number,
    r.patient_no,
    r.row_id,
    r.is_tied,
    r.day,
    coalesce(unit.scale, -1) AS scale,
    r.lo IS NOT NULL AS is_number,
    r.lo * unit.factor + unit.shift AS value,
    CASE
      WHEN r.lo IS NULL THEN gap_no_number()
      WHEN unit.number IS NULL THEN gap_unit_not_comparable()
      WHEN NOT passes(
        r.lo, r.lo_open, r.hi, r.hi_open,
        unit.least_below, unit.least_above, FALSE, unit.greatest_below, unit.greatest_above, FALSE
      ) THEN gap_value_implausible()
      WHEN r.lo < r.hi OR r.lo_open OR r.hi_open THEN gap_value_imprecise()
      WHEN asked.positive AND r.lo <= 0 THEN gap_value_implausible()
    END AS reason
  FROM chosen_row AS r
  JOIN number AS asked USING (part)
  LEFT JOIN number_unit AS unit ON unit.number = asked.number AND unit.unit_id = r.unit_id
),
gathered AS (
  SELECT
    number,
    patient_no,
    min(value) FILTER (WHERE is_tied) AS tied_low,
    max(value) FILTER (WHERE is_tied) AS tied_high,
    min(value) FILTER (WHERE is_tied IS DISTINCT FROM TRUE) AS other_low,
    max(value) FILTER (WHERE is_tied IS DISTINCT FROM TRUE) AS other_high,
    min(value) AS least_value,
    max(value) AS most_value,
    min(scale) FILTER (WHERE is_number) AS least_scale,
    max(scale) FILTER (WHERE is_number) AS most_scale,
    min(reason) AS reason,
    max(day) AS day,
    list_sort(list(row_id)) AS rows
  FROM valued
  GROUP BY number, patient_no
)
SELECT
  gathered.number,
  patient_no,
  least(CASE WHEN asked.side = 'high' THEN tied_high ELSE tied_low END, other_low) AS low,
  greatest(CASE WHEN asked.side = 'low' THEN tied_low ELSE tied_high END, other_high) AS high,
  least_value,
  most_value,
  least_scale,
  most_scale,
  CASE WHEN day IS NULL THEN gap_date_imprecise() ELSE reason END AS gap,
  rows,
  day,
  exit_day(day, part.exit_days, part.exit_months) AS until
FROM gathered
JOIN number AS asked USING (number)
JOIN part USING (part)
UNION ALL
SELECT number, patient_no, NULL, NULL, NULL, NULL, NULL, NULL, gap, NULL, NULL, NULL
FROM part_missing
JOIN number USING (part)
