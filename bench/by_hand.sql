-- The yardstick for answering: the shipped protocol's criteria on 2022-01-15, by hand, for every
-- patient, over the Parquet files that flatten.py writes (run in their folder). Truths only: no
-- evidence, no reason for an UNKNOWN, no date. Three-valued: partial dates, unknown codes and units,
-- and the coverage that this clinic declares. TRUE and FALSE are the truth of the criterion's logic
-- with its confirmation, as trialrun answers it. docs/benchmark.md says what it leaves out.

CREATE MACRO index_day() AS DATE '2022-01-15';
-- TRUE if one is, FALSE if none is, else NULL; nobody without a row is found to have anything.
CREATE MACRO any3(t) AS CASE WHEN bool_or(t) THEN TRUE WHEN count(t) = count(*) THEN FALSE END;
CREATE MACRO said(key, t) AS CASE WHEN key IS NULL THEN FALSE ELSE t END;
-- Whether a period lies in a window, and whether a day does.
CREATE MACRO lasts(first, last, lo, hi, end_lo, end_hi) AS
  CASE WHEN hi <= last AND end_lo >= first THEN TRUE WHEN lo > last OR end_hi < first THEN FALSE END;
CREATE MACRO falls(first, last, lo, hi) AS
  CASE WHEN lo >= first AND hi <= last THEN TRUE WHEN lo > last OR hi < first THEN FALSE END;
CREATE MACRO years(birth) AS
  date_diff('year', birth, index_day())
  - CASE WHEN (birth + to_years(date_diff('year', birth, index_day())))::DATE > index_day()
    THEN 1 ELSE 0 END;

CREATE TEMP TABLE person AS
SELECT
  patient_id,
  CASE gender WHEN 'female' THEN TRUE WHEN 'male' THEN FALSE END AS is_female,
  years(birth_hi) AS age_lo, years(birth_lo) AS age_hi,
  birth_lo >= DATE '1955-01-01' AS procedures_known
FROM 'Patient.parquet'
WHERE coalesce(death_lo, CASE WHEN died THEN birth_lo END, DATE '9999-12-31') > index_day();

-- Diagnoses: the flags of each distinct code once.
CREATE TEMP TABLE diagnosis_code AS
SELECT
  codings,
  regexp_matches(c, '(^|,)(G12\.2|R29\.2|R25\.3|M62\.5|G61\.8(00)?(,|$)|G61\.82|G61\.89|G62\.909|G61\.800x003|86044005|37340000|230591002)') AS als,
  regexp_matches(c, '(^|,)(G61\.82|G12\.200x015|G62\.909|G61\.800x003|230591002)') AS immune,
  regexp_matches(c, '(^|,)(A02\.1|A39|A4[01]|A49\.9|B37\.7|O85|R57\.2|R65\.[012]|R78\.81|G0[016]|G04\.2|I33|J1[2-8]|J69\.0|J8[56]|K65|K81\.0|K83\.0|K85|M00|M72\.6|M86|N10|91302008|5758002|76571007|233604007)') AS infection,
  regexp_matches(c, '(^|,)(D4[567]|D[56]|D7[0-7]|B1[5-9]|Z22\.5|A1[5-9]|J65|A5[0-3]|F[234]|F6[0-3]|F0[4579]|F06\.[^7]|F50|F53|F6[89]|F99|I95|R57|T81\.1|G90\.3)') AS present_disease,
  regexp_matches(c, '(^|,)(F1[0-689]|F55|G31\.2|G62\.1|G72\.1|I42\.6|K29\.2|K70|K86\.0|Z50\.[23]|Z71\.[45]|Z72\.2|Z86\.4|C|Z08|Z51\.[01]|Z85|T86|Z94\.[0-489]|B2[0-4]|Z21|O98\.7|F0[0-3]|G30|G31\.[08])') AS past_disease,
  regexp_matches(c, '(^|,)(J80|J96|K70\.4|K72|K76\.7|N18\.[056]|Z99\.[12])') AS organ_failure,
  regexp_matches(c, '(^|,)(I0[15-9]|I1[13]|I[234]|I5[012]|Q2[0-6]|B33\.2|J81|O90\.3|R57\.0|Z95)') AS heart,
  regexp_matches(c, '(^|,)(O[0-7]|O8[0-4]|O9[89A]|Z32\.01|Z32\.1|Z3[3-6]|Z3A)') AS pregnancy,
  regexp_matches(c, '(^|,)(O91|O92\.7|Z39\.1)') AS lactation,
  regexp_matches(c, '(^|,)(N95\.2|Z78\.0|Z90\.71[01]|Z90\.722)') AS infertile,
  contains(s, 'icd-10') AS readable
