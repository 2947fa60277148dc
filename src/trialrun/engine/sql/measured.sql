-- A test of the latest, first, any or every value of a measurement: one row per part and patient.
-- Parameters: part_unit. Views: part_row. Steps: part_overview.
WITH bounded AS (
  SELECT
    r.*,
    CASE r.bounded_by WHEN 'upper' THEN r.ref_hi WHEN 'lower' THEN r.ref_lo END * r.times AS bound,
    abs(bound) * 1e-12 AS slack,
    coalesce(unit.lo_below, bound - slack) AS lo_below,
    coalesce(unit.lo_above, bound + slack) AS lo_above,
    coalesce(unit.hi_below, bound - slack) AS hi_below,
    coalesce(unit.hi_above, bound + slack) AS hi_above,
    unit.part IS NOT NULL AS comparable,
    coalesce(NOT passes(
      r.lo, r.lo_open, r.hi, r.hi_open,
      unit.least_below, unit.least_above, FALSE, unit.greatest_below, unit.greatest_above, FALSE
    ), FALSE) AS implausible
  FROM part_row AS r
  LEFT JOIN part_unit AS unit ON unit.part = r.part AND unit.unit_id = r.unit_id
  WHERE r.patient_no BETWEEN $first_patient AND $last_patient
),
tested AS (
  SELECT
    part,
    patient_no,
    row_id,
    start_lo,
    selector,
    adverse,
    is_sure,
    is_tied,
    CASE test
      WHEN 'positive' THEN polarity = 'positive'
      WHEN 'negative' THEN polarity = 'negative'
      WHEN 'abnormal' THEN abnormal
      WHEN 'normal' THEN NOT abnormal
      WHEN 'number'
      THEN CASE
        WHEN comparable AND NOT implausible
        THEN passes(
          lo, lo_open, hi, hi_open,
          lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
        )
      END
    END AS truth,
    CASE
      WHEN test <> 'number' THEN 11
      WHEN lo IS NULL THEN 10
      WHEN NOT comparable THEN 6
      WHEN implausible THEN 8
      WHEN lo_below IS NULL OR hi_below IS NULL THEN 9
      ELSE 7
    END AS reason
  FROM bounded
),
-- The tied rows speak with one voice, the adverse one; all others must agree with it.
one AS (
  SELECT
    part,
    patient_no,
    count(*) FILTER (WHERE is_tied AND truth IS NOT DISTINCT FROM adverse) AS tied_adverse,
    count(*) FILTER (WHERE is_tied AND truth IS NULL) AS tied_unknown,
    count(*) FILTER (WHERE is_tied) AS tied,
    any_value(adverse) AS adverse,
    bool_and(truth IS NOT DISTINCT FROM TRUE) FILTER (WHERE NOT is_tied) AS others_true,
    bool_and(truth IS NOT DISTINCT FROM FALSE) FILTER (WHERE NOT is_tied) AS others_false,
    list_sort(list(row_id)) AS rows,
    min(reason) FILTER (WHERE truth IS NULL) AS reason
  FROM tested
  WHERE selector IN ('latest', 'first')
  GROUP BY part, patient_no
),
voiced AS (
  SELECT
    part,
    patient_no,
    CASE
      WHEN tied_adverse > 0 THEN adverse
      WHEN tied_unknown > 0 THEN NULL
      ELSE NOT adverse
    END AS voice,
    CASE
      WHEN (tied = 0 OR voice) AND coalesce(others_true, TRUE) THEN TRUE
      WHEN (tied = 0 OR NOT voice) AND coalesce(others_false, TRUE) THEN FALSE
    END AS truth,
    rows,
    reason,
    NULL::DATE AS decided
  FROM one
),
-- `every` is `any` of the opposite: rows are sorted by whether they speak for what decides.
several AS (
  SELECT
    part,
    patient_no,
    any_value(selector) AS selector,
    list(row_id) FILTER (WHERE is_sure AND speaks) AS deciding,
    list(row_id) FILTER (
      WHERE speaks IS DISTINCT FROM FALSE AND NOT (is_sure AND speaks IS NOT NULL)
    ) AS open,
    list(row_id) FILTER (WHERE NOT speaks) AS against,
    max(start_lo) FILTER (WHERE is_sure AND speaks) AS decided,
    min(reason) FILTER (WHERE truth IS NULL) AS reason
  FROM (
    SELECT *, CASE selector WHEN 'any' THEN truth ELSE NOT truth END AS speaks
    FROM tested
    WHERE selector IN ('any', 'every')
  )
  GROUP BY part, patient_no
),
weighed AS (
  SELECT
    part,
    patient_no,
    CASE WHEN deciding IS NOT NULL THEN TRUE WHEN open IS NULL THEN FALSE END AS spoken,
    CASE selector WHEN 'any' THEN spoken ELSE NOT spoken END AS truth,
    CASE WHEN spoken THEN deciding WHEN NOT spoken THEN against ELSE open END AS rows,
    list_concat(list_concat(deciding, open), against) AS all_rows,
    reason,
    decided
  FROM several
),
said AS (
  SELECT part, patient_no, truth, rows, rows AS all_rows, reason, decided FROM voiced
  UNION ALL
  SELECT part, patient_no, truth, list_sort(rows), list_sort(all_rows), reason, decided
  FROM weighed
)
SELECT
  part,
  patient_no,
  CASE WHEN day.latest_lo IS NOT NULL THEN said.truth END AS truth,
  CASE WHEN day.latest_lo IS NULL THEN said.all_rows ELSE said.rows END AS rows,
  CASE
    WHEN day.latest_lo IS NULL THEN day.gap
    WHEN said.truth IS NULL THEN coalesce(said.reason, 1)
  END AS gap,
  CASE
    WHEN day.latest_lo IS NOT NULL AND said.truth IS NOT NULL
    THEN exit_day(
      CASE part.selector
        WHEN 'first' THEN day.first_lo
        ELSE coalesce(said.decided, day.latest_lo)
      END,
      part.exit_days,
      part.exit_months
    )
  END AS until
FROM part_overview AS day
JOIN part USING (part)
LEFT JOIN said USING (part, patient_no)
