-- Dosages: how much a day, by which route, from when to when.

CREATE MACRO only_one(things) AS CASE WHEN len(things) = 1 THEN things[1] END;

CREATE MACRO days_in(period_unit) AS
  CASE period_unit
    WHEN 's' THEN 1 / 86400.0
    WHEN 'min' THEN 1 / 1440.0
    WHEN 'h' THEN 1 / 24.0
    WHEN 'd' THEN 1
    WHEN 'wk' THEN 7
  END;

-- Times a day. A month and a year have no fixed number of days; a range, a count, "as needed" and
-- named days or hours do not say how much a day: no dose is better than a wrong one.
CREATE MACRO times_a_day(repeat) AS
  CASE
    WHEN repeat.count IS NULL AND repeat.frequencyMax IS NULL AND repeat.periodMax IS NULL
      AND repeat.dayOfWeek IS NULL AND repeat.timeOfDay IS NULL AND repeat.when IS NULL
      AND repeat.period > 0
    THEN coalesce(repeat.frequency, 1) / (repeat.period * days_in(repeat.periodUnit))
  END;

-- A dosage is taken as needed if it says so, or says for what.
CREATE MACRO as_needed(dosage) AS
  coalesce(dosage.asNeededBoolean, dosage.asNeededCodeableConcept IS NOT NULL);

CREATE MACRO contained_code(contained, reference) AS
  list_filter(contained, lambda c: '#' || c.id = reference)[1].code;

-- `Medication/7` from a relative or an absolute reference.
CREATE MACRO medication_of(reference) AS
  nullif(regexp_extract(reference, '(?:^|/)(Medication/[A-Za-z0-9.\-]{1,64})', 1), '');

-- A medicine that is only named beside a reference that leads nowhere.
CREATE MACRO medication_name(display) AS
  CASE WHEN trim(display) <> '' THEN to_json({coding: [], "text": trim(display)}) END;

-- One value that stands in every item of a list, however it is written.
CREATE MACRO in_all(values_) AS
  CASE WHEN list_count(values_) = len(values_) AND len(list_distinct(values_)) = 1
    THEN values_[1] END;
CREATE MACRO bounds_of(dosages) AS list_transform(dosages, lambda d: d.timing.repeat.boundsPeriod);

-- From the first start to the last end; a dosage without the one or the other leaves it open.
CREATE MACRO first_start(bounds) AS
  CASE WHEN list_count(list_transform(bounds, lambda b: b."start")) = len(bounds)
    THEN list_min(list_transform(bounds, lambda b: b."start")) END;
CREATE MACRO last_end(bounds) AS
  CASE WHEN list_count(list_transform(bounds, lambda b: b."end")) = len(bounds)
    THEN list_max(list_transform(bounds, lambda b: b."end")) END;

-- Several dosages are taken side by side (a morning and an evening dose) if they have the same place
-- in the sequence, as FHIR says, or the very same bounds. Anything else may be a taper, of which no
-- one step is the dose of every day.
CREATE MACRO side_by_side(dosages) AS
  len(list_distinct(list_transform(dosages, lambda d: coalesce(d.sequence, -1)))) = 1
  AND len(list_distinct(list_transform(bounds_of(dosages),
    lambda b: concat_ws('/', b."start", '', b."end")))) = 1
  AND (dosages[1].sequence IS NOT NULL OR dosages[1].timing.repeat.boundsPeriod IS NOT NULL);

CREATE MACRO amount_a_day(dosage) AS
  CASE WHEN NOT as_needed(dosage)
    THEN only_one(dosage.doseAndRate).doseQuantity.value * times_a_day(dosage.timing.repeat) END;

-- The dose of a day out of several dosages: their sum, if each says how much a day, in one unit.
CREATE MACRO summed(amounts, unit) AS
  CASE WHEN list_count(amounts) = len(amounts) AND unit IS NOT NULL
    THEN {value: list_sum(amounts), unit: unit, system: NULL, code: NULL} END;
CREATE MACRO dose_of_several(dosages) AS
  CASE WHEN len(dosages) > 1 AND side_by_side(dosages)
    THEN summed(
      list_transform(dosages, lambda d: amount_a_day(d)),
      in_all(list_transform(dosages, lambda d: unit_of(only_one(d.doseAndRate).doseQuantity)))
    ) END;
CREATE MACRO no_one_dose(dosages) AS
  CASE WHEN len(dosages) > 1 AND dose_of_several(dosages) IS NULL
    THEN 'several dosages in one order: no daily dose' END;
CREATE MACRO route_of_all(dosages) AS
  in_all(list_transform(dosages, lambda d: d.route));
