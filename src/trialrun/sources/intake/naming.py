"""Numbers for what the hospital names: concepts, units, patients. Always in the order of the names.

The same names get the same numbers whenever the same exports are loaded in the same order, and a
name that has a number keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from trialrun.records.schema import Kind
from trialrun.terminology.codes import BARE_SYSTEM_URIS

# Code systems by their short names: exports differ in http and https, in capitals, in a trailing
# slash, and in a version after a `|`. Codes as they can be compared: without the blanks, and in
# ICD-10 with the capital letter and the dot that some hospitals leave out (g122 is G12.2); the rest
# of the code stays as it was sent.
_TIDY = """
CREATE OR REPLACE TEMP MACRO short_name(system) AS
  coalesce(
    map_extract_value(
      MAP {uris},
      rtrim(regexp_replace(lower(split_part(trim(system), '|', 1)), '^https?://', ''), '/')
    ),
    trim(system),
    ''
  );
CREATE OR REPLACE TEMP MACRO tidy_code(system, code) AS
  CASE
    WHEN starts_with(system, 'ICD-10') AND regexp_matches(code, '^[A-Za-z][0-9][0-9A-Za-z]')
    THEN upper(code[1]) || code[2:3]
      || CASE WHEN regexp_matches(code[4:], '^[0-9A-Za-z]') THEN '.' ELSE '' END || code[4:]
    ELSE code
  END;
CREATE OR REPLACE TEMP MACRO tidy(codings) AS
  list_sort(list_distinct(list_transform(
    list_filter(codings, lambda c: trim(c.code) <> ''),
    lambda c: {{
      system: short_name(c.system),
      code: tidy_code(short_name(c.system), trim(c.code)),
      display: nullif(trim(c.display), '')
    }}
  )));
"""


def add_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `short_name`, `tidy_code` and `tidy`, by which names are compared."""
    uris = ", ".join(f"'{uri}': '{name}'" for uri, name in BARE_SYSTEM_URIS.items())
    connection.execute(_TIDY.format(uris="{" + uris + "}"))


def number_concepts(connection: duckdb.DuckDBPyConnection, staged: Mapping[str, set[str]]) -> None:
    """Fill `store.concept` and `store.coding`, and make `concept_number` (concept_key to id)."""
    add_macros(connection)
    written = " UNION ".join(_written_concepts(staged))
    connection.execute(
        f"""
        CREATE TEMP TABLE concept_named AS
        SELECT
          concept_key, codings, text,
          array_to_string(
            list_transform(codings, lambda c: concat_ws('|', c.system, c.code, c.display)), chr(10)
          ) || chr(10) || coalesce(text, '') AS key
        FROM (
          SELECT
            concept_key,
            tidy(codings) AS codings,
            coalesce(nullif(trim(text), ''), list_filter(
              list_transform(codings, lambda c: trim(c.display)), lambda d: d <> '')[1]) AS text
          FROM (SELECT concept_key, coalesce(codings, []) AS codings, text FROM ({written}))
        )
        -- What has neither a code nor a name is nothing that could be asked for.
        WHERE len(codings) > 0 OR text IS NOT NULL;

        CREATE TEMP TABLE concept_new AS
        SELECT
          row_number() OVER (ORDER BY key)
            + (SELECT coalesce(max(concept_id), 0) FROM store.concept) AS concept_id,
          key, any_value(codings) AS codings, any_value(text) AS text
        FROM concept_named
        WHERE key NOT IN (SELECT key FROM store.concept)
        GROUP BY key;

        INSERT INTO store.concept SELECT concept_id, key, text FROM concept_new ORDER BY ALL;
        INSERT INTO store.coding
        SELECT concept_id, c.system, c.code, c.display
        FROM (SELECT concept_id, unnest(codings) AS c FROM concept_new)
        ORDER BY ALL;

        CREATE TEMP TABLE concept_number AS
        SELECT concept_key, concept_id FROM concept_named JOIN store.concept USING (key);
        """
    )


def key_of(columns: set[str], prefix: str = "") -> str:
    """Return the SQL of the key of a staged row's concept, for a relation with these columns."""
    if f"{prefix}concept_key" in columns:
        return f"CAST({prefix}concept_key AS VARCHAR)"
    text = f"{prefix}concept_text" if prefix else "text"
    return f"CAST(to_json({{codings: {prefix}codings, text: {text}}}) AS VARCHAR)"


def _written_concepts(staged: Mapping[str, set[str]]) -> list[str]:
    """Return selects of (concept_key, codings, text) over everything that was staged."""
    selects = []
    if "concept" in staged:
        selects.append(
            "SELECT CAST(concept_key AS VARCHAR) AS concept_key, codings, text FROM staged_concept"
        )
    for name, columns in staged.items():
        for prefix, text in (("", "text"), ("value_", "value_concept_text")):
            if name != "concept" and f"{prefix}codings" in columns:
                selects.append(
                    f"SELECT DISTINCT {key_of(columns, prefix)} AS concept_key,"
                    f" {prefix}codings AS codings, {text} AS text FROM staged_{name}"
                )
    return selects or ["SELECT NULL, NULL, NULL WHERE false"]


def number_units(connection: duckdb.DuckDBPyConnection, staged: Mapping[str, set[str]]) -> None:
    """Fill `store.unit`."""
    columns = {Kind.MEASUREMENT.value: "unit", Kind.MEDICATION.value: "dose_unit"}
    selects = [
        f"SELECT DISTINCT {columns[name]} AS text FROM staged_{name}"
        for name in staged
        if name in columns
    ]
    if selects:
        connection.execute(
            f"""
            INSERT INTO store.unit
            SELECT row_number() OVER (ORDER BY text)
              + (SELECT coalesce(max(unit_id), 0) FROM store.unit), text
            FROM (SELECT DISTINCT trim(text) AS text FROM ({" UNION ALL ".join(selects)}))
            WHERE text <> '' AND text NOT IN (SELECT text FROM store.unit)
            ORDER BY text"""
        )
