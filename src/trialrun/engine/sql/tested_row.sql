-- The rows of {rows}, each with what the tests of {tests} say of it: a truth, or the reason for
-- none. Parameters: {tests}, {tests}_unit.
WITH bounded AS (
  SELECT
    r.*,
    asked.* EXCLUDE (part),
    CASE asked.bounded_by WHEN 'upper' THEN r.ref_hi WHEN 'lower' THEN r.ref_lo END * asked.times
      AS bound,
    abs(bound) * tolerance() AS slack,
    coalesce(unit.lo_below, bound - slack) AS lo_below,
    coalesce(unit.lo_above, bound + slack) AS lo_above,
    coalesce(unit.hi_below, bound - slack) AS hi_below,
    coalesce(unit.hi_above, bound + slack) AS hi_above,
    unit.test IS NOT NULL AS comparable,
    coalesce(NOT passes(
      r.lo, r.lo_open, r.hi, r.hi_open,
      unit.least_below, unit.least_above, FALSE, unit.greatest_below, unit.greatest_above, FALSE
    ), FALSE) AS implausible
  FROM {rows} AS r
  JOIN {tests} AS asked USING (part)
  LEFT JOIN {tests}_unit AS unit ON unit.test = asked.test AND unit.unit_id = r.unit_id
)
SELECT
  *,
  CASE asks
    WHEN 'number'
    THEN CASE
      WHEN comparable AND NOT implausible
      THEN passes(
        lo, lo_open, hi, hi_open,
        lo_below, lo_above, passing_lo_open, hi_below, hi_above, passing_hi_open
      )
    END
    WHEN 'positive' THEN polarity = 'positive'
    WHEN 'negative' THEN polarity = 'negative'
    WHEN 'abnormal' THEN abnormal
    WHEN 'normal' THEN NOT abnormal
  END AS truth,
  CASE
    WHEN truth IS NOT NULL THEN NULL
    WHEN asks <> 'number' THEN gap_no_value()
    WHEN lo IS NULL THEN gap_no_number()
    WHEN NOT comparable THEN gap_unit_not_comparable()
    WHEN lo_below IS NULL OR hi_below IS NULL THEN gap_no_limit_of_normal()
    WHEN implausible THEN gap_value_implausible()
    ELSE gap_value_imprecise()
  END AS reason
FROM bounded
