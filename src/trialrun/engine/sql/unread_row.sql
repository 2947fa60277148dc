-- Rows in the window, for sure or perhaps, whose concept the value set cannot read; not those that
-- say that something was absent, whatever it was.
-- Parameters: silence. Views: record_row. Steps: unread_concept.
SELECT silence.silence, r.patient_no, r.row_id
FROM record_row AS r
JOIN unread_concept USING (kind, concept_id)
JOIN silence USING (silence)
WHERE r.patient_no BETWEEN $first_patient AND $last_patient
  AND r.start_lo <= silence.last AND r.end_hi >= silence.first
  AND r.present IS DISTINCT FROM FALSE
