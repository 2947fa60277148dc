-- Consent -> consent: what the patient agreed to, and for how long.
--
-- Only an agreement that was given counts: no draft, proposal or refusal, and no provision that
-- denies. An inactive one was given once: its end is not recorded.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
scope STRUCT(coding JSON[], "text" VARCHAR)
category STRUCT(coding JSON[], "text" VARCHAR)[]
patient STRUCT(reference VARCHAR)
"dateTime" VARCHAR
provision STRUCT("type" VARCHAR, period STRUCT("start" VARCHAR, "end" VARCHAR))

-- @read
SELECT
  named('Consent', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(patient.reference) AS patient_id,
  CASE
    WHEN status = 'entered-in-error' THEN 'entered in error'
    WHEN status IN ('draft', 'proposed') THEN 'not given yet'
    WHEN status = 'rejected' OR provision.type = 'deny' THEN 'refused'
  END AS ignored,
  odd_dates(
    unreadable("dateTime") OR unreadable(provision.period.start)
    OR unreadable(provision.period.end)
  ) AS repaired,
  to_json({
    coding: list_concat(
      flatten(list_transform(category, lambda c: coalesce(c.coding, []))), scope.coding
    ),
    "text": coalesce(category[1].text, scope.text)
  }) AS concept_key,
  day_lo(coalesce(provision.period.start, "dateTime")) AS start_lo,
  day_hi(coalesce(provision.period.start, "dateTime")) AS start_hi,
  end_lo(provision.period.end, status = 'active') AS end_lo,
  end_hi(provision.period.end, status = 'active') AS end_hi
FROM resource

-- @then
CREATE VIEW staged_consent AS
SELECT
  rowid + 1 AS seq, patient_id, concept_key, start_lo, start_hi, end_lo, end_hi, ref,
  coalesce(place, ref) AS place
FROM read_consent
WHERE ignored IS NULL
