-- Tests of the latest, first, any or every value of a measurement: one row per test and patient.
-- Parameters: test, test_unit. Steps: part_overview, part_missing. Before: part_row.
WITH bounded AS (
  SELECT
    r.*,
    asked.* EXCLUDE (part),
    CASE asked.bounded_by WHEN 'upper' THEN r.ref_hi WHEN 'lower' THEN r.ref_lo END * asked.times
      AS bound,
    abs(bound) * 1e-12 AS slack,
    coalesce(unit.lo_below, bound - slack) AS lo_below,
    coalesce(unit.lo_above, bound + slack) AS lo_above,
    coalesce(unit.hi_below, bound - slack) AS hi_below,
    coalesce(unit.hi_above, bound + slack) AS hi_above,
    unit.test IS NOT NULL AS comparable,
    coalesce(NOT passes(
      r.lo, r.lo_open, r.hi, r.hi_open,
      unit.least_below, unit.least_above, FALSE, unit.greatest_below, unit.greatest_above, FALSE
    ), FALSE) AS implausible
  FROM part_row AS r
  JOIN test AS asked USING (part)
  LEFT JOIN test_unit AS unit ON unit.test = asked.test AND unit.unit_id = r.unit_id
  WHERE r.patient_no BETWEEN $first_patient AND $last_patient
),
tested AS (
  SELECT
    test,
    patient_no,
    row_id,
    start_lo,
    day,
    selector,
    adverse,
    is_sure,
    is_tied,
    CASE asks
      WHEN 'number'
      THEN CASE
        WHEN comparable AND NOT implausible
        THEN passes(
          lo, lo_open, hi, hi_open,
          lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
        )
      END
      WHEN 'positive' THEN polarity = 'positive'
      WHEN 'negative' THEN polarity = 'negative'
      WHEN 'abnormal' THEN abnormal
      WHEN 'normal' THEN NOT abnormal
    END AS truth,
    CASE
      WHEN truth IS NOT NULL THEN NULL
      WHEN asks <> 'number' THEN 11
      WHEN lo IS NULL THEN 10
      WHEN NOT comparable THEN 6
      WHEN lo_below IS NULL OR hi_below IS NULL THEN 9
      WHEN implausible THEN 8
      ELSE 7
    END AS reason
  FROM bounded
),
-- The tied rows speak with one voice, the adverse one; all others must agree with it.
voices AS (
  SELECT
    test,
    patient_no,
    max(CASE WHEN truth IS NULL THEN 1 WHEN truth = adverse THEN 2 ELSE 0 END)
      FILTER (WHERE is_tied) AS voice,
    min(CASE WHEN truth IS NULL THEN 1 WHEN truth THEN 2 ELSE 0 END)
      FILTER (WHERE NOT is_tied) AS least,
    max(CASE WHEN truth IS NULL THEN 1 WHEN truth THEN 2 ELSE 0 END)
      FILTER (WHERE NOT is_tied) AS most,
    list_sort(list(row_id)) AS rows,
    min(reason) AS reason,
    max(day) AS day
  FROM tested
  WHERE selector IN ('latest', 'first')
  GROUP BY test, patient_no
),
voiced AS (
  SELECT
    test,
    patient_no,
    CASE voice WHEN 2 THEN adverse WHEN 0 THEN NOT adverse END AS tied_truth,
    CASE
      WHEN day IS NULL THEN NULL
      WHEN (voice IS NULL OR tied_truth) AND coalesce(least, 2) = 2 THEN TRUE
      WHEN (voice IS NULL OR NOT tied_truth) AND coalesce(most, 0) = 0 THEN FALSE
    END AS truth,
    rows,
    reason,
    day
  FROM voices
  JOIN test USING (test)
),
-- `every` is `any` of the opposite: rows are sorted by whether they speak for what decides.
several AS (
  SELECT
    test,
    patient_no,
    list(row_id) FILTER (WHERE is_sure AND speaks) AS deciding,
    list(row_id) FILTER (
      WHERE speaks IS DISTINCT FROM FALSE AND NOT (is_sure AND speaks IS NOT NULL)
    ) AS undecided,
    list(row_id) FILTER (WHERE NOT speaks) AS against,
    max(start_lo) FILTER (WHERE is_sure AND speaks) AS decided_on,
    min(reason) AS reason,
    max(day) AS day
  FROM (
    SELECT *, CASE selector WHEN 'any' THEN truth ELSE NOT truth END AS speaks
    FROM tested
    WHERE selector IN ('any', 'every')
  )
  GROUP BY test, patient_no
),
weighed AS (
  SELECT
    test,
    patient_no,
    CASE
      WHEN day IS NULL THEN NULL
      WHEN deciding IS NOT NULL THEN TRUE
      WHEN undecided IS NULL THEN FALSE
    END AS spoken,
    CASE part.selector WHEN 'any' THEN spoken ELSE NOT spoken END AS truth,
    CASE
      WHEN day IS NULL THEN list_concat(undecided, against)
      WHEN spoken THEN deciding
      WHEN NOT spoken THEN against
      ELSE undecided
    END AS rows,
    reason,
    coalesce(decided_on, day) AS day
  FROM several
  JOIN test USING (test)
  JOIN part USING (part)
),
said AS (
  SELECT test, patient_no, truth, rows, reason, day FROM voiced
  UNION ALL
  SELECT test, patient_no, truth, list_sort(rows), reason, day FROM weighed
)
SELECT
  said.test,
  patient_no,
  truth,
  rows,
  CASE
    WHEN truth IS NOT NULL THEN NULL
    WHEN said.day IS NULL THEN 1
    ELSE coalesce(reason, 1)
  END AS gap,
  CASE
    WHEN truth IS NOT NULL THEN exit_day(said.day, part.exit_days, part.exit_months)
  END AS until
FROM said
JOIN test USING (test)
JOIN part USING (part)
UNION ALL
SELECT test, patient_no, NULL, NULL, gap, NULL
FROM part_missing
JOIN test USING (part)