FROM (
  SELECT
    codings,
    coalesce(array_to_string(list_transform(codings, lambda x: x.code), ','), '') AS c,
    coalesce(array_to_string(list_transform(codings, lambda x: x.system), ','), '') AS s
  FROM (SELECT DISTINCT codings FROM 'Condition.parquet')
);

CREATE MACRO flag(listed, readable) AS CASE WHEN listed THEN TRUE WHEN readable THEN FALSE END;

CREATE TEMP TABLE diagnosis AS
SELECT
  patient_id,
  any3(flag(als, readable) AND ever) AS als,
  any3(flag(immune, readable) AND ever) AS immune,
  any3(flag(infection, readable) AND active) AS infection,
  any3(flag(present_disease, readable) AND active) AS present_disease,
  any3(flag(past_disease, readable) AND ever) AS past_disease,
  any3(flag(organ_failure, readable) AND active) AS organ_failure,
  any3(flag(heart, readable) AND ever) AS heart,
  any3(flag(pregnancy, readable) AND active) AS pregnancy,
  any3(flag(lactation, readable) AND active) AS lactation,
  any3(flag(infertile, readable) AND ever) AS infertile
FROM (
  SELECT
    patient_id, als, immune, infection, present_disease, past_disease, organ_failure, heart,
    pregnancy, lactation, infertile, coalesce(readable, FALSE) AS readable,
    falls(DATE '0001-01-01', index_day(), start_lo, start_hi) AS ever,
    lasts(index_day(), index_day(), start_lo, start_hi, end_lo, end_hi) AS active
  FROM (
    SELECT
      patient_id, codings,
      coalesce(start_lo, DATE '0001-01-01') AS start_lo,
      coalesce(start_hi, DATE '9999-12-31') AS start_hi,
      greatest(coalesce(end_lo, CASE WHEN clinical = 'active' THEN DATE '9999-12-31' END, start_lo),
        start_lo) AS end_lo,
      coalesce(end_hi, DATE '9999-12-31') AS end_hi
    FROM 'Condition.parquet'
    WHERE verified NOT IN ('refuted', 'entered-in-error')
  ) AS kept
  LEFT JOIN diagnosis_code ON diagnosis_code.codings IS NOT DISTINCT FROM kept.codings
)
GROUP BY patient_id;

