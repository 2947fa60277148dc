-- MedicationStatement -> medication: what the patient is said to take.
--
-- Not taken, and only intended, never counts. Without an end, an active one goes on; otherwise its
-- end is not recorded. Without any day it began on some day up to the one on which it was said.

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
dateAsserted VARCHAR
dosage STRUCT(sequence DOUBLE, "text" VARCHAR, timing STRUCT("repeat" STRUCT(boundsPeriod STRUCT("start" VARCHAR, "end" VARCHAR), "count" DOUBLE, frequency DOUBLE, frequencyMax DOUBLE, period DOUBLE, periodMax DOUBLE, periodUnit VARCHAR, dayOfWeek JSON, timeOfDay JSON, "when" JSON), code JSON), asNeededBoolean BOOLEAN, asNeededCodeableConcept JSON, route JSON, doseAndRate STRUCT(doseQuantity STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR), doseRange JSON)[])[]

-- @read
SELECT
  named('MedicationStatement', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  coalesce(
    stop_at(
      NOT isfinite(only_one(one.doseAndRate).doseQuantity.value) OR NOT isfinite(several.value)
      OR NOT isfinite(times_a_day(one.timing.repeat)),
      place
    ),
    CASE
      WHEN status = 'entered-in-error' THEN 'entered in error'
      WHEN status = 'not-taken' THEN 'not taken'
      WHEN status = 'intended' THEN 'intended, not taken yet'
    END
  ) AS ignored,
  coalesce(
    odd_dates(
      unreadable(effectiveDateTime) OR unreadable(effectivePeriod.start)
      OR unreadable(effectivePeriod.end) OR unreadable(dateAsserted)
    ),
    no_one_dose(dosage)
  ) AS repaired,
  coalesce(medicationCodeableConcept, contained_code(contained, medicationReference.reference))
    AS concept_key,
  medicationReference AS medication,
  day_lo(coalesce(effectiveDateTime, effectivePeriod.start)) AS start_lo,
  day_hi(coalesce(effectiveDateTime, effectivePeriod.start, dateAsserted)) AS start_hi,
  end_lo(effectivePeriod.end, status IN ('active', 'on-hold')) AS end_lo,
  end_hi(effectivePeriod.end, status IN ('active', 'on-hold')) AS end_hi,
  route_of_all(dosage) AS route_key,
  coalesce(only_one(one.doseAndRate).doseQuantity, several) AS dose,
  CASE
    WHEN several IS NOT NULL THEN 1.0
    WHEN NOT as_needed(one) THEN times_a_day(one.timing.repeat)
  END AS times,
  CASE WHEN NOT as_needed(one) AND one.timing.repeat IS NULL THEN one.timing.code END
    AS timing_key,
  'stated' AS basis
FROM (SELECT *, only_one(dosage) AS one, dose_of_several(dosage) AS several FROM resource)
