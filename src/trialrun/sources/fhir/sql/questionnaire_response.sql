-- QuestionnaireResponse -> attestation, measurement and finding: one row per answer, at any depth.
--
-- A yes or no is an attestation: what a person said about the statement that the question is, word
-- for word. A number, text or code is what an Observation's value would be. An answer is named
-- after the response and its place in it (QuestionnaireResponse/9#2.1).

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
questionnaire VARCHAR
subject STRUCT(reference VARCHAR)
authored VARCHAR
author STRUCT(reference VARCHAR, display VARCHAR)
item JSON[]

-- @read
SELECT
  named('QuestionnaireResponse', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  patient_of(subject.reference) AS patient_id,
  CASE WHEN status = 'entered-in-error' THEN 'entered in error' END AS ignored,
  odd_dates(unreadable(authored)) AS repaired,
  day_lo(authored) AS start_lo,
  day_hi(authored) AS start_hi,
  questionnaire,
  coalesce(author.reference, author.display) AS attested_by,
  item
FROM resource

-- @then
CREATE TABLE answer AS
WITH RECURSIVE question(response, name, level, item) AS (
  SELECT ref, ref || '#' || nth, 1, item[nth]
  FROM (
    SELECT ref, item, unnest(range(1, len(item) + 1)) AS nth
    FROM read_questionnaire_response
    WHERE ignored IS NULL
  )
  UNION ALL
  SELECT response, name || '.' || nth, level + 1, inner_items[nth]
  FROM (
    SELECT *, unnest(range(1, len(inner_items) + 1)) AS nth
    FROM (
      SELECT *, list_concat(item -> '$.item[*]', item -> '$.answer[*].item[*]') AS inner_items
      FROM question
      -- No questionnaire is deeper; a file that is must not keep us for ever.
      WHERE level < 20
    )
  )
)
SELECT
  asked.name || CASE WHEN nth > 1 THEN '/' || nth ELSE '' END AS name,
  ref, place, patient_id, start_lo, start_hi, questionnaire, attested_by,
  coalesce(nullif(trim(asked.item ->> '$.text'), ''), asked.item ->> '$.linkId', 'a question')
    AS question,
  asked.item ->> '$.linkId' AS link_id,
  given,
  given -> '$.valueCoding' AS coding
FROM (
  SELECT *, answers[nth] AS given
  FROM (SELECT *, unnest(range(1, len(answers) + 1)) AS nth
        FROM (SELECT *, item -> '$.answer[*]' AS answers FROM question))
) AS asked
JOIN read_questionnaire_response ON ref = asked.response;

INSERT INTO read_observation BY NAME
SELECT
  name AS ref, place, patient_id, start_lo, start_hi,
  to_json({
    coding: [{system: questionnaire, code: link_id, display: question}],
    "text": question
  }) AS concept_key,
  finite(TRY_CAST(coalesce(
    given ->> '$.valueDecimal', given ->> '$.valueInteger', given ->> '$.valueQuantity.value'
  ) AS DOUBLE)) AS number,
  given ->> '$.valueQuantity.comparator' AS comparator,
  coalesce(given ->> '$.valueQuantity.code', given ->> '$.valueQuantity.unit') AS unit,
  coalesce(
    given ->> '$.valueString', given ->> '$.valueDate', given ->> '$.valueDateTime',
    given ->> '$.valueTime'
  ) AS written,
  CASE WHEN coding IS NOT NULL
    THEN to_json({coding: [coding], "text": coding ->> '$.display'}) END AS value_concept_key,
  false AS absent,
  false AS is_panel
FROM answer
WHERE yes_or_no(given) IS NULL
ORDER BY name;

CREATE VIEW staged_attestation AS
SELECT
  patient_id,
  to_json({coding: [], "text": question}) AS concept_key,
  start_lo, start_hi,
  name AS ref,
  question,
  -- A third word, unknown, is neither.
  CASE yes_or_no(given) WHEN 'yes' THEN true WHEN 'no' THEN false END AS answer,
  attested_by,
  CAST(NULL AS VARCHAR) AS reason,
  coalesce(place, ref) AS place
FROM answer
WHERE yes_or_no(given) IS NOT NULL;