-- Observations: what each code measures, from when it counts, and what can be true of it.
CREATE TEMP TABLE analyte (code VARCHAR, what VARCHAR, first DATE, most DOUBLE);
INSERT INTO analyte VALUES
  ('6690-2', 'wbc', index_day() - 30, 1000), ('26464-8', 'wbc', index_day() - 30, 1000),
  ('804-5', 'wbc', index_day() - 30, 1000),
  ('731-0', 'lymphocytes', index_day() - 30, 1000), ('26474-7', 'lymphocytes', index_day() - 30, 1000),
  ('732-8', 'lymphocytes', index_day() - 30, 1000),
  ('777-3', 'platelets', index_day() - 30, 5000), ('26515-7', 'platelets', index_day() - 30, 5000),
  ('778-1', 'platelets', index_day() - 30, 5000),
  ('1742-6', 'alt', index_day() - 30, 50000), ('1743-4', 'alt', index_day() - 30, 50000),
  ('1744-2', 'alt', index_day() - 30, 50000),
  ('1920-8', 'ast', index_day() - 30, 50000), ('30239-8', 'ast', index_day() - 30, 50000),
  ('88112-8', 'ast', index_day() - 30, 50000),
  ('1975-2', 'bilirubin', index_day() - 30, 2000), ('14631-6', 'bilirubin', index_day() - 30, 2000),
  ('42719-5', 'bilirubin', index_day() - 30, 2000),
  ('2160-0', 'creatinine', index_day() - 90, 5000), ('14682-9', 'creatinine', index_day() - 90, 5000),
  ('38483-4', 'creatinine', index_day() - 90, 5000), ('59826-8', 'creatinine', index_day() - 90, 5000),
  ('29463-7', 'weight', DATE '2021-01-15', 650), ('3141-9', 'weight', DATE '2021-01-15', 650),
  ('88020-3', 'nyha', DATE '2021-01-15', 4), ('420816009', 'nyha', DATE '2021-01-15', 4),
  ('2106-3', 'hcg', index_day() - 7, NULL), ('2112-1', 'hcg', index_day() - 7, NULL),
  ('80384-1', 'hcg', index_day() - 7, NULL);
INSERT INTO analyte
SELECT unnest([
  '8061-4', '5048-4', '42254-3', '29953-7', '5130-0', '31348-6', '17792-3', '8093-7', '17791-5',
  '8094-5', '31627-3', '29374-6', '8091-1', '11572-5', '33910-1', '33935-8', '32218-0', '35279-9',
  '4537-7', '30341-2', '1988-5', '30522-7', '4485-9', '4498-2', '2465-3', '2458-8', '2472-9',
  '51703-7'
]), 'indicator', DATE '2021-07-15', NULL;

CREATE TEMP TABLE measured AS
SELECT
  *,
  CASE
    WHEN what IN ('wbc', 'lymphocytes', 'platelets') THEN number * CASE unit
      WHEN '10*9/L' THEN 1 WHEN '10^9/L' THEN 1 WHEN '×10⁹/L' THEN 1 WHEN 'K/uL' THEN 1
      WHEN '/mm3' THEN 0.001 END
    WHEN what = 'creatinine' THEN number / CASE unit
      WHEN 'umol/L' THEN 88.4 WHEN 'μmol/L' THEN 88.4 WHEN 'mg/dL' THEN 1 END
    WHEN what = 'weight' THEN number * CASE unit WHEN 'kg' THEN 1 WHEN 'g' THEN 0.001 END
    WHEN what = 'nyha' THEN CASE
      WHEN value_code IN ('LA28404-2', '420300004') OR said ~ '.*([^I]I|Ⅰ)级' THEN 1
      WHEN value_code IN ('LA28405-9', '421704003') OR said ~ '.*([^I]II|Ⅱ)级' THEN 2
      WHEN value_code IN ('LA28406-7', '420913000') OR said ~ '.*([^I]III|Ⅲ)级' THEN 3
      WHEN value_code IN ('LA28407-5', '422293003') OR said ~ '.*([^I]IV|Ⅳ)级' THEN 4 END
    ELSE number
  END AS amount,
  CASE
    WHEN said LIKE '阴性%' OR value_code = '260385009' THEN FALSE
    WHEN said LIKE '阳性%' OR value_code = '10828004' THEN TRUE
  END AS positive
FROM (
  SELECT
    patient_id, what, first, most, day_lo, day_hi, flag, value_code, said, ref_hi, ref_lo,
    day_lo >= first AND day_hi <= index_day() AS sure,
    coalesce(number, CASE WHEN said[1] = '<' THEN TRY_CAST(split_part(said[2:], ' ', 1) AS DOUBLE) END)
      AS number,
    coalesce(unit, CASE WHEN said[1] = '<' THEN split_part(said, ' ', 2) END) AS unit,
    comparator IS NOT NULL OR coalesce(said[1] = '<', FALSE) AS is_bound
  FROM 'Observation.parquet'
  JOIN analyte USING (code)
  WHERE status <> 'entered-in-error' AND day_lo <= index_day() AND day_hi >= first
    AND absent IS NULL
);

