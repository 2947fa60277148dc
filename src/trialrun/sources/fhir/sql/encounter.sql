-- Encounter -> encounter: a contact with the hospital, by its types and class.
--
-- Planned and cancelled ones never took place. One that is under way goes on; of one without an
-- end the end is not recorded.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
class JSON
"type" STRUCT(coding JSON[], "text" VARCHAR)[]
subject STRUCT(reference VARCHAR)
period STRUCT("start" VARCHAR, "end" VARCHAR)

-- @read
SELECT
  named('Encounter', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  CASE
    WHEN status = 'entered-in-error' THEN 'entered in error'
    WHEN status = 'cancelled' THEN 'cancelled'
    WHEN status = 'planned' THEN 'planned'
  END AS ignored,
  odd_dates(unreadable(period.start) OR unreadable(period.end)) AS repaired,
  to_json({
    coding: list_append(
      flatten(list_transform("type", lambda t: coalesce(t.coding, []))), class
    ),
    "text": "type"[1].text
  }) AS concept_key,
  day_lo(period.start) AS start_lo,
  day_hi(period.start) AS start_hi,
  end_lo(period.end, under_way) AS end_lo,
  end_hi(period.end, under_way) AS end_hi
FROM (
  SELECT *, status IN ('arrived', 'triaged', 'in-progress', 'onleave') AS under_way FROM resource
)

-- @then
CREATE VIEW staged_encounter AS
SELECT
  rowid + 1 AS seq, patient_id, concept_key, start_lo, start_hi, end_lo, end_hi, ref,
  coalesce(place, ref) AS place
FROM read_encounter
WHERE ignored IS NULL
