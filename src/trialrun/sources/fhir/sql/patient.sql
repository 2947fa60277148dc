-- Patient -> patient.
--
-- A gender that is neither male nor female is not recorded for our purpose: formulas and criteria
-- ask for the one or the other. Two versions of one patient that are equally new are both handed
-- over; the intake joins them. So are two records of one person, if a link says which of them was
-- replaced; a link that says less ("see also") is counted.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
gender VARCHAR
birthDate VARCHAR
deceasedBoolean BOOLEAN
deceasedDateTime VARCHAR
link STRUCT(other STRUCT(reference VARCHAR), "type" VARCHAR)[]

-- @read
SELECT
  named('Patient', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  id AS patient_id,
  CAST(NULL AS VARCHAR) AS ignored,
  reasons(
    odd_dates(unreadable(birthDate) OR unreadable(deceasedDateTime)),
    CASE WHEN len(list_filter(link, lambda l: l.type IN ('seealso', 'refer'))) > 0
      THEN 'linked to another record, perhaps of the same person: each is judged apart' END
  ) AS repaired,
  CASE WHEN gender IN ('male', 'female') THEN gender END AS sex,
  day_lo(birthDate) AS birth_lo,
  day_hi(birthDate) AS birth_hi,
  coalesce(deceasedBoolean, deceasedDateTime IS NOT NULL) AS died,
  day_lo(deceasedDateTime) AS death_lo,
  day_hi(deceasedDateTime) AS death_hi,
  link
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
WHERE ignored IS NULL;

CREATE VIEW staged_replaced AS
SELECT
  own AS said_by,
  CASE kind WHEN 'replaces' THEN other ELSE own END AS patient_id,
  CASE kind WHEN 'replaces' THEN own ELSE other END AS by_id,
  place
FROM (
  SELECT
    patient_id AS own, patient_of(one.other.reference) AS other, one.type AS kind,
    coalesce(place, ref) AS place
  FROM (SELECT *, unnest(link) AS one FROM read_patient WHERE ignored IS NULL)
)
WHERE kind IN ('replaced-by', 'replaces') AND other IS NOT NULL