-- The latest value, and with it every value that may be as late.
CREATE TEMP TABLE latest AS
SELECT
  *,
  CASE
    WHEN amount > most OR amount < 0 THEN NULL
    WHEN what IN ('wbc', 'lymphocytes', 'platelets') THEN CASE
      WHEN is_bound AND amount > least THEN NULL ELSE amount < least OR is_bound END
    WHEN what IN ('alt', 'ast', 'bilirubin') THEN number > 3 * ref_hi
    WHEN what = 'nyha' THEN amount >= 3
    WHEN what = 'hcg' THEN positive
  END AS truth
FROM (
  SELECT
    *,
    CASE what WHEN 'wbc' THEN 2.0 WHEN 'lymphocytes' THEN 0.6 WHEN 'platelets' THEN 80 END AS least
  FROM measured
  WHERE what <> 'indicator'
  QUALIFY day_hi >= max(day_lo) FILTER (WHERE sure) OVER (PARTITION BY patient_id, what)
);

CREATE TEMP TABLE measurement AS
SELECT
  patient_id, what,
  -- One day's values: the one that speaks against enrolment counts (of a pregnancy test: positive).
  CASE
    WHEN min(day_lo) = max(day_hi) THEN CASE
      WHEN bool_or(truth) THEN TRUE WHEN count(truth) = count(*) THEN FALSE END
    WHEN bool_and(truth) AND count(truth) = count(*) THEN TRUE
    WHEN NOT bool_or(truth) AND count(truth) = count(*) THEN FALSE
  END AS truth,
  CASE WHEN count(amount) = count(*) AND NOT bool_or(is_bound OR amount > most) THEN min(amount) END
    AS least,
  CASE WHEN count(amount) = count(*) AND NOT bool_or(is_bound OR amount > most) THEN max(amount) END
    AS greatest
FROM latest
GROUP BY patient_id, what;

CREATE TEMP TABLE laboratory AS
SELECT
  patient_id,
  any_value(truth) FILTER (WHERE what = 'wbc') AS low_wbc,
  any_value(truth) FILTER (WHERE what = 'lymphocytes') AS low_lymphocytes,
  any_value(truth) FILTER (WHERE what = 'platelets') AS low_platelets,
  any_value(truth) FILTER (WHERE what = 'alt') AS high_alt,
  any_value(truth) FILTER (WHERE what = 'ast') AS high_ast,
  any_value(truth) FILTER (WHERE what = 'bilirubin') AS high_bilirubin,
  any_value(truth) FILTER (WHERE what = 'nyha') AS nyha_3,
  any_value(truth) FILTER (WHERE what = 'hcg') AS hcg,
  any_value(greatest) FILTER (WHERE what = 'creatinine') AS creatinine,
  any_value(least) FILTER (WHERE what = 'creatinine') AS creatinine_lo,
  any_value(least) FILTER (WHERE what = 'weight') AS weight_lo,
  any_value(greatest) FILTER (WHERE what = 'weight') AS weight_hi
FROM measurement
GROUP BY patient_id;

CREATE TEMP TABLE indicator AS
SELECT patient_id, bool_or(abnormal AND sure) AS abnormal
FROM (
  SELECT
    patient_id, sure,
    coalesce(
      CASE WHEN flag IN ('H', 'HH', 'L', 'LL', 'A', 'AA') THEN TRUE WHEN flag = 'N' THEN FALSE END,
      number > ref_hi OR number < ref_lo, positive
    ) AS abnormal
  FROM measured
  WHERE what = 'indicator'
)
GROUP BY patient_id;

