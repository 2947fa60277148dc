-- Diagnoses and allergies of which nobody is sure, and those of which it is said that there are none.
--
-- A suspicion, a denial and a relative's illness keep their name and lose their codes: no value set
-- can read them, neither for nor against. What only says "none" is left out: whether there is none,
-- the coverage says. `name_meaning` is filled by meanings.py.

CREATE MACRO first_word(words) AS list_filter(words, lambda w: trim(w) <> '')[1];

-- The name tells the reader of an answer why the row settles nothing: "Sepsis (provisional)".
CREATE MACRO without_codes(concept, doubt) AS
  to_json({
    coding: [],
    "text": coalesce(
      first_word([concept ->> '$.text']),
      first_word(concept ->> '$.coding[*].display'),
      first_word(concept ->> '$.coding[*].code'),
      '(no name)'
    ) || coalesce(' (' || doubt || ')', '')
  });

CREATE MACRO is_named(concept, meant) AS
  coalesce(concept IN (SELECT concept_key FROM name_meaning WHERE certainty = meant), false);

UPDATE read_condition SET ignored = 'it says that there is none'
WHERE ignored IS NULL AND is_named(concept_key, 'none');

UPDATE read_allergy_intolerance SET ignored = 'it says that there is none'
WHERE ignored IS NULL AND coalesce(len(substances), 0) = 0 AND is_named(concept_key, 'none');

UPDATE read_condition SET
  concept_key = without_codes(concept_key, doubt),
  repaired = reasons(
    'a suspicion, a denial or a relative''s: it counts as a doubt only', repaired
  )
WHERE ignored IS NULL AND concept_key IS NOT NULL
  AND (doubt IS NOT NULL OR is_named(concept_key, 'doubtful'));

-- "No known allergy" beside the substance of a reaction contradicts itself: both become a doubt.
UPDATE read_allergy_intolerance SET
  concept_key = CASE WHEN concept_key IS NOT NULL THEN without_codes(concept_key, doubt) END,
  substances = list_transform(substances, lambda s: without_codes(s, doubt)),
  repaired = reasons(
    'a suspicion, a denial or a relative''s: it counts as a doubt only', repaired
  )
WHERE ignored IS NULL AND (concept_key IS NOT NULL OR coalesce(len(substances), 0) > 0)
  AND (doubt IS NOT NULL OR is_named(concept_key, 'doubtful') OR is_named(concept_key, 'none'));
