-- The change from an earlier to a later value, by so much or by so many percent of the earlier.
-- Parameters: change. Steps: part_value.
WITH ends AS (
  SELECT
    coalesce(earlier.leaf, later.leaf) AS leaf,
    coalesce(earlier.patient_no, later.patient_no) AS patient_no,
    earlier.low AS earlier_low,
    earlier.high AS earlier_high,
    later.low AS later_low,
    later.high AS later_high,
    list_sort(list_distinct(
      CASE
        WHEN earlier.day IS NULL THEN earlier.rows
        WHEN later.day IS NULL THEN later.rows
        ELSE list_concat(earlier.rows, later.rows)
      END
    )) AS rows,
    CASE
      WHEN earlier.day IS NULL THEN coalesce(earlier.gap, gap_no_record())
      WHEN later.day IS NULL THEN coalesce(later.gap, gap_no_record())
      ELSE least(
        earlier.gap,
        later.gap,
        CASE
          WHEN percent AND least(earlier.least_scale, later.least_scale)
            < greatest(earlier.most_scale, later.most_scale)
          THEN gap_unit_not_comparable()
        END,
        -- A number that may be zero, or on either side of it, has no percentage.
        CASE
          WHEN percent AND earlier.least_value <= 0 AND earlier.most_value >= 0
          THEN gap_no_number()
        END
      )
    END AS reason,
    least(earlier.until, later.until) AS until
  FROM (
    SELECT change.leaf, change.percent, value.*
    FROM change
    JOIN part_value AS value ON value.number = change.earlier
  ) AS earlier
  FULL JOIN (
    SELECT change.leaf, value.*
    FROM change
    JOIN part_value AS value ON value.number = change.later
  ) AS later USING (leaf, patient_no)
),
-- The least and the greatest change between the ends. Rounding is no worse than the larger end's.
changed AS (
  SELECT
    ends.*,
    change.* EXCLUDE (leaf),
    CASE WHEN percent THEN 100 / abs(earlier_low) ELSE 1 END AS per_low,
    CASE WHEN percent THEN 100 / abs(earlier_high) ELSE 1 END AS per_high,
    least((later_low - earlier_low) * per_low, (later_low - earlier_high) * per_high) AS low,
    greatest((later_high - earlier_low) * per_low, (later_high - earlier_high) * per_high) AS high,
    greatest(abs(earlier_low), abs(earlier_high), abs(later_low), abs(later_high))
      * greatest(per_low, per_high) * tolerance() AS slack,
    CASE
      WHEN reason IS NULL
      THEN passes(
        low, FALSE, high, FALSE,
        lo_below - slack, lo_above + slack, passing_lo_open,
        hi_below - slack, hi_above + slack, passing_hi_open
      )
    END AS truth
  FROM ends
  JOIN change USING (leaf)
)
SELECT
  leaf,
  patient_no,
  truth,
  rows,
  CASE WHEN truth IS NULL THEN coalesce(reason, gap_date_imprecise()) END AS gap,
  NULL::INTEGER[] AS coverage,
  CASE WHEN truth IS NOT NULL THEN until END AS until
FROM changed
