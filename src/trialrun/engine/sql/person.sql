-- Age and sex. Parameters: age, sex.
-- `youngest` is the last day of birth on which one is old enough, `oldest` the last on which one is
-- already too old; a birth date known in part is TRUE or FALSE only if all its days are.
SELECT
  age.leaf,
  patient_no,
  CASE
    WHEN birth_hi <= youngest AND (oldest IS NULL OR birth_lo > oldest) THEN TRUE
    WHEN birth_lo > youngest OR birth_hi <= oldest THEN FALSE
  END AS truth,
  NULL::BIGINT[] AS rows,
  CASE WHEN truth IS NULL THEN gap_birth_date_imprecise() END::UTINYINT AS gap,
  NULL::INTEGER[] AS coverage,
  CASE
    WHEN truth AND high IS NOT NULL
    THEN least((birth_lo + to_years(high + 1))::DATE, DATE '9999-12-31') - 1
    WHEN birth_lo > youngest THEN least((birth_lo + to_years(low))::DATE, DATE '9999-12-31') - 1
  END AS until
FROM patient, age
WHERE patient_no BETWEEN $first_patient AND $last_patient
UNION ALL
SELECT
  sex.leaf,
  patient_no,
  patient.sex = sex.sex,
  NULL,
  CASE WHEN patient.sex IS NULL THEN gap_sex_not_recorded() END,
  NULL,
  NULL
FROM patient, sex
WHERE patient_no BETWEEN $first_patient AND $last_patient
