-- Tests of the latest or first value. The tied rows speak with one voice, the adverse one; all
-- others must agree with it. Before: tested_one_row.
WITH voices AS (
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
  FROM tested_one_row
  GROUP BY test, patient_no
),
voiced AS (
  SELECT *, CASE voice WHEN 2 THEN adverse WHEN 0 THEN NOT adverse END AS tied_truth
  FROM voices
  JOIN {tests} USING (test)
  JOIN part USING (part)
)
SELECT
  test,
  patient_no,
  CASE
    WHEN day IS NULL THEN NULL
    WHEN (voice IS NULL OR tied_truth) AND coalesce(least, 2) = 2 THEN TRUE
    WHEN (voice IS NULL OR NOT tied_truth) AND coalesce(most, 0) = 0 THEN FALSE
  END AS truth,
  rows,
  CASE
    WHEN truth IS NOT NULL THEN NULL
    WHEN day IS NULL THEN gap_date_imprecise()
    ELSE coalesce(reason, gap_date_imprecise())
  END AS gap,
  CASE WHEN truth IS NOT NULL THEN exit_day(day, exit_days, exit_months) END AS until
FROM voiced