-- Signs that were looked for, and found or not.
CREATE TEMP TABLE sign AS
SELECT patient_id, any3(CASE WHEN present THEN falls(DATE '0001-01-01', index_day(), day_lo, day_hi) ELSE present END) AS found
FROM (
  SELECT
    patient_id, day_lo, day_hi,
    CASE
      WHEN value_code IN ('82470000', '88092000', '86854008', '221360009') THEN TRUE
      WHEN code IN ('86854008', '221360009', '82470000', '88092000') OR code LIKE 'R29.2%'
        OR code LIKE 'R25.3%' OR code LIKE 'M62.5%' THEN coalesce(yes, said LIKE '阳性%')
      ELSE FALSE
    END AS present
  FROM 'Observation.parquet'
  WHERE status <> 'entered-in-error'
    AND (code LIKE 'R29.2%' OR code LIKE 'R25.3%' OR code LIKE 'M62.5%'
      OR code IN ('86854008', '221360009', '82470000', '88092000')
      OR value_code IN ('82470000', '88092000', '86854008', '221360009'))
)
GROUP BY patient_id;

-- Medicines of the last six months, with the daily dose in mg.
CREATE TEMP TABLE medication AS
SELECT
  *,
  dose * per_day * CASE unit WHEN 'mg' THEN 1 WHEN 'g' THEN 1000 END AS mg,
  CASE
    WHEN route IN ('47625008', 'iv') OR route LIKE '静脉%' THEN 'iv'
    WHEN route IN ('6064005', '447694001') THEN 'local'
    WHEN route IS NOT NULL THEN 'other'
  END AS way,
  lasts(DATE '2021-11-15', index_day(), start_lo, start_hi, end_lo, end_hi) AS recent,
  lasts(DATE '2021-07-15', index_day(), start_lo, start_hi, end_lo, end_hi) AS half_year
FROM (
  SELECT
    patient_id, system, code, route, dose, unit, per_day,
    coalesce(start_lo, DATE '0001-01-01') AS start_lo,
    least(coalesce(start_hi, DATE '9999-12-31'), coalesce(end_hi, DATE '9999-12-31')) AS start_hi,
    greatest(coalesce(end_lo, CASE WHEN status IN ('active', 'on-hold') THEN DATE '9999-12-31' END,
      start_lo), start_lo) AS end_lo,
    coalesce(end_hi, DATE '9999-12-31') AS end_hi
  FROM (
    SELECT patient_id, system, code, route, dose, unit, status, start_lo, start_hi, end_lo, end_hi,
      frequency / CASE per_unit WHEN 'd' THEN per WHEN 'wk' THEN per * 7 END AS per_day
    FROM 'MedicationRequest.parquet'
    WHERE status NOT IN ('entered-in-error', 'cancelled', 'draft') AND intent NOT IN ('proposal', 'option')
    UNION ALL
    SELECT patient_id, system, code, route, dose, unit, status, start_lo, start_hi, end_lo, end_hi,
      frequency / CASE per_unit WHEN 'd' THEN per WHEN 'wk' THEN per * 7 END
    FROM 'MedicationStatement.parquet'
    WHERE status NOT IN ('entered-in-error', 'not-taken', 'intended')
    UNION ALL
    SELECT patient_id, system, code, route, dose, unit, status, start_lo, start_hi, end_lo, end_hi, 1
    FROM 'MedicationAdministration.parquet'
    WHERE status NOT IN ('entered-in-error', 'not-done')
  )
)
WHERE start_lo <= index_day() AND end_hi >= DATE '2021-07-15'
  AND (code IS NULL OR code LIKE 'H02AB%' OR code LIKE 'J06BA%' OR code LIKE 'J07%');

CREATE TEMP VIEW medicine AS
FROM medication WHERE end_hi >= DATE '2021-11-15' AND (code IS NULL OR code NOT LIKE 'J07%');

CREATE TEMP TABLE vaccine_given AS
SELECT
  patient_id,
  any3(CASE WHEN code LIKE 'J07%' THEN half_year
    WHEN code IS NULL AND half_year IS NOT FALSE THEN NULL ELSE FALSE END) AS given
