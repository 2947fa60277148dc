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
valueRange JSON
valueRatio JSON
valueTime VARCHAR
valueDateTime VARCHAR
valuePeriod JSON
dataAbsentReason JSON
interpretation JSON
referenceRange STRUCT(low STRUCT("value" DOUBLE, unit VARCHAR, code VARCHAR), high STRUCT("value" DOUBLE, unit VARCHAR, code VARCHAR), "type" STRUCT(coding STRUCT(code VARCHAR)[]), "text" VARCHAR)[]
hasMember JSON
component JSON

-- @read
SELECT
  named('Observation', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  coalesce(
    stop_at(
      NOT isfinite(valueQuantity.value) OR NOT isfinite(valueInteger)
      OR NOT isfinite(limits.low.value) OR NOT isfinite(limits.high.value)
      OR contains(component, 'NaN') OR contains(component, 'Infinity')
      OR contains(valueRange, 'NaN') OR contains(valueRange, 'Infinity'),
      place
    ),
    CASE
      WHEN status = 'entered-in-error' THEN 'entered in error'
      WHEN status = 'cancelled' THEN 'cancelled'
    END
  ) AS ignored,
  coalesce(
    odd_dates(begun IS NOT NULL AND start_lo IS NULL),
    -- 1e999 is JSON, and larger than any number that is kept.
    CASE WHEN NOT isfinite(valueQuantity.value) OR NOT isfinite(valueInteger)
      THEN 'a number that is none: taken as no value' END,
    CASE WHEN limits IS NOT NULL AND NOT can_compare(limits, valueQuantity)
      THEN 'the reference range is in another unit: not used' END
  ) AS repaired,
  code AS concept_key,
  start_lo,
  -- On the day itself, or (of a period, or without any day) up to a later one.
  CASE WHEN effectivePeriod IS NULL AND start_lo IS NOT NULL THEN last_of(begun, start_lo)
    ELSE day_hi(coalesce(effectivePeriod.end, begun, issued)) END AS start_hi,
  finite(coalesce(valueQuantity.value, valueInteger)) AS number,
  valueQuantity.comparator AS comparator,
  range_value(valueRange, 'low') AS range_lo,
  range_value(valueRange, 'high') AS range_hi,
  coalesce(unit_of(valueQuantity), range_unit(valueRange)) AS unit,
  written_value(valueString, valueRatio, valueTime, valueDateTime, valuePeriod) AS written,
  valueBoolean AS said,
  valueCodeableConcept AS value_concept_key,
  interpretation,
  dataAbsentReason IS NOT NULL AS absent,
  CASE WHEN can_compare(limits, valueQuantity) THEN finite(limits.low.value) END AS ref_lo,
  CASE WHEN can_compare(limits, valueQuantity) THEN finite(limits.high.value) END AS ref_hi,
  limits.text AS range_key,
  hasMember IS NOT NULL OR component IS NOT NULL AS is_panel,
  component
FROM (
  SELECT *, day_lo(begun) AS start_lo
  FROM (
    SELECT
      *,
      coalesce(effectiveDateTime, effectiveInstant, effectivePeriod.start) AS begun,
      normal_range(referenceRange) AS limits
    FROM resource
  )
)

-- @then
INSERT INTO read_observation BY NAME
SELECT
  ref || '#' || nth AS ref,
  place, last_updated, patient_id, start_lo, start_hi,
  part -> '$.code' AS concept_key,
  finite(coalesce(quantity.value, TRY_CAST(part ->> '$.valueInteger' AS DOUBLE))) AS number,
  quantity.comparator AS comparator,
  range_value(part -> '$.valueRange', 'low') AS range_lo,
  range_value(part -> '$.valueRange', 'high') AS range_hi,
  coalesce(unit_of(quantity), range_unit(part -> '$.valueRange')) AS unit,
  written_value(
    part ->> '$.valueString', part -> '$.valueRatio', part ->> '$.valueTime',
    part ->> '$.valueDateTime', part -> '$.valuePeriod'
  ) AS written,
  TRY_CAST(part ->> '$.valueBoolean' AS BOOLEAN) AS said,
  part -> '$.valueCodeableConcept' AS value_concept_key,
  part -> '$.interpretation' AS interpretation,
  (part -> '$.dataAbsentReason') IS NOT NULL AS absent,
  CASE WHEN can_compare(limits, quantity) THEN finite(limits.low.value) END AS ref_lo,
  CASE WHEN can_compare(limits, quantity) THEN finite(limits.high.value) END AS ref_hi,
  limits.text AS range_key,
  CASE WHEN limits IS NOT NULL AND NOT can_compare(limits, quantity)
    THEN 'the reference range is in another unit: not used' END AS repaired,
  false AS is_panel
FROM (
  SELECT
    *,
    TRY(from_json(part -> '$.valueQuantity', '{"value": "DOUBLE", "comparator": "VARCHAR",
      "unit": "VARCHAR", "system": "VARCHAR", "code": "VARCHAR"}')) AS quantity,
    normal_range(TRY(from_json(part -> '$.referenceRange', '[{
      "low": {"value": "DOUBLE", "unit": "VARCHAR", "code": "VARCHAR"},
      "high": {"value": "DOUBLE", "unit": "VARCHAR", "code": "VARCHAR"},
      "type": {"coding": [{"code": "VARCHAR"}]}, "text": "VARCHAR"}]'))) AS limits
  FROM (
    SELECT
      ref, place, last_updated, patient_id, start_lo, start_hi,
      unnest(component -> '$[*]') AS part, unnest(range(1, 1 + len(component -> '$[*]'))) AS nth
    FROM read_observation
    WHERE component IS NOT NULL AND ignored IS NULL
  )
);
