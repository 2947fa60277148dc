-- Rows in the window, for sure or perhaps, whose concept the value set cannot read.
SELECT silence.silence, r.patient_no, list_sort(list(r.row_id)) AS rows
FROM record_row AS r
JOIN unread_concept USING (concept_id)
JOIN silence USING (silence)
WHERE r.patient_no BETWEEN $first_patient AND $last_patient
  AND r.start_lo <= silence.last AND r.end_hi >= silence.first
GROUP BY silence.silence, r.patient_no