FROM medication
GROUP BY patient_id;

-- Glucocorticoids as mg of prednisone, and the least and the most a day may have added up to.
CREATE TEMP TABLE glucocorticoid AS
SELECT *, 5 * mg / CASE code
  WHEN 'H02AB07' THEN 5 WHEN 'H02AB06' THEN 5 WHEN 'H02AB04' THEN 4 WHEN 'H02AB02' THEN 0.75
  WHEN 'H02AB09' THEN 20 WHEN 'H02AB01' THEN 0.6 WHEN 'H02AB08' THEN 4 WHEN 'H02AB13' THEN 6
  END AS prednisone
FROM medicine
WHERE code LIKE 'H02AB%' AND way IS DISTINCT FROM 'local';

CREATE TEMP TABLE taken AS
SELECT
  patient_id, day,
  coalesce(sum(prednisone) FILTER (WHERE start_hi <= day AND end_lo >= day AND way IS NOT NULL), 0)
    AS surely,
  CASE WHEN count(prednisone) FILTER (WHERE start_lo <= day AND end_hi >= day)
    = count(*) FILTER (WHERE start_lo <= day AND end_hi >= day)
    THEN coalesce(sum(prednisone) FILTER (WHERE start_lo <= day AND end_hi >= day), 0)
    ELSE 'Infinity'::DOUBLE END AS perhaps
FROM glucocorticoid
JOIN (
  SELECT DISTINCT patient_id, day
  FROM (
    SELECT patient_id, unnest([greatest(start_lo, DATE '2021-11-15'), start_hi, index_day()]) AS day
    FROM glucocorticoid
  )
  WHERE day BETWEEN DATE '2021-11-15' AND index_day()
) USING (patient_id)
GROUP BY patient_id, day;

CREATE TEMP TABLE drug AS
SELECT
  patient_id,
  any3(CASE WHEN code LIKE 'J06BA%' THEN recent AND way = 'iv' WHEN code IS NULL
    THEN CASE WHEN recent IS NOT FALSE THEN NULL ELSE FALSE END ELSE FALSE END) AS immunoglobulin,
  any3(CASE WHEN code = 'H02AB04' THEN recent AND way = 'iv' AND mg >= 250 WHEN code IS NULL
    THEN CASE WHEN recent IS NOT FALSE THEN NULL ELSE FALSE END ELSE FALSE END) AS pulse,
  bool_or(code IS NULL AND start_lo <= index_day() AND end_hi >= index_day()) AS unread_today,
  bool_or(code IS NULL) AS unread
FROM medicine
GROUP BY patient_id;

CREATE TEMP TABLE steroid AS
SELECT
  patient_id,
  max(surely) AS most_surely, max(perhaps) AS most_perhaps,
  max(surely) FILTER (WHERE day = index_day()) AS today_surely,
  max(perhaps) FILTER (WHERE day = index_day()) AS today_perhaps
FROM taken
GROUP BY patient_id;

CREATE TEMP TABLE vaccine AS
SELECT patient_id, any3(CASE WHEN code LIKE 'J07%' OR system LIKE '%cvx' THEN given
  WHEN given IS NOT FALSE THEN NULL ELSE FALSE END) AS given
FROM (
  SELECT patient_id, system, code,
    falls(DATE '2021-07-15', index_day(), coalesce(day_lo, DATE '0001-01-01'),
      coalesce(day_hi, DATE '9999-12-31')) AS given
  FROM 'Immunization.parquet'
  WHERE status = 'completed'
)
GROUP BY patient_id;

CREATE TEMP TABLE allergy AS
SELECT patient_id, any3(CASE WHEN code IN ('L03AC01', '386917000') THEN start_hi <= index_day()
  WHEN code IS NULL THEN NULL ELSE FALSE END) AS interleukin
FROM 'AllergyIntolerance.parquet'
WHERE verified NOT IN ('refuted', 'entered-in-error') AND start_lo <= index_day()
GROUP BY patient_id;

