-- ResearchSubject -> study_participation: in which study, and for how long.
--
-- Whoever was only asked, screened or found ineligible never took part. Every participation has
-- the code `research-subject` of the system `trialrun` beside the study's own identifier, so that
-- a value set can mean "any other study" without knowing them all.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
individual STRUCT(reference VARCHAR)
study STRUCT(reference VARCHAR, display VARCHAR, identifier STRUCT(system VARCHAR, "value" VARCHAR))
period STRUCT("start" VARCHAR, "end" VARCHAR)

-- @read
SELECT
  named('ResearchSubject', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(individual.reference) AS patient_id,
  CASE
    WHEN status = 'entered-in-error' THEN 'entered in error'
    WHEN status IN ('candidate', 'eligible', 'ineligible', 'not-registered', 'potential-candidate',
      'screening', 'pending-on-study')
    THEN 'did not enter the study'
  END AS ignored,
  odd_dates(unreadable(period.start) OR unreadable(period.end)) AS repaired,
  to_json({
    coding: [
      {system: 'trialrun', code: 'research-subject', display: 'participation in a study'},
      {system: study.identifier.system, code: study.identifier.value, display: study.display}
    ],
    "text": coalesce(study.display, study.identifier.value, study.reference, 'a study')
  }) AS concept_key,
  day_lo(period.start) AS start_lo,
  day_hi(period.start) AS start_hi,
  end_lo(period.end, takes_part) AS end_lo,
  end_hi(period.end, takes_part) AS end_hi
FROM (
  SELECT
    *,
    status IN ('on-study', 'on-study-intervention', 'on-study-observation', 'follow-up')
      AS takes_part
  FROM resource
)

-- @then
CREATE VIEW staged_study_participation AS
SELECT
  rowid + 1 AS seq, patient_id, concept_key, start_lo, start_hi, end_lo, end_hi, ref,
  coalesce(place, ref) AS place
FROM read_research_subject
WHERE ignored IS NULL
