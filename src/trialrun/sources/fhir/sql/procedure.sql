-- Procedure -> procedure: what was done, and when.
--
-- Not done, and only prepared, never counts. One that is under way goes on; of one without an end
-- the end is not recorded.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
code JSON
subject STRUCT(reference VARCHAR)
performedDateTime VARCHAR
performedPeriod STRUCT("start" VARCHAR, "end" VARCHAR)

-- @read
SELECT
  named('Procedure', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  CASE
    WHEN status = 'entered-in-error' THEN 'entered in error'
    WHEN status = 'not-done' THEN 'not done'
    WHEN status = 'preparation' THEN 'prepared, not begun'
  END AS ignored,
  odd_dates(
    unreadable(performedDateTime) OR unreadable(performedPeriod.start)
    OR unreadable(performedPeriod.end)
  ) AS repaired,
  code AS concept_key,
  day_lo(coalesce(performedDateTime, performedPeriod.start)) AS start_lo,
  day_hi(coalesce(performedDateTime, performedPeriod.start)) AS start_hi,
  end_lo(coalesce(performedDateTime, performedPeriod.end), status IN ('in-progress', 'on-hold'))
    AS end_lo,
  end_hi(coalesce(performedDateTime, performedPeriod.end), status IN ('in-progress', 'on-hold'))
    AS end_hi
FROM resource

-- @then
CREATE VIEW staged_procedure AS
SELECT
  rowid + 1 AS seq, patient_id, concept_key, start_lo, start_hi, end_lo, end_hi, ref,
  coalesce(place, ref) AS place
FROM read_procedure
WHERE ignored IS NULL