CREATE TEMP TABLE operation AS
SELECT patient_id, any3(CASE
  WHEN code IN ('70536003', '18027006', '32413006', '88039007', '23719005') THEN start_hi <= index_day()
  END) AS transplant
FROM 'Procedure.parquet'
WHERE status = 'completed' AND start_lo <= index_day()
GROUP BY patient_id;

CREATE TEMP TABLE study AS
SELECT patient_id, any3(lasts(index_day(), index_day(), start_lo, start_hi,
  coalesce(end_lo, CASE WHEN status = 'on-study' THEN DATE '9999-12-31' ELSE start_lo END),
  coalesce(end_hi, DATE '9999-12-31'))) AS takes_part
FROM 'ResearchSubject.parquet'
WHERE status NOT IN ('ineligible', 'candidate', 'entered-in-error')
GROUP BY patient_id;

-- What people said last, as long as it counts.
CREATE TEMP TABLE attested AS
PIVOT (
  SELECT patient_id, asked, CASE WHEN count(answer) = count(*) THEN
    CASE WHEN exclusion THEN bool_or(answer) ELSE bool_and(answer) END END AS answer
  FROM (
    SELECT patient_id, day_lo, answer, CASE
      WHEN question LIKE '%: a person has confirmed%' THEN split_part(question, ':', 1)
      WHEN question LIKE 'response to%' THEN 'poor_response'
      WHEN question LIKE 'has used contraception%' THEN 'contraception'
      WHEN question LIKE 'is pregnant%' THEN 'expecting'
      WHEN question LIKE 'has signed%' THEN 'consent'
      WHEN question LIKE 'is allergic%' THEN 'allergic'
      WHEN question LIKE 'received non-standard%' THEN 'nonstandard'
      WHEN question LIKE 'takes part in another%' THEN 'elsewhere'
    END AS asked, asked IN ('allergic', 'nonstandard', 'elsewhere', 'expecting') AS exclusion,
    CASE
      WHEN asked IN ('E5', 'contraception', 'expecting', 'nonstandard', 'elsewhere') THEN INTERVAL 7 DAY
      WHEN asked IN ('E6', 'E7') THEN INTERVAL 30 DAY
      WHEN asked = 'I3' THEN INTERVAL 6 MONTH
    END AS counts
    FROM 'QuestionnaireResponse.parquet'
    WHERE status = 'completed' AND day_lo <= index_day()
      AND (counts IS NULL OR day_lo >= index_day() - counts)
    QUALIFY day_lo = max(day_lo) OVER (PARTITION BY patient_id, asked)
  )
  GROUP BY patient_id, asked, exclusion
)
ON asked IN ('I2', 'I3', 'E5', 'E6', 'E7', 'poor_response', 'contraception', 'consent', 'allergic',
  'nonstandard', 'elsewhere', 'expecting')
USING bool_or(answer) GROUP BY patient_id;

