-- Tests of any or every value. `every` is `any` of the opposite: rows are sorted by whether they
-- speak for what decides. Before: tested_several_row.
WITH spoken_row AS (
  SELECT r.*, CASE part.selector WHEN 'any' THEN truth ELSE NOT truth END AS speaks
  FROM tested_several_row AS r
  JOIN part USING (part)
  WHERE part.selector IN ('any', 'every')
),
sorted AS (
  SELECT
    test,
    patient_no,
    list(row_id) FILTER (WHERE is_sure AND speaks) AS deciding,
    list(row_id) FILTER (
      WHERE speaks IS DISTINCT FROM FALSE AND NOT (is_sure AND speaks IS NOT NULL)
    ) AS undecided,
    list(row_id) FILTER (WHERE NOT speaks) AS against,
    max(start_lo) FILTER (WHERE is_sure AND speaks) AS decided_on,
    max(start_lo) FILTER (WHERE is_sure) AS latest,
    min(reason) AS reason
  FROM spoken_row
  GROUP BY test, patient_no
),
weighed AS (
  SELECT
    *,
    CASE
      WHEN latest IS NULL THEN NULL
      WHEN deciding IS NOT NULL THEN TRUE
      WHEN undecided IS NULL THEN FALSE
    END AS spoken
  FROM sorted
  JOIN {tests} USING (test)
  JOIN part USING (part)
)
SELECT
  test,
  patient_no,
  CASE selector WHEN 'any' THEN spoken ELSE NOT spoken END AS truth,
  list_sort(
    CASE
      WHEN latest IS NULL THEN list_concat(undecided, against)
      WHEN spoken THEN deciding
      WHEN NOT spoken THEN against
      ELSE undecided
    END
  ) AS rows,
  CASE
    WHEN truth IS NOT NULL THEN NULL
    WHEN latest IS NULL THEN gap_date_imprecise()
    ELSE coalesce(reason, gap_date_imprecise())
  END AS gap,
  CASE
    WHEN truth IS NOT NULL
    THEN exit_day(CASE WHEN spoken THEN decided_on ELSE latest END, exit_days, exit_months)
  END AS until
FROM weighed
