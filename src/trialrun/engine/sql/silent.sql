-- Of whom silence does not say what it says of everyone: per leaf of {asked} and patient the rows
-- that cannot be read, and the coverage of whoever is apart. Parameters: {asked}. Steps: covered.
-- Before: unread.
SELECT asked.leaf, patient_no, unread.rows AS unread_rows, covered.coverage
FROM unread
FULL JOIN covered USING (silence, patient_no)
JOIN {asked} AS asked USING (silence)
