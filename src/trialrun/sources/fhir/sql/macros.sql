-- How FHIR writes names, codes and days; used by every resource type.

-- A resource is read by the file of its own type only. Another type, or no id, stops the fast
-- reading, and the file is then unpacked line by line.
CREATE MACRO named(expected, resource_type, id) AS
  CASE
    WHEN resource_type = expected AND id <> '' THEN expected || '/' || id
    ELSE error('a line that is not this resource')
  END;

-- NaN and Infinity are no JSON, but DuckDB reads them as numbers. They stop the fast reading, too;
-- what was unpacked has a place, and was rid of them.
CREATE MACRO stop_at(doubtful, place) AS
  CASE WHEN doubtful AND place IS NULL THEN error('a number that may be none') END;
CREATE MACRO finite(number) AS CASE WHEN isfinite(number) THEN number END;

-- `Patient/1`, `https://host/fhir/Patient/1`, `Patient/1/_history/2`, and a `urn:uuid:` that no
-- bundle explained (servers often keep the uuid as the id). A group or a device is no patient.
CREATE MACRO patient_of(reference) AS
  CASE
    WHEN starts_with(reference, 'Patient/') AND reference NOT LIKE 'Patient/%/%'
      THEN substr(reference, 9)
    WHEN starts_with(reference, 'urn:uuid:') THEN reference[10:]
    ELSE nullif(regexp_extract(reference, '(?:^|/)Patient/([A-Za-z0-9.\-]{1,64})', 1), '')
  END;

CREATE MACRO has_code(concept, code) AS
  coalesce(list_contains(list_transform(concept.coding, lambda c: c.code), code), false);

-- FHIR dates are partial: 2019, 2019-05, 2019-05-31, or a moment. A moment with an offset falls on
-- the hospital's day, which is the time zone of the connection. Days before 1850 or after 2199 are
-- placeholders (0001-01-01, 9999-12-31) and say nothing.
CREATE MACRO believable(day) AS
  CASE WHEN day BETWEEN DATE '1850-01-01' AND DATE '2199-12-31' THEN day END;
CREATE MACRO day_lo(written) AS
  believable(
    CASE length(written)
      WHEN 10 THEN TRY_CAST(written AS DATE)
      WHEN 7 THEN TRY_CAST(written || '-01' AS DATE)
      WHEN 4 THEN TRY_CAST(written || '-01-01' AS DATE)
      ELSE CAST(TRY_CAST(written AS TIMESTAMPTZ) AS DATE)
    END
  );
CREATE MACRO last_of(written, lo) AS
  CASE length(written)
    WHEN 7 THEN last_day(lo)
    WHEN 4 THEN CAST(lo + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE)
    ELSE lo
  END;
CREATE MACRO day_hi(written) AS last_of(written, day_lo(written));
CREATE MACRO unreadable(written) AS written IS NOT NULL AND day_lo(written) IS NULL;

-- An end that is not written: `goes_on` ends on the last day of the calendar; otherwise it may have
-- ended on any day since the start, which the intake makes of a NULL.
CREATE MACRO end_lo(written, goes_on) AS
  CASE WHEN written IS NULL AND goes_on THEN DATE '9999-12-31' ELSE day_lo(written) END;
CREATE MACRO end_hi(written, goes_on) AS
  CASE WHEN written IS NULL AND goes_on THEN DATE '9999-12-31' ELSE day_hi(written) END;

-- Several reasons why one row was changed, a line for each.
CREATE MACRO reasons(one, other) AS nullif(concat_ws(chr(10), one, other), '');

CREATE MACRO odd_dates(odd) AS
  CASE WHEN odd THEN 'a date that cannot be read or cannot be true: taken as unknown' END;
CREATE MACRO in_words(is_said) AS
  CASE WHEN is_said THEN 'a date in words: taken as unknown' END;

-- The least and the greatest age that an age, or a range of ages, leaves possible. A range without
-- either end is no age, and is counted as one that says no day.
CREATE MACRO least_age(age, range) AS coalesce(age, range -> '$.low');
CREATE MACRO greatest_age(age, range) AS
  coalesce(age, range -> '$.high', CASE WHEN (range -> '$.low') IS NULL THEN range END);

-- UCUM where the hospital sent it, else the unit as it is written.
CREATE MACRO unit_of(quantity) AS
  coalesce(
    CASE WHEN quantity.system = 'http://unitsofmeasure.org' THEN quantity.code ELSE quantity.unit END,
    quantity.unit,
    quantity.code
  );

-- How sure a diagnosis or an allergy is, where it is not: as its verification status says it.
CREATE MACRO not_confirmed(verification) AS
  CASE
    WHEN has_code(verification, 'unconfirmed') THEN 'unconfirmed'
    WHEN has_code(verification, 'provisional') THEN 'provisional'
    WHEN has_code(verification, 'differential') THEN 'differential'
  END;