COPY (
  WITH known AS (
    SELECT
      person.*, laboratory.*, attested.*,
      said(diagnosis.patient_id, als) AS als,
      -- The list of immune syndromes is open: that none is recorded proves nothing.
      CASE WHEN said(diagnosis.patient_id, immune) THEN TRUE END AS immune,
      said(diagnosis.patient_id, infection) AS infection,
      said(diagnosis.patient_id, present_disease) AS present_disease,
      said(diagnosis.patient_id, past_disease) AS past_disease,
      said(diagnosis.patient_id, organ_failure) AS organ_failure,
      said(diagnosis.patient_id, heart) AS heart,
      said(diagnosis.patient_id, pregnancy) AS pregnancy,
      said(diagnosis.patient_id, lactation) AS lactation,
      said(diagnosis.patient_id, infertile) AS infertile,
      said(sign.patient_id, sign.found) AS sign,
      CASE WHEN indicator.abnormal THEN TRUE END AS abnormal,
      said(drug.patient_id, drug.immunoglobulin) AS immunoglobulin,
      said(drug.patient_id, drug.pulse) AS pulse,
      coalesce(most_surely, 0) AS most_surely,
      CASE WHEN drug.unread THEN 'Infinity' ELSE coalesce(most_perhaps, 0) END AS most_perhaps,
      coalesce(today_surely, 0) AS today_surely,
      CASE WHEN drug.unread_today THEN 'Infinity' ELSE coalesce(today_perhaps, 0) END AS today_perhaps,
      said(vaccine.patient_id, vaccine.given)
        OR said(vaccine_given.patient_id, vaccine_given.given) AS vaccinated,
      said(allergy.patient_id, allergy.interleukin) AS allergy,
      CASE WHEN operation.transplant THEN TRUE WHEN operation.patient_id IS NULL AND procedures_known
        THEN FALSE END AS transplant,
      said(study.patient_id, study.takes_part) AS in_study
    FROM person
    LEFT JOIN diagnosis USING (patient_id)
    LEFT JOIN laboratory USING (patient_id)
    LEFT JOIN attested USING (patient_id)
    LEFT JOIN indicator USING (patient_id)
    LEFT JOIN sign USING (patient_id)
    LEFT JOIN drug USING (patient_id)
    LEFT JOIN steroid USING (patient_id)
    LEFT JOIN vaccine USING (patient_id)
    LEFT JOIN vaccine_given USING (patient_id)
    LEFT JOIN allergy USING (patient_id)
    LEFT JOIN operation USING (patient_id)
    LEFT JOIN study USING (patient_id)
  ),
  reproductive AS (
    SELECT
      *,
      CASE WHEN age_hi <= 49 THEN TRUE WHEN age_lo > 49 THEN FALSE END AS to_49,
      (140 - age_lo) * CASE WHEN is_female THEN 0.85 WHEN NOT is_female THEN 1 END / 72.0 AS cockcroft_hi,
      (140 - age_hi) * CASE WHEN is_female THEN 0.85 WHEN NOT is_female THEN 1 END / 72.0 AS cockcroft_lo
    FROM known
  )
  SELECT
    patient_id,
    CASE WHEN age_lo >= 18 AND age_hi <= 70 THEN TRUE WHEN age_hi < 18 OR age_lo > 70 THEN FALSE END
      AS I1,
    (als OR sign) AND I2 AS I2,
    (abnormal OR immune) AND I3 AS I3,
    poor_response AS I4,
    CASE WHEN today_perhaps = 0 THEN TRUE WHEN today_perhaps / weight_lo <= 1.0 THEN TRUE
      WHEN today_surely / weight_hi > 1.0 THEN FALSE END AS I5a,
    NOT (is_female AND to_49 AND NOT infertile) OR (NOT hcg AND contraception) AS I6,
    consent AS I8,
    allergy OR allergic AS E1,
    CASE WHEN most_perhaps = 0 THEN FALSE WHEN most_surely / weight_hi > 1.0 THEN TRUE
      WHEN most_perhaps / weight_lo <= 1.0 THEN FALSE END OR pulse AS E2a,
    immunoglobulin AS E2b,
    nonstandard AS E2c,
    vaccinated AS E3a,
    low_wbc OR low_lymphocytes OR low_platelets AS E4,
    infection OR NOT E5 AS E5,
    present_disease OR past_disease OR transplant OR NOT E6 AS E6,
    organ_failure OR (heart AND nyha_3)
      OR CASE WHEN cockcroft_hi * weight_hi / creatinine_lo <= 30 THEN TRUE
        WHEN cockcroft_lo * weight_lo / creatinine > 30 THEN FALSE END
      OR high_alt OR high_ast OR high_bilirubin OR NOT E7 AS E7,
    is_female AND (pregnancy OR lactation OR expecting OR (to_49 AND hcg)) AS E8,
    in_study OR elsewhere AS E9
  FROM reproductive
) TO 'by_hand.parquet' (FORMAT parquet);
