-- Concepts that a value set cannot read: none of their codings is in a system that it lists in
-- full, and it does not list them either. Parameters: silence, readable, listed.
SELECT silence.silence, silence.kind, concept.concept_id
FROM silence
CROSS JOIN concept
WHERE NOT EXISTS (
  SELECT 1
  FROM coding
  JOIN readable USING (system)
  WHERE coding.concept_id = concept.concept_id AND readable.silence = silence.silence
)
AND NOT EXISTS (
  SELECT 1
  FROM listed
  WHERE listed.silence = silence.silence AND listed.concept_id = concept.concept_id
)
