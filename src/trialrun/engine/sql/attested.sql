-- What a person last said about a statement, in the window. Contradictory answers of one day: the
-- adverse one. Who has only answered outside of the window is asked again. Parameters: attested.
WITH said AS (
  SELECT
    asked.*,
    a.patient_no,
    a.row_id,
    a.answer,
    a.start_lo,
    a.start_hi,
    a.start_lo >= asked.first AND a.start_hi <= asked.last AS is_sure,
    a.start_lo <= asked.last AND a.start_hi >= asked.first AS is_possible
  FROM attestation AS a
  JOIN attested AS asked USING (question)
  WHERE a.patient_no BETWEEN $first_patient AND $last_patient
    AND (a.start_lo <= asked.index OR is_possible)
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
      FILTER (WHERE is_possible AND (start_lo < latest_lo OR start_hi > latest_lo)) AS least,
    max(CASE WHEN answer IS NULL THEN 1 WHEN answer THEN 2 ELSE 0 END)
      FILTER (WHERE is_possible AND (start_lo < latest_lo OR start_hi > latest_lo)) AS most,
    any_value(adverse) AS adverse,
    any_value(latest_lo) AS latest_lo,
    exit_day(any_value(latest_lo), any_value(exit_days), any_value(exit_months)) AS leaves,
    list_sort(coalesce(list(row_id) FILTER (WHERE is_possible), [])) AS rows
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
  CASE
    WHEN truth IS NOT NULL THEN NULL
    WHEN len(rows) = 0 THEN gap_out_of_window()
    ELSE gap_needs_a_person()
  END AS gap,
  NULL::INTEGER[] AS coverage,
  CASE WHEN truth IS NOT NULL THEN leaves END AS until
FROM (
  SELECT *, CASE voice WHEN 2 THEN adverse WHEN 0 THEN NOT adverse END AS tied_answer
  FROM voices
)
