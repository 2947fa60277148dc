-- Dosages: how much a day, by which route, from when to when.

-- The one dosage of an order. With several (a taper, a morning and an evening dose) no one of them
-- is the dose of every day, so none is taken.
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

-- 90 days, 3 months: the last day of a duration that starts on a day.
CREATE MACRO after(day, duration) AS
  CAST(
    CASE coalesce(duration.code, duration.unit)
      WHEN 'd' THEN day + to_days(CAST(duration.value AS INTEGER))
      WHEN 'wk' THEN day + to_days(CAST(duration.value * 7 AS INTEGER))
      WHEN 'mo' THEN day + to_months(CAST(duration.value AS INTEGER))
      WHEN 'a' THEN day + to_years(CAST(duration.value AS INTEGER))
    END AS DATE
  );

-- A medicine that is only named beside a reference that leads nowhere.
CREATE MACRO medication_name(display) AS
  CASE WHEN trim(display) <> '' THEN to_json({coding: [], "text": trim(display)}) END;
