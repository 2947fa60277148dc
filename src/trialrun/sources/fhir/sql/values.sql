-- What a value is, wherever it stands: in an Observation, its component, or an answer.

-- A ratio is a titre (1:320): a text that a value set may give a number to.
CREATE MACRO written_value(value_string, value_ratio, value_time, value_date_time, value_period) AS
  coalesce(
    value_string,
    (value_ratio ->> '$.numerator.value') || ':' || (value_ratio ->> '$.denominator.value'),
    value_time,
    value_date_time,
    (value_period ->> '$.start') || ' to ' || coalesce(value_period ->> '$.end', '')
  );

CREATE MACRO range_value(value_range, side) AS
  CASE WHEN value_range IS NOT NULL
    THEN finite(TRY_CAST(value_range ->> ('$.' || side || '.value') AS DOUBLE)) END;
CREATE MACRO range_unit(value_range) AS
  CASE WHEN value_range IS NOT NULL THEN coalesce(
    value_range ->> '$.low.code', value_range ->> '$.low.unit',
    value_range ->> '$.high.code', value_range ->> '$.high.unit'
  ) END;

-- The range of normal, if exactly one is given: with several (by age, by sex) nobody said which
-- one is this patient's. Ranges of another meaning (therapeutic, critical) are no limits of normal.
CREATE MACRO normal_ranges(ranges) AS
  list_filter(ranges, lambda r: r.type IS NULL OR has_code(r.type, 'normal'));
CREATE MACRO normal_range(ranges) AS
  CASE
    WHEN ranges IS NULL THEN NULL
    WHEN len(ranges) = 1 AND ranges[1].type IS NULL THEN ranges[1]
    WHEN len(normal_ranges(ranges)) = 1 THEN normal_ranges(ranges)[1]
  END;

-- Limits can stand beside the value only in its own unit; limits without a unit are in it.
CREATE MACRO limit_unit(limits) AS
  coalesce(limits.low.unit, limits.low.code, limits.high.unit, limits.high.code);
CREATE MACRO limit_code(limits) AS
  coalesce(limits.low.code, limits.low.unit, limits.high.code, limits.high.unit);
CREATE MACRO can_compare(limits, quantity) AS
  coalesce(limit_unit(limits) = quantity.unit, false)
  OR coalesce(limit_code(limits) = quantity.code, false)
  OR limit_unit(limits) IS NULL;

-- One end of a range: unbounded if only the other end is written.
CREATE MACRO range_bound(own, other, unbounded) AS
  coalesce(own, CASE WHEN other IS NOT NULL THEN CAST(unbounded AS DOUBLE) END);

-- What written texts and codes mean, filled once per distinct text: see meanings.py.
CREATE TABLE written_meaning (
  written VARCHAR, written_lo DOUBLE, written_hi DOUBLE, written_lo_open BOOLEAN,
  written_hi_open BOOLEAN, written_unit VARCHAR, written_polarity VARCHAR, written_abnormal BOOLEAN
);
CREATE TABLE range_meaning (range_key VARCHAR, written_ref_lo DOUBLE, written_ref_hi DOUBLE);
CREATE TABLE value_meaning (value_concept_key JSON, value_polarity VARCHAR);
CREATE TABLE flag_meaning (interpretation JSON, flag_abnormal BOOLEAN, flag_polarity VARCHAR);
CREATE TABLE route_meaning (route_key JSON, route VARCHAR);
CREATE TABLE timing_meaning (timing_key JSON, timing_per_day DOUBLE);
CREATE TABLE name_meaning (concept_key JSON, certainty VARCHAR);

-- Yes, no or unknown, as a boolean or by the codes of HL7 (v2-0136), SNOMED CT and LOINC.
CREATE MACRO yes_or_no(given) AS
  CASE (given ->> '$.valueBoolean')
    WHEN 'true' THEN 'yes'
    WHEN 'false' THEN 'no'
    ELSE CASE
      WHEN (given ->> '$.valueCoding.code') IN ('Y', '373066001', 'LA33-6') THEN 'yes'
      WHEN (given ->> '$.valueCoding.code') IN ('N', '373067005', 'LA32-8') THEN 'no'
      WHEN (given ->> '$.valueCoding.code') IN ('asked-unknown', 'LA12688-0') THEN 'unknown'
    END
  END;
