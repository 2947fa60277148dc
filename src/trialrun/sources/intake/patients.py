"""Patients: what each source says of them, and the one record that follows.

What a source says is kept apart (`said_of_patient`), so that a new export replaces the old word of
the same source, and never that of another.
"""

from __future__ import annotations

from datetime import date

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.intake.replaced import merge_links, move_rows
from trialrun.sources.rejections import UNNAMED_PATIENT

_TABLE = """
CREATE TABLE IF NOT EXISTS store.said_of_patient (
  source_id INTEGER NOT NULL, patient_id VARCHAR NOT NULL, sex VARCHAR,
  birth_lo DATE NOT NULL, birth_hi DATE NOT NULL, death_lo DATE NOT NULL, death_hi DATE NOT NULL,
  place VARCHAR
);
"""

_FORGET = """
DELETE FROM store.said_of_patient
WHERE source_id = $source_id
  AND ($whole OR patient_id IN (SELECT patient_id FROM staged_patient))
"""

# A birth after the day of loading is impossible, and says nothing.
_SAY = """
INSERT INTO store.said_of_patient
SELECT DISTINCT
  $source_id, patient_id, sex,
  CASE WHEN unborn THEN DATE '0001-01-01' ELSE birth_lo END,
  CASE WHEN unborn THEN DATE '9999-12-31' ELSE birth_hi END,
  coalesce(death_lo, DATE '0001-01-01'), coalesce(death_hi, DATE '9999-12-31'),
  place
FROM (
  SELECT * REPLACE (
    coalesce(birth_lo, DATE '0001-01-01') AS birth_lo,
    coalesce(birth_hi, DATE '9999-12-31') AS birth_hi
  ), coalesce(birth_lo > $loaded_on, false) AS unborn
  FROM staged_patient
)
WHERE patient_id <> ''
ORDER BY ALL
"""

# One record out of all that was said of a person, under whatever name: days that agree narrow each
# other down, days that contradict each other span both; a source that knows of no death
# contradicts none.
_JOIN = """
CREATE TEMP TABLE patient_joined AS
SELECT
  *,
  birth_from > birth_to AS birth_disagrees,
  sexes > 1 AS sex_disagrees
FROM (
  SELECT
    coalesce(standing_id, patient_id) AS patient_id,
    min(source_id) AS source_id,
    min(sex) AS one_sex,
    count(DISTINCT sex) AS sexes,
    max(birth_lo) AS birth_from, min(birth_hi) AS birth_to,
    min(birth_lo) FILTER (WHERE birth_lo > DATE '0001-01-01') AS birth_first,
    max(birth_hi) FILTER (WHERE birth_hi < DATE '9999-12-31') AS birth_last,
    max(death_lo) FILTER (WHERE died) AS death_from, min(death_hi) FILTER (WHERE died) AS death_to,
    min(death_lo) FILTER (WHERE died) AS death_first,
    max(death_hi) FILTER (WHERE died) AS death_last
  FROM (SELECT *, death_lo < DATE '9999-12-31' AS died FROM store.said_of_patient)
  LEFT JOIN stands_for USING (patient_id)
  GROUP BY ALL
);

CREATE TEMP TABLE patient_now AS
SELECT
  patient_id,
  CASE WHEN sexes = 1 THEN one_sex END AS sex,
  CASE WHEN birth_disagrees THEN birth_first ELSE birth_from END AS birth_lo,
  CASE WHEN birth_disagrees THEN birth_last ELSE birth_to END AS birth_hi,
  coalesce(CASE WHEN death_from > death_to THEN death_first ELSE death_from END,
    DATE '9999-12-31') AS death_lo,
  coalesce(CASE WHEN death_from > death_to THEN death_last ELSE death_to END,
    DATE '9999-12-31') AS death_hi,
  source_id
FROM patient_joined;
"""

# Of those only of whom this source speaks, at its own place: the others stood in the summary of the
# load that brought them.
_COUNT = """
INSERT INTO found_rejection
SELECT 'patient', unnest(list_filter([
    CASE WHEN birth_disagrees
      THEN 'different birth dates: any day from the first to the last is possible' END,
    CASE WHEN sex_disagrees THEN 'both male and female: taken as not recorded' END,
    CASE WHEN birth_from = DATE '0001-01-01' AND birth_to = DATE '9999-12-31'
      THEN 'no birth date: every day is possible' END
  ], lambda reason: reason IS NOT NULL)), own_place, 1, 'repaired'
FROM patient_joined JOIN (
  SELECT coalesce(standing_id, patient_id) AS patient_id, min(place) AS own_place
  FROM store.said_of_patient LEFT JOIN stands_for USING (patient_id)
  WHERE source_id = $source_id GROUP BY ALL
) USING (patient_id)
"""

# Known patients keep their number.
_STORE = """
UPDATE store.patient AS p SET
  sex = n.sex, birth_lo = n.birth_lo, birth_hi = n.birth_hi,
  death_lo = n.death_lo, death_hi = n.death_hi
FROM patient_now AS n
WHERE p.patient_id = n.patient_id
  AND (p.sex, p.birth_lo, p.birth_hi, p.death_lo, p.death_hi)
    IS DISTINCT FROM (n.sex, n.birth_lo, n.birth_hi, n.death_lo, n.death_hi);
INSERT INTO store.patient
SELECT
  row_number() OVER (ORDER BY patient_id)
    + (SELECT coalesce(max(patient_no), 0) FROM store.patient),
  patient_id, sex, birth_lo, birth_hi, death_lo, death_hi, source_id
FROM patient_now
WHERE patient_id NOT IN (SELECT patient_id FROM store.patient)
ORDER BY patient_id;
"""


def merge_patients(
    connection: duckdb.DuckDBPyConnection,
    source_id: int,
    *,
    whole: bool,
    loaded_on: date | None,
    has_links: bool,
) -> None:
    """Take in what the source says of its patients, and bring `store.patient` up to date.

    `has_links`: the source says which patients were replaced by others (`staged_replaced`).
    """
    connection.execute(_TABLE)
    connection.execute(_FORGET, {"source_id": source_id, "whole": whole})
    connection.execute(_SAY, {"source_id": source_id, "loaded_on": loaded_on})
    merge_links(connection, source_id, whole=whole, is_said=has_links)
    connection.execute(_JOIN)
    connection.execute(_COUNT, {"source_id": source_id})
    connection.execute(_STORE)
    move_rows(connection)


def drop_forgotten_patients(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the patients of whom no source speaks any more, once their rows are gone.

    Rows that another source still has of such a patient go with them, and are counted: they are
    of a patient whom no source names, as if they had come today.
    """
    connection.execute(
        "CREATE TEMP TABLE forgotten AS SELECT patient_no, patient_id FROM store.patient"
        " WHERE patient_id NOT IN (SELECT patient_id FROM store.said_of_patient)"
    )
    for kind in Kind:
        connection.execute(
            f"INSERT INTO found_rejection SELECT '{kind}',"
            f" '{UNNAMED_PATIENT}', ref, 1, 'rejected'"
            f" FROM store.{kind} WHERE patient_no IN (SELECT patient_no FROM forgotten)"
        )
        connection.execute(
            f"DELETE FROM store.{kind} WHERE patient_no IN (SELECT patient_no FROM forgotten)"
        )
    connection.execute(
        "DELETE FROM store.patient WHERE patient_no IN (SELECT patient_no FROM forgotten)"
    )
