-- MedicationAdministration -> medication: what was given.
--
-- Its dose is the amount of this one administration: the day's dose only if it began and ended on
-- one day. Not done never counts; an administration that goes on has no end yet.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
contained STRUCT(id VARCHAR, code JSON)[]
medicationCodeableConcept JSON
medicationReference STRUCT(reference VARCHAR, display VARCHAR)
subject STRUCT(reference VARCHAR)
effectiveDateTime VARCHAR
effectivePeriod STRUCT("start" VARCHAR, "end" VARCHAR)
dosage STRUCT(route JSON, dose STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR))

-- @read
SELECT
  named('MedicationAdministration', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  coalesce(
    stop_at(NOT isfinite(dosage.dose.value), place),
    CASE
      WHEN status = 'entered-in-error' THEN 'entered in error'
      WHEN status = 'not-done' THEN 'not done'
    END
  ) AS ignored,
  odd_dates(
    unreadable(effectiveDateTime) OR unreadable(effectivePeriod.start)
    OR unreadable(effectivePeriod.end)
  ) AS repaired,
  coalesce(medicationCodeableConcept, contained_code(contained, medicationReference.reference))
    AS concept_key,
  medicationReference AS medication,
  day_lo(coalesce(effectiveDateTime, effectivePeriod.start)) AS start_lo,
  day_hi(coalesce(effectiveDateTime, effectivePeriod.start)) AS start_hi,
  end_lo(coalesce(effectiveDateTime, effectivePeriod.end), status IN ('in-progress', 'on-hold'))
    AS end_lo,
  end_hi(coalesce(effectiveDateTime, effectivePeriod.end), status IN ('in-progress', 'on-hold'))
    AS end_hi,
  dosage.route AS route_key,
  dosage.dose AS dose,
  CASE
    WHEN day_lo(coalesce(effectiveDateTime, effectivePeriod.start))
      = day_hi(coalesce(effectiveDateTime, effectivePeriod.end)) THEN 1.0
  END AS times,
  CAST(NULL AS JSON) AS timing_key,
  'given' AS basis
FROM resource
