-- Condition -> condition: a diagnosis, and when it held.
--
-- Refuted and entered-in-error never count. A diagnosis that is not confirmed, and one whose name
-- says so, proves nothing, for or against: see certainty.sql.
-- Without an onset it began on some day up to the one on which it was recorded; an age instead of a
-- day is read by ages.sql.
-- Without an abatement it goes on if the record calls it active; else its end is not recorded.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
clinicalStatus STRUCT(coding STRUCT(code VARCHAR)[])
verificationStatus STRUCT(coding STRUCT(code VARCHAR)[])
code JSON
subject STRUCT(reference VARCHAR)
onsetDateTime VARCHAR
onsetPeriod STRUCT("start" VARCHAR, "end" VARCHAR)
onsetAge JSON
onsetRange JSON
onsetString VARCHAR
abatementDateTime VARCHAR
abatementPeriod STRUCT("start" VARCHAR, "end" VARCHAR)
abatementAge JSON
abatementRange JSON
abatementString VARCHAR
abatementBoolean BOOLEAN
recordedDate VARCHAR

-- @read
SELECT
  named('Condition', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  CASE
    WHEN has_code(verificationStatus, 'entered-in-error') THEN 'entered in error'
    WHEN has_code(verificationStatus, 'refuted') THEN 'refuted'
  END AS ignored,
  reasons(
    odd_dates(
      unreadable(onsetDateTime) OR unreadable(onsetPeriod.start) OR unreadable(onsetPeriod.end)
      OR unreadable(abatementDateTime) OR unreadable(abatementPeriod.start)
      OR unreadable(abatementPeriod.end) OR unreadable(recordedDate)
    ),
    in_words(onsetString IS NOT NULL OR abatementString IS NOT NULL)
  ) AS repaired,
  not_confirmed(verificationStatus) AS doubt,
  code AS concept_key,
  -- An onset written as a period is a day somewhere in it.
  day_lo(coalesce(onsetDateTime, onsetPeriod.start)) AS start_lo,
  day_hi(coalesce(onsetDateTime, onsetPeriod.end, recordedDate)) AS start_hi,
  end_lo(coalesce(abatementDateTime, abatementPeriod.start), goes_on) AS end_lo,
  end_hi(coalesce(abatementDateTime, abatementPeriod.end), goes_on) AS end_hi,
  least_age(onsetAge, onsetRange) AS onset_from,
  greatest_age(onsetAge, onsetRange) AS onset_to,
  least_age(abatementAge, abatementRange) AS abated_from,
  greatest_age(abatementAge, abatementRange) AS abated_to
FROM (
  SELECT
    *,
    (has_code(clinicalStatus, 'active') OR has_code(clinicalStatus, 'recurrence')
      OR has_code(clinicalStatus, 'relapse'))
    AND abatementPeriod IS NULL AND abatementAge IS NULL AND abatementRange IS NULL
    -- A yes is no FHIR R4, but was before.
    AND abatementString IS NULL AND abatementBoolean IS NOT true AS goes_on
  FROM resource
)

-- @then
CREATE VIEW staged_condition AS
SELECT
  rowid + 1 AS seq, patient_id, concept_key, start_lo, start_hi, end_lo, end_hi, ref,
  coalesce(place, ref) AS place
FROM read_condition
WHERE ignored IS NULL
