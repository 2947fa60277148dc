-- Whether every day of a window lies in a row, for everybody. Something begins to be without rows
-- on the window's first day, or on the day after one on which a row ended; silence begins to prove
-- it there, or on the day on which a coverage begins. Those days are looked at.
-- Parameters: recorded_throughout, throughout_concept. Views: record_row. Steps: unread_row.
WITH matching AS (
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
    r.start_hi <= asked.last AND r.end_lo >= asked.first AS is_sure,
    CASE
      WHEN greatest(r.start_lo, asked.first) < greatest(r.start_hi, asked.first) THEN gap_date_imprecise()
      WHEN least(r.end_lo, asked.last) < least(r.end_hi, asked.last)
      THEN CASE
        WHEN r.end_hi = DATE '9999-12-31' THEN gap_end_not_recorded() ELSE gap_date_imprecise()
      END
    END AS reason
  FROM record_row AS r
  JOIN throughout_concept USING (kind, concept_id)
  JOIN recorded_throughout AS asked USING (leaf)
  WHERE r.patient_no BETWEEN $first_patient AND $last_patient
    AND r.start_lo <= asked.last AND r.end_hi >= asked.first
),
unread AS (
  SELECT asked.leaf, asked.first, asked.last, patient_no, row_id, r.start_lo, r.end_hi
  FROM unread_row AS u
  JOIN recorded_throughout AS asked USING (silence)
  JOIN record_row AS r USING (patient_no, row_id)
  WHERE r.kind = asked.kind
),
-- Days before the first possible birthday need no coverage.
known AS (
  SELECT
    asked.leaf,
    asked.first,
    asked.last,
    patient.patient_no,
    coverage.coverage_id,
    CASE
      WHEN coverage.since <= patient.birth_lo THEN DATE '0001-01-01' ELSE coverage.since
    END AS since,
    coverage.until
  FROM coverage
  JOIN recorded_throughout AS asked USING (kind)
  JOIN patient ON coalesce(coverage.patient_no, patient.patient_no) = patient.patient_no
  WHERE patient.patient_no BETWEEN $first_patient AND $last_patient
),
turn AS (
  SELECT asked.leaf, asked.first, asked.last, patient.patient_no, asked.first AS day
  FROM patient
  CROSS JOIN recorded_throughout AS asked
  WHERE patient.patient_no BETWEEN $first_patient AND $last_patient
  UNION
  SELECT leaf, first, last, patient_no, end_lo + 1 FROM matching
  UNION
  SELECT leaf, first, last, patient_no, end_hi + 1 FROM matching
  UNION
  SELECT leaf, first, last, patient_no, end_hi + 1 FROM unread
  UNION
  SELECT leaf, first, last, patient_no, since FROM known
),
daily AS (
  SELECT
    turn.leaf,
    turn.patient_no,
    turn.day,
    coalesce(bool_or(m.start_hi <= turn.day AND m.end_lo >= turn.day), FALSE) AS sure,
    coalesce(bool_or(m.start_lo <= turn.day AND m.end_hi >= turn.day), FALSE) AS possible
  FROM turn
  LEFT JOIN matching AS m USING (leaf, patient_no)
  WHERE turn.day BETWEEN turn.first AND turn.last
  GROUP BY turn.leaf, turn.patient_no, turn.day
),
bare AS (
  SELECT daily.leaf, daily.patient_no, daily.day, list_sort(list(known.coverage_id)) AS coverage
  FROM daily
  JOIN known USING (leaf, patient_no)
  WHERE NOT daily.possible
    AND daily.day BETWEEN known.since AND known.until
    AND NOT EXISTS (
      SELECT 1
      FROM unread
      WHERE unread.leaf = daily.leaf AND unread.patient_no = daily.patient_no
        AND daily.day BETWEEN unread.start_lo AND unread.end_hi
    )
  GROUP BY daily.leaf, daily.patient_no, daily.day
),
compared AS (
  SELECT leaf, patient_no, bool_and(sure) AS always, bool_and(possible) AS perhaps
  FROM daily
  GROUP BY leaf, patient_no
),
gathered AS (
  SELECT
    leaf,
    patient_no,
    list(row_id) AS rows,
    list(row_id) FILTER (WHERE is_sure) AS sure_rows,
    min(reason) AS reason
  FROM matching
  GROUP BY leaf, patient_no
),
unreadable AS (
  SELECT leaf, patient_no, list(row_id) AS unread_rows
  FROM unread
  GROUP BY leaf, patient_no
),
proof AS (
  SELECT leaf, patient_no, arg_min(coverage, day) AS coverage
  FROM bare
  GROUP BY leaf, patient_no
),
weighed AS (
  SELECT
    asked.leaf,
    patient.patient_no,
    asked.until,
    rows,
    sure_rows,
    unread_rows,
    reason,
    proof.coverage,
    CASE
      WHEN coalesce(always, TRUE) THEN 'covered'
      WHEN perhaps THEN 'uncertain'
      WHEN proof.coverage IS NOT NULL AND NOT asked.is_open THEN 'bare'
      WHEN unread_rows IS NOT NULL THEN 'not understood'
      WHEN asked.is_open THEN 'open'
      ELSE 'not covered'
    END AS finding
  FROM patient
  CROSS JOIN recorded_throughout AS asked
  LEFT JOIN compared USING (leaf, patient_no)
  LEFT JOIN gathered USING (leaf, patient_no)
  LEFT JOIN unreadable USING (leaf, patient_no)
  LEFT JOIN proof USING (leaf, patient_no)
  WHERE patient.patient_no BETWEEN $first_patient AND $last_patient
)
SELECT
  leaf,
  patient_no,
  CASE finding WHEN 'covered' THEN TRUE WHEN 'bare' THEN FALSE END AS truth,
  list_sort(
    CASE finding
      WHEN 'covered' THEN sure_rows
      WHEN 'not understood' THEN list_concat(rows, unread_rows)
      ELSE rows
    END
  ) AS rows,
  CASE finding
    WHEN 'uncertain' THEN reason
    WHEN 'not understood' THEN gap_code_not_understood()
    WHEN 'open' THEN gap_list_open()
    WHEN 'not covered' THEN gap_not_covered()
  END AS gap,
  CASE WHEN finding = 'bare' THEN coverage END AS coverage,
  CASE WHEN finding IN ('covered', 'bare') THEN until END AS until
FROM weighed
