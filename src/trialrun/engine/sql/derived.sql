-- Quantities derived by a published formula from the latest values. Every formula rises or falls
-- with each of its inputs, so that its least and greatest value stand at their ends. Those of the
-- kidneys fall with age: `final_…` is what becomes of them by the last day of the values.
-- Parameters: derived. Steps: part_value.
-- Cockcroft & Gault, Nephron 1976;16:31-41. CKD-EPI 2021: Inker et al., N Engl J Med
-- 2021;385:1737-49. Body mass index: kg/m2.
WITH inputs AS (
  SELECT
    derived.*,
    patient.patient_no,
    patient.sex = 'female' AS is_female,
    patient.birth_lo = patient.birth_hi AS birth_known,
    years_between(patient.birth_lo, derived.index) AS most_years,
    years_between(patient.birth_hi, derived.index) AS least_years,
    creatinine.low AS creatinine_low,
    creatinine.high AS creatinine_high,
    weight.low AS weight_low,
    weight.high AS weight_high,
    height.low AS height_low,
    height.high AS height_high,
    CASE
      WHEN needs_birth AND most_years <> least_years THEN 'birth'
      WHEN needs_sex AND patient.sex IS NULL THEN 'sex'
      WHEN creatinine_number IS NOT NULL AND (creatinine.gap IS NOT NULL OR creatinine.low IS NULL)
      THEN 'creatinine'
      WHEN weight_number IS NOT NULL AND (weight.gap IS NOT NULL OR weight.low IS NULL)
      THEN 'weight'
      WHEN height_number IS NOT NULL AND (height.gap IS NOT NULL OR height.low IS NULL)
      THEN 'height'
    END AS missing,
    CASE missing
      WHEN 'birth' THEN gap_birth_date_imprecise()
      WHEN 'sex' THEN gap_sex_not_recorded()
      WHEN 'creatinine' THEN coalesce(creatinine.gap, gap_no_record())
      WHEN 'weight' THEN coalesce(weight.gap, gap_no_record())
      WHEN 'height' THEN coalesce(height.gap, gap_no_record())
    END AS reason,
    list_sort(
      CASE
        WHEN missing IS NULL
        THEN list_concat(list_concat(creatinine.rows, weight.rows), height.rows)
        WHEN missing = 'creatinine' THEN creatinine.rows
        WHEN missing = 'weight' THEN weight.rows
        WHEN missing = 'height' THEN height.rows
      END
    ) AS rows,
    least(creatinine.until, weight.until, height.until) AS values_until,
    CASE
      WHEN needs_birth
      THEN least((patient.birth_lo + to_years(most_years + 1))::DATE, DATE '9999-12-31') - 1
    END AS age_until,
    CASE
      WHEN age_until < coalesce(values_until, DATE '9999-12-31')
      THEN years_between(patient.birth_lo, coalesce(values_until, DATE '9999-12-31'))
    END AS final_years
  FROM derived
  CROSS JOIN patient
  LEFT JOIN part_value AS creatinine
    ON creatinine.number = creatinine_number AND creatinine.patient_no = patient.patient_no
  LEFT JOIN part_value AS weight
    ON weight.number = weight_number AND weight.patient_no = patient.patient_no
  LEFT JOIN part_value AS height
    ON height.number = height_number AND height.patient_no = patient.patient_no
  WHERE patient.patient_no BETWEEN $first_patient AND $last_patient
),
computed AS (
  SELECT
    *,
    CASE formula
      WHEN 'creatinine clearance'
      THEN clearance(most_years, is_female, creatinine_high, weight_low)
      WHEN 'eGFR' THEN ckd_epi(most_years, is_female, creatinine_high)
      WHEN 'body mass index' THEN weight_low / (height_high * height_high)
    END AS low,
    CASE formula
      WHEN 'creatinine clearance'
      THEN clearance(least_years, is_female, creatinine_low, weight_high)
      WHEN 'eGFR' THEN ckd_epi(least_years, is_female, creatinine_low)
      WHEN 'body mass index' THEN weight_high / (height_low * height_low)
    END AS high,
    CASE formula
      WHEN 'creatinine clearance'
      THEN clearance(final_years, is_female, creatinine_high, weight_low)
      WHEN 'eGFR' THEN ckd_epi(final_years, is_female, creatinine_high)
    END AS final_low,
    CASE formula
      WHEN 'creatinine clearance'
      THEN clearance(final_years, is_female, creatinine_low, weight_high)
      WHEN 'eGFR' THEN ckd_epi(final_years, is_female, creatinine_low)
    END AS final_high
  FROM inputs
),
tested AS (
  SELECT
    *,
    CASE
      WHEN reason IS NULL
      THEN passes(
        low, FALSE, high, FALSE,
        lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
      )
    END AS truth,
    passes(
      final_low, FALSE, final_high, FALSE,
      lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
    ) AS final_truth,
    -- What is above a range now, and below it in the end, passes by.
    NOT truth AND lo_below > '-Infinity'::DOUBLE AND hi_above < 'Infinity'::DOUBLE AS may_pass_by
  FROM computed
)
SELECT
  leaf,
  patient_no,
  truth,
  rows,
  CASE WHEN truth IS NULL THEN coalesce(reason, gap_date_imprecise()) END AS gap,
  NULL::INTEGER[] AS coverage,
  CASE
    WHEN truth IS NULL THEN NULL
    WHEN final_years IS NULL THEN values_until
    WHEN birth_known AND NOT may_pass_by AND final_truth IS NOT DISTINCT FROM truth
    THEN values_until
    ELSE age_until
  END AS until
FROM tested
