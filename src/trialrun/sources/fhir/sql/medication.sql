-- Medication: what a request, statement or administration may refer to instead of coding it.

-- @columns
resourceType VARCHAR
id VARCHAR
meta STRUCT(lastUpdated VARCHAR)
status VARCHAR
code JSON

-- @read
SELECT
  named('Medication', resourceType, id) AS ref,
  place,
  meta.lastUpdated AS last_updated,
  CASE WHEN status = 'entered-in-error' THEN 'entered in error' END AS ignored,
  CAST(NULL AS VARCHAR) AS repaired,
  code AS concept_key
FROM resource
