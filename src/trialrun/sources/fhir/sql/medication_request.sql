-- MedicationRequest -> medication: what was ordered.
--
-- Drafts, cancelled orders, proposals and orders *not* to give never count. It begins when the
-- dosage says so, else when the prescription becomes valid, else on the day it was written.
-- Without an end, an active order goes on; of a completed or stopped one the end is not recorded,
-- and a stopped one may have ended before the end that was planned.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
intent VARCHAR
doNotPerform BOOLEAN
contained STRUCT(id VARCHAR, code JSON)[]
medicationCodeableConcept JSON
medicationReference STRUCT(reference VARCHAR, display VARCHAR)
subject STRUCT(reference VARCHAR)
authoredOn VARCHAR
dispenseRequest STRUCT(validityPeriod STRUCT("start" VARCHAR, "end" VARCHAR))
dosageInstruction STRUCT(sequence DOUBLE, "text" VARCHAR, timing STRUCT("repeat" STRUCT(boundsPeriod STRUCT("start" VARCHAR, "end" VARCHAR), "count" DOUBLE, frequency DOUBLE, frequencyMax DOUBLE, period DOUBLE, periodMax DOUBLE, periodUnit VARCHAR, dayOfWeek JSON, timeOfDay JSON, "when" JSON), code JSON), asNeededBoolean BOOLEAN, asNeededCodeableConcept JSON, route JSON, doseAndRate STRUCT(doseQuantity STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR), doseRange JSON)[])[]

-- @read
SELECT
  named('MedicationRequest', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  coalesce(
    stop_at(
      NOT isfinite(only_one(dosage.doseAndRate).doseQuantity.value) OR NOT isfinite(several.value)
      OR NOT isfinite(times_a_day(dosage.timing.repeat)),
      place
    ),
    CASE
      WHEN status = 'entered-in-error' THEN 'entered in error'
      WHEN status = 'cancelled' THEN 'cancelled'
      WHEN status = 'draft' THEN 'a draft'
      WHEN doNotPerform THEN 'an order not to give it'
      WHEN intent IN ('proposal', 'option') THEN 'proposed, not ordered'
    END
  ) AS ignored,
  coalesce(
    odd_dates(
      unreadable(bounds.start) OR unreadable(bounds.end) OR unreadable(valid.start)
      OR unreadable(valid.end) OR unreadable(authoredOn)
    ),
    no_one_dose(dosageInstruction)
  ) AS repaired,
  coalesce(medicationCodeableConcept, contained_code(contained, medicationReference.reference))
    AS concept_key,
  medicationReference AS medication,
  day_lo(coalesce(bounds.start, valid.start, authoredOn)) AS start_lo,
  day_hi(coalesce(bounds.start, valid.start, authoredOn)) AS start_hi,
  CASE WHEN status = 'stopped' THEN NULL
    ELSE end_lo(coalesce(bounds.end, valid.end), status IN ('active', 'on-hold')) END AS end_lo,
  end_hi(coalesce(bounds.end, valid.end), status IN ('active', 'on-hold')) AS end_hi,
  route_of_all(dosageInstruction) AS route_key,
  coalesce(only_one(dosage.doseAndRate).doseQuantity, several) AS dose,
  CASE
    WHEN several IS NOT NULL THEN 1.0
    WHEN NOT as_needed(dosage) THEN times_a_day(dosage.timing.repeat)
  END AS times,
  CASE WHEN NOT as_needed(dosage) AND dosage.timing.repeat IS NULL THEN dosage.timing.code END
    AS timing_key,
  'requested' AS basis
FROM (
  SELECT
    *,
    only_one(dosageInstruction) AS dosage,
    dose_of_several(dosageInstruction) AS several,
    {
      "start": first_start(bounds_of(dosageInstruction)),
      "end": last_end(bounds_of(dosageInstruction))
    } AS bounds,
    dispenseRequest.validityPeriod AS valid
  FROM resource
)
