-- Patient -> patient.
--
-- A gender that is neither male nor female is not recorded for our purpose: formulas and criteria
-- ask for the one or the other. Two versions of one patient that are equally new are both handed
-- over; the intake joins them.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
gender VARCHAR
birthDate VARCHAR
deceasedBoolean BOOLEAN
deceasedDateTime VARCHAR

-- @read
SELECT
  named('Patient', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  id AS patient_id,
  CAST(NULL AS VARCHAR) AS ignored,
  odd_dates(unreadable(birthDate) OR unreadable(deceasedDateTime)) AS repaired,
  CASE WHEN gender IN ('male', 'female') THEN gender END AS sex,
  day_lo(birthDate) AS birth_lo,
  day_hi(birthDate) AS birth_hi,
  coalesce(deceasedBoolean, deceasedDateTime IS NOT NULL) AS died,
  day_lo(deceasedDateTime) AS death_lo,
  day_hi(deceasedDateTime) AS death_hi
FROM resource

-- @then
CREATE VIEW staged_patient AS
SELECT
  patient_id, sex, birth_lo, birth_hi,
  -- Died, but nobody wrote when: any day since the birth.
  CASE WHEN died THEN coalesce(death_lo, birth_lo, DATE '0001-01-01') ELSE DATE '9999-12-31' END
    AS death_lo,
  CASE WHEN died THEN death_hi ELSE DATE '9999-12-31' END AS death_hi,
  coalesce(place, ref) AS place
FROM read_patient
WHERE ignored IS NULL
