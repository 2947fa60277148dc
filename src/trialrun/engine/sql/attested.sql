-- What a person last said about a statement, on or before the index date. Contradictory answers of
-- one day: the adverse one. Parameters: attested.
WITH said AS (
  SELECT
    asked.leaf,
    asked.adverse,
    a.patient_no,
    a.row_id,
    a.answer,
    a.start_lo,
    a.start_hi,
    a.start_hi <= asked.index AS is_sure
  FROM attestation AS a
  JOIN attested AS asked USING (question)
  WHERE a.start_lo <= asked.index AND a.patient_no BETWEEN $first_patient AND $last_patient
),
days AS (
  SELECT leaf, patient_no, max(start_lo) FILTER (WHERE is_sure) AS latest_lo
  FROM said
  GROUP BY leaf, patient_no
),
voices AS (
  SELECT
    leaf,
    patient_no,
    max(CASE WHEN answer IS NULL THEN 1 WHEN answer = adverse THEN 2 ELSE 0 END)
      FILTER (WHERE start_lo = latest_lo AND start_hi = latest_lo) AS voice,
    min(CASE WHEN answer IS NULL THEN 1 WHEN answer THEN 2 ELSE 0 END)
      FILTER (WHERE start_lo < latest_lo OR start_hi > latest_lo) AS least,
    max(CASE WHEN answer IS NULL THEN 1 WHEN answer THEN 2 ELSE 0 END)
      FILTER (WHERE start_lo < latest_lo OR start_hi > latest_lo) AS most,
    any_value(adverse) AS adverse,
    any_value(latest_lo) AS latest_lo,
    list_sort(list(row_id)) AS rows
  FROM said
  JOIN days USING (leaf, patient_no)
  WHERE latest_lo IS NULL OR start_hi >= latest_lo
  GROUP BY leaf, patient_no
)
SELECT
  leaf,
  patient_no,
  CASE
    WHEN latest_lo IS NULL THEN NULL
    WHEN (voice IS NULL OR tied_answer) AND coalesce(least, 2) = 2 THEN TRUE
    WHEN (voice IS NULL OR NOT tied_answer) AND coalesce(most, 0) = 0 THEN FALSE
  END AS truth,
  rows,
  CASE WHEN truth IS NULL THEN 19 END AS gap,
  NULL::INTEGER[] AS coverage,
  NULL::DATE AS until
FROM (
  SELECT *, CASE voice WHEN 2 THEN adverse WHEN 0 THEN NOT adverse END AS tied_answer
  FROM voices
)
