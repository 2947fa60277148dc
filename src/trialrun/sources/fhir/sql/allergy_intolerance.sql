-- AllergyIntolerance -> allergy: the code, and each substance that a reaction names.
--
-- Refuted and entered-in-error never count; one that is not confirmed, or is only denied, proves
-- nothing, and "no known allergy" is no allergy: see certainty.sql. An active one goes on; of an inactive or resolved one
-- the end is not recorded. Without an onset it began up to the day on which it was recorded.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
clinicalStatus STRUCT(coding STRUCT(code VARCHAR)[])
verificationStatus STRUCT(coding STRUCT(code VARCHAR)[])
code JSON
patient STRUCT(reference VARCHAR)
onsetDateTime VARCHAR
onsetPeriod STRUCT("start" VARCHAR, "end" VARCHAR)
onsetAge JSON
onsetRange JSON
onsetString VARCHAR
recordedDate VARCHAR
reaction STRUCT(substance JSON)[]

-- @read
SELECT
  named('AllergyIntolerance', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(patient.reference) AS patient_id,
  CASE
    WHEN has_code(verificationStatus, 'entered-in-error') THEN 'entered in error'
    WHEN has_code(verificationStatus, 'refuted') THEN 'refuted'
  END AS ignored,
  reasons(
    odd_dates(
      unreadable(onsetDateTime) OR unreadable(onsetPeriod.start) OR unreadable(onsetPeriod.end)
      OR unreadable(recordedDate)
    ),
    in_words(onsetString IS NOT NULL)
  ) AS repaired,
  not_confirmed(verificationStatus) AS doubt,
  code AS concept_key,
  day_lo(coalesce(onsetDateTime, onsetPeriod.start)) AS start_lo,
  day_hi(coalesce(onsetDateTime, onsetPeriod.end, recordedDate)) AS start_hi,
  end_lo(NULL, has_code(clinicalStatus, 'active')) AS end_lo,
  end_hi(NULL, has_code(clinicalStatus, 'active')) AS end_hi,
  least_age(onsetAge, onsetRange) AS onset_from,
  greatest_age(onsetAge, onsetRange) AS onset_to,
  list_filter(list_transform(reaction, lambda r: r.substance), lambda s: s IS NOT NULL)
    AS substances
FROM resource

-- @then
CREATE VIEW staged_allergy AS
SELECT
  patient_id, concept_key, start_lo, start_hi, end_lo, end_hi, ref, coalesce(place, ref) AS place
FROM read_allergy_intolerance
WHERE ignored IS NULL AND (concept_key IS NOT NULL OR coalesce(len(substances), 0) = 0)
UNION ALL
SELECT
  patient_id, substances[nth], start_lo, start_hi, end_lo, end_hi, ref || '#reaction' || nth,
  coalesce(place, ref)
FROM (
  SELECT *, unnest(range(1, len(substances) + 1)) AS nth
  FROM read_allergy_intolerance
  WHERE ignored IS NULL
)
