-- Ages in place of dates -> the days on which the patient was so old, by the date of birth.
--
-- At 54 is every day from the 54th birthday to the day before the 55th. An age without a unit, or of
-- somebody whose birth this export does not date, says no day: the date is then unknown.

CREATE MACRO age_unit(age) AS
  CASE lower(trim(coalesce(age ->> '$.code', age ->> '$.unit')))
    WHEN 'a' THEN 'a' WHEN 'yr' THEN 'a' WHEN 'year' THEN 'a' WHEN 'years' THEN 'a' WHEN '岁' THEN 'a'
    WHEN 'mo' THEN 'mo' WHEN 'month' THEN 'mo' WHEN 'months' THEN 'mo' WHEN '月' THEN 'mo'
    WHEN 'wk' THEN 'wk' WHEN 'week' THEN 'wk' WHEN 'weeks' THEN 'wk'
    WHEN 'd' THEN 'd' WHEN 'day' THEN 'd' WHEN 'days' THEN 'd' WHEN '天' THEN 'd'
  END;
-- Nobody has been older than 130.
CREATE MACRO age_limit(unit) AS
  CASE unit WHEN 'a' THEN 130 WHEN 'mo' THEN 1560 WHEN 'wk' THEN 6783 WHEN 'd' THEN 47482 END;
-- What an age says: its unit, and how many of them are over. Written once where it is used, since a
-- macro is written out anew wherever its argument stands.
CREATE MACRO age_said(age) AS {
  unit: age_unit(age),
  over: CASE WHEN (age ->> '$.comparator') IS NULL THEN TRY_CAST(age ->> '$.value' AS DOUBLE) END
};
CREATE MACRO whole_age(said) AS
  CASE WHEN said.over BETWEEN 0 AND age_limit(said.unit) THEN CAST(floor(said.over) AS INTEGER) END;
CREATE MACRO later(day, n, unit) AS
  CAST(day + CASE unit
    WHEN 'a' THEN to_months(12 * n) WHEN 'mo' THEN to_months(n)
    WHEN 'wk' THEN to_days(7 * n) WHEN 'd' THEN to_days(n)
  END AS DATE);
CREATE MACRO first_day_at(birth, said) AS later(birth, whole_age(said), said.unit);
CREATE MACRO last_day_at(birth, said) AS later(birth, whole_age(said) + 1, said.unit) - 1;

CREATE MACRO no_days(age, day) AS age IS NOT NULL AND day IS NULL;
CREATE MACRO undated(is_so) AS
  CASE WHEN is_so THEN 'an age that gives no day: the date is taken as unknown' END;

CREATE TEMP TABLE born AS
SELECT patient_id, min(birth_lo) AS birth_lo, max(birth_hi) AS birth_hi
FROM read_patient WHERE ignored IS NULL GROUP BY patient_id;

CREATE TEMP TABLE condition_aged AS
WITH said AS MATERIALIZED (
  SELECT
    rowid AS nth, patient_id,
    age_said(onset_from) AS onset_from, age_said(onset_to) AS onset_to,
    age_said(abated_from) AS abated_from, age_said(abated_to) AS abated_to
  FROM read_condition
  WHERE coalesce(onset_from, onset_to, abated_from, abated_to) IS NOT NULL
)
SELECT
  nth,
  first_day_at(birth_lo, onset_from) AS onset_lo,
  last_day_at(birth_hi, onset_to) AS onset_hi,
  first_day_at(birth_lo, abated_from) AS abated_lo,
  last_day_at(birth_hi, abated_to) AS abated_hi
FROM said LEFT JOIN born USING (patient_id);

-- It had begun when it was recorded, unless the record contradicts itself.
CREATE MACRO begun_by(onset_lo, onset_hi, recorded) AS
  CASE WHEN recorded < onset_lo THEN onset_hi ELSE least(onset_hi, recorded) END;

UPDATE read_condition SET
  start_lo = coalesce(start_lo, onset_lo),
  start_hi = begun_by(onset_lo, onset_hi, start_hi),
  end_lo = coalesce(end_lo, abated_lo),
  end_hi = coalesce(end_hi, abated_hi),
  repaired = reasons(repaired, undated(
    start_lo IS NULL AND (no_days(onset_from, onset_lo) OR no_days(onset_to, onset_hi))
    OR end_lo IS NULL AND (no_days(abated_from, abated_lo) OR no_days(abated_to, abated_hi))
  ))
FROM condition_aged WHERE read_condition.rowid = nth;

CREATE TEMP TABLE allergy_aged AS
WITH said AS MATERIALIZED (
  SELECT
    rowid AS nth, patient_id, age_said(onset_from) AS onset_from, age_said(onset_to) AS onset_to
  FROM read_allergy_intolerance
  WHERE coalesce(onset_from, onset_to) IS NOT NULL
)
SELECT
  nth,
  first_day_at(birth_lo, onset_from) AS onset_lo,
  last_day_at(birth_hi, onset_to) AS onset_hi
FROM said LEFT JOIN born USING (patient_id);

UPDATE read_allergy_intolerance SET
  start_lo = coalesce(start_lo, onset_lo),
  start_hi = begun_by(onset_lo, onset_hi, start_hi),
  repaired = reasons(repaired, undated(
    start_lo IS NULL AND (no_days(onset_from, onset_lo) OR no_days(onset_to, onset_hi))
  ))
FROM allergy_aged WHERE read_allergy_intolerance.rowid = nth;
