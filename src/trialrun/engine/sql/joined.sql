-- Answers joined by `or` (or by `and`, which is `or` of the opposite): one row per parent. A part
-- that says nothing is UNKNOWN: nothing was ever measured.
WITH spoken AS (
  SELECT
    parents.parent,
    parents.siblings,
    parents.conjunction,
    answers.*,
    CASE WHEN parents.conjunction THEN NOT truth ELSE truth END AS speaks
  FROM {answers} AS answers
  JOIN {parents} AS parents USING (test)
),
weighed AS (
  SELECT
    parent,
    patient_no,
    any_value(conjunction) AS conjunction,
    CASE
      WHEN bool_or(speaks) THEN TRUE
      WHEN count(*) FILTER (WHERE NOT speaks) = any_value(siblings) THEN FALSE
    END AS spoken,
    flatten(list(rows) FILTER (WHERE speaks)) AS deciding,
    flatten(list(rows) FILTER (WHERE NOT speaks)) AS against,
    flatten(list(rows) FILTER (WHERE speaks IS NULL)) AS undecided,
    least(min(gap), CASE WHEN count(*) < any_value(siblings) THEN gap_no_record() END) AS gap,
    bool_or(until IS NULL) FILTER (WHERE speaks) AS endless,
    max(until) FILTER (WHERE speaks) AS latest,
    min(until) FILTER (WHERE NOT speaks) AS earliest
  FROM spoken
  GROUP BY parent, patient_no
)
SELECT
  parent AS test,
  patient_no,
  CASE WHEN conjunction THEN NOT spoken ELSE spoken END AS truth,
  list_sort(list_distinct(
    CASE WHEN spoken THEN deciding WHEN NOT spoken THEN against ELSE undecided END
  )) AS rows,
  CASE WHEN spoken IS NULL THEN gap END AS gap,
  CASE WHEN spoken AND NOT endless THEN latest WHEN NOT spoken THEN earliest END AS until
FROM weighed
