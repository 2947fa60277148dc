-- Observation -> measurement and finding.
--
-- Entered-in-error and cancelled never count. Each component is a row of its own, named after the
-- resource and its place in it (Observation/17#2). A panel that only holds components or refers to
-- members has no value by nature, and is no row. Without an effective day it was measured on some
-- day up to the one on which it was issued.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
code JSON
subject STRUCT(reference VARCHAR)
effectiveDateTime VARCHAR
effectiveInstant VARCHAR
effectivePeriod STRUCT("start" VARCHAR, "end" VARCHAR)
issued VARCHAR
valueQuantity STRUCT("value" DOUBLE, comparator VARCHAR, unit VARCHAR, system VARCHAR, code VARCHAR)
valueCodeableConcept JSON
valueString VARCHAR
valueBoolean BOOLEAN
valueInteger DOUBLE
valueRange STRUCT(low STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR), high STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR))
valueRatio STRUCT(numerator STRUCT("value" VARCHAR), denominator STRUCT("value" VARCHAR))
valueTime VARCHAR
valueDateTime VARCHAR
valuePeriod STRUCT("start" VARCHAR, "end" VARCHAR)
dataAbsentReason JSON
interpretation JSON
referenceRange STRUCT(low STRUCT("value" DOUBLE, unit VARCHAR, code VARCHAR), high STRUCT("value" DOUBLE, unit VARCHAR, code VARCHAR), "type" STRUCT(coding STRUCT(code VARCHAR)[]), "text" VARCHAR)[]
hasMember JSON
component STRUCT(code JSON, valueQuantity STRUCT("value" DOUBLE, comparator VARCHAR, unit VARCHAR, system VARCHAR, code VARCHAR), valueCodeableConcept JSON, valueString VARCHAR, valueBoolean BOOLEAN, valueInteger DOUBLE, valueRange STRUCT(low STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR), high STRUCT("value" DOUBLE, unit VARCHAR, system VARCHAR, code VARCHAR)), valueRatio STRUCT(numerator STRUCT("value" VARCHAR), denominator STRUCT("value" VARCHAR)), valueTime VARCHAR, valueDateTime VARCHAR, valuePeriod STRUCT("start" VARCHAR, "end" VARCHAR), dataAbsentReason JSON, interpretation JSON, referenceRange STRUCT(low STRUCT("value" DOUBLE, unit VARCHAR, code VARCHAR), high STRUCT("value" DOUBLE, unit VARCHAR, code VARCHAR), "type" STRUCT(coding STRUCT(code VARCHAR)[]), "text" VARCHAR)[])[]

-- @read
SELECT
  named('Observation', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  CASE
    WHEN status = 'entered-in-error' THEN 'entered in error'
    WHEN status = 'cancelled' THEN 'cancelled'
  END AS ignored,
  odd_dates(
    unreadable(effectiveDateTime) OR unreadable(effectiveInstant)
    OR unreadable(effectivePeriod.start) OR unreadable(effectivePeriod.end)
  ) AS repaired,
  code AS concept_key,
  day_lo(coalesce(effectiveDateTime, effectiveInstant, effectivePeriod.start)) AS start_lo,
  day_hi(coalesce(effectiveDateTime, effectiveInstant, effectivePeriod.end, issued)) AS start_hi,
  coalesce(valueQuantity.value, valueInteger) AS number,
  valueQuantity.comparator AS comparator,
  valueRange.low.value AS range_lo,
  valueRange.high.value AS range_hi,
  coalesce(unit_of(valueQuantity), unit_of(valueRange.low), unit_of(valueRange.high)) AS unit,
  written_value(valueString, valueRatio, valueTime, valueDateTime, valuePeriod) AS written,
  valueBoolean AS said,
  valueCodeableConcept AS value_concept_key,
  interpretation,
  dataAbsentReason IS NOT NULL AS absent,
  normal_range(referenceRange) AS normal_range,
  hasMember IS NOT NULL OR component IS NOT NULL AS is_panel,
  component
FROM resource

-- @then
INSERT INTO read_observation
SELECT
  ref || '#' || nth,
  place, last_updated, patient_id, ignored,
  CAST(NULL AS VARCHAR),
  part.code,
  start_lo, start_hi,
  coalesce(part.valueQuantity.value, part.valueInteger),
  part.valueQuantity.comparator,
  part.valueRange.low.value,
  part.valueRange.high.value,
  coalesce(
    unit_of(part.valueQuantity), unit_of(part.valueRange.low), unit_of(part.valueRange.high)
  ),
  written_value(
    part.valueString, part.valueRatio, part.valueTime, part.valueDateTime, part.valuePeriod
  ),
  part.valueBoolean,
  part.valueCodeableConcept,
  part.interpretation,
  part.dataAbsentReason IS NOT NULL,
  normal_range(part.referenceRange),
  false,
  NULL
FROM (
  SELECT *, unnest(component) AS part, generate_subscripts(component, 1) AS nth
  FROM read_observation
  WHERE component IS NOT NULL AND ignored IS NULL
)
