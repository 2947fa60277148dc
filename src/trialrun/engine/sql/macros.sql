-- Words that several statements use. Bound before any of them runs, with those that are made in
-- macros.py: `gap_…()` for every reason of a gap, and `tolerance()`.

-- The last index date whose window still holds a day. 9999-12-31 is no end: NULL.
CREATE OR REPLACE TEMP MACRO exit_day(day, days, months) AS
  nullif(least(
    CASE
      WHEN day = DATE '9999-12-31' THEN day
      WHEN months IS NULL THEN day + days
      WHEN day = last_day(day) THEN last_day((day + to_months(months))::DATE)
      ELSE (day + to_months(months))::DATE
    END, DATE '9999-12-31'), DATE '9999-12-31');

-- Completed years; whoever was born on 29 February has the birthday on 28 February in other years.
CREATE OR REPLACE TEMP MACRO years_between(birth, day) AS
  year(day) - year(birth)
  - CASE WHEN (birth + to_years(CAST(year(day) - year(birth) AS INTEGER)))::DATE > day THEN 1 ELSE 0 END;

-- TRUE if every number of an interval passes, FALSE if none does, else NULL.
CREATE OR REPLACE TEMP MACRO passes(
  v_lo, v_lo_open, v_hi, v_hi_open,
  lo_below, lo_above, lo_open, hi_below, hi_above, hi_open
) AS
  CASE
    WHEN (v_lo > lo_above OR (v_lo >= lo_below AND (v_lo_open OR NOT lo_open)))
      AND (v_hi < hi_below OR (v_hi <= hi_above AND (v_hi_open OR NOT hi_open)))
    THEN TRUE
    WHEN v_hi < lo_below OR (v_hi <= lo_above AND (v_hi_open OR lo_open))
      OR v_lo > hi_above OR (v_lo >= hi_below AND (v_lo_open OR hi_open))
    THEN FALSE
  END;

-- The creatinine clearance in mL/min, from years, mg/dL and kg. Source: D. W. Cockcroft, M. H.
-- Gault. Prediction of creatinine clearance from serum creatinine. Nephron 1976;16:31-41. Women: 15 %
-- less.
CREATE OR REPLACE TEMP MACRO clearance(years, is_female, creatinine, weight) AS
  (140 - years) * weight / (72 * creatinine) * CASE WHEN is_female THEN 0.85::DOUBLE ELSE 1 END;

-- The estimated filtration rate in mL/min per 1.73 m2, from years and mg/dL. Source: L. A. Inker et
-- al. New creatinine- and cystatin C-based equations to estimate GFR without race. N Engl J Med
-- 2021;385:1737-49, the equation from creatinine alone (CKD-EPI 2021).
CREATE OR REPLACE TEMP MACRO ckd_epi(years, is_female, creatinine) AS
  142 * pow(0.9938::DOUBLE, years)
  * pow(
    least(creatinine / CASE WHEN is_female THEN 0.7::DOUBLE ELSE 0.9 END, 1),
    CASE WHEN is_female THEN -0.241::DOUBLE ELSE -0.302 END
  )
  * pow(greatest(creatinine / CASE WHEN is_female THEN 0.7::DOUBLE ELSE 0.9 END, 1), -1.2::DOUBLE)
  * CASE WHEN is_female THEN 1.012::DOUBLE ELSE 1 END;
