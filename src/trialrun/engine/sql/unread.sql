-- The rows of a patient that a value set cannot read. Steps: unread_row.
SELECT silence, patient_no, list_sort(list(row_id)) AS rows
FROM unread_row
GROUP BY silence, patient_no
