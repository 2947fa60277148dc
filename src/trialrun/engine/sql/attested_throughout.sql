-- What persons said for every day of a window. An answer speaks for the days since the one before
-- it, so that the first one from the window's last day on speaks for the days up to that.
-- Parameters: attested_throughout.
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
  JOIN attested_throughout AS asked USING (question)
  WHERE a.patient_no BETWEEN $first_patient AND $last_patient
),
closing AS (
  SELECT leaf, patient_no, min(start_hi) AS day
  FROM said
  WHERE start_lo >= last
  GROUP BY leaf, patient_no
),
speaking AS (
  SELECT
    said.*,
    start_hi >= last AND coalesce(start_lo <= closing.day, FALSE) AS closes
  FROM said
  LEFT JOIN closing USING (leaf, patient_no)
),
weighed AS (
  SELECT
    leaf,
    patient_no,
    any_value(until) AS until,
    coalesce(bool_or(NOT answer) FILTER (WHERE is_sure), FALSE) AS denied,
    bool_or(closes) AND bool_and(coalesce(answer, FALSE)) FILTER (WHERE is_possible OR closes)
      AS spoken_for,
    list(row_id) FILTER (WHERE is_sure AND NOT answer) AS denials,
    list(row_id) FILTER (WHERE is_possible OR closes) AS speakers
  FROM speaking
  GROUP BY leaf, patient_no
)
SELECT
  leaf,
  patient_no,
  CASE WHEN denied THEN FALSE WHEN spoken_for THEN TRUE END AS truth,
  list_sort(coalesce(CASE WHEN denied THEN denials ELSE speakers END, [])) AS rows,
  CASE WHEN truth IS NULL THEN gap_needs_a_person() END AS gap,
  NULL::INTEGER[] AS coverage,
  CASE WHEN truth IS NOT NULL THEN until END AS until
FROM weighed
