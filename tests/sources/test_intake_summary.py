"""What the summary of a load counts, and what nobody understands yet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.sources.fhir.exports import Export, coded, patient

from trialrun.records.schema import Kind
from trialrun.sources.intake import load
from trialrun.sources.intake.summary import UncodedRows, UnknownConcept, UnknownUnit
from trialrun.sources.recognise import recognise
from trialrun.sources.rejections import Severity
from trialrun.sources.staging import Progress
from trialrun.terminology.value_sets import Entry, ValueSet

LOINC, ICD = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10"


@pytest.fixture
def export(tmp_path: Path) -> Export:
    folder = tmp_path / "export"
    folder.mkdir()
    made = Export(folder, tmp_path / "hospital.duckdb")
    made.write("Patient.ndjson", patient("1"), patient("2"))
    return made


def observations(*cases: tuple[Mapping[str, Any], str | None]) -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "Observation",
            "id": str(number),
            "code": code,
            "subject": {"reference": "Patient/1"},
            "valueQuantity": {"value": 1, "unit": unit},
        }
        for number, (code, unit) in enumerate(cases)
    ]


def test_what_is_counted(export: Export) -> None:
    known, local, words = coded("777-3", LOINC), coded("PLT", "urn:lab"), {"text": "platelets"}
    export.write(
        "Observation.ndjson",
        *observations(
            (known, "10*9/L"),
            (known, "per drop"),
            (local, "per drop"),
            (words, "pinch"),
            ({}, None),
        ),
    )
    summary = export.load()
    assert {name: n for name, n in summary.rows.items() if n} == {"patient": 2, "measurement": 4}
    assert summary.units == (UnknownUnit("per drop", 2), UnknownUnit("pinch", 1))
    assert summary.uncoded == (UncodedRows(Kind.MEASUREMENT, 2, 4),)
    assert summary.concepts == ()
    assert summary.counted(Severity.REJECTED) == 1
    assert summary.counted(Severity.IGNORED) == 0


def value_set(*codes: tuple[str, str]) -> ValueSet:
    entries = tuple(Entry(system, code) for system, code in codes)
    return ValueSet(id="x", title="x", source="x", entries=entries)


def test_concepts_that_no_value_set_lists(export: Export) -> None:
    cases: list[dict[str, Any]] = [
        coded("777-3", LOINC),
        coded("PLT", "urn:lab", text="platelets"),
        coded("PLT", "urn:lab", text="platelets"),
        {"text": "words"},
    ]
    export.write("Observation.ndjson", *observations(*[(code, "g") for code in cases]))
    export.write(
        "Condition.ndjson",
        *[
            {
                "resourceType": "Condition",
                "id": code,
                "code": coded(code, ICD),
                "subject": {"reference": "Patient/1"},
            }
            for code in ("G12.2", "G13")
        ],
    )
    summary = load(
        export.folder,
        export.database,
        time_zone="Asia/Shanghai",
        value_sets={"x": value_set(("LOINC", "777-3"), ("ICD-10", "G12*"))},
    )
    assert summary.concepts == (
        UnknownConcept(Kind.MEASUREMENT, "urn:lab", "PLT", "platelets", 2),
        UnknownConcept(Kind.CONDITION, "ICD-10", "G13", "", 1),
        UnknownConcept(Kind.MEASUREMENT, "", "", "words", 1),
    )


class Staged:
    """A source that names its concepts by codings and text, and gives no numbers of its own."""

    format = "csv"

    def files(self) -> tuple[Path, ...]:
        return ()

    def stage(
        self, connection: duckdb.DuckDBPyConnection, workspace: Path, progress: Progress
    ) -> None:
        assert list(workspace.iterdir()) == []
        connection.execute(
            """
            CREATE TEMP TABLE staged_patient AS
            SELECT '1' AS patient_id, 'male' AS sex, DATE '1970-01-01' AS birth_lo,
              DATE '1970-01-01' AS birth_hi, DATE '9999-12-31' AS death_lo,
              DATE '9999-12-31' AS death_hi, 'p.csv:2' AS place;
            CREATE TEMP TABLE staged_measurement AS
            SELECT '1' AS patient_id, [{system: 'LOINC', code: '777-3', display: NULL}] AS codings,
              'platelets' AS text, DATE '2020-05-10' AS start_lo, DATE '2020-05-10' AS start_hi,
              name AS ref, 1.0 AS value_lo, 1.0 AS value_hi, false AS lo_open, false AS hi_open,
              ' g ' AS unit, NULL::DOUBLE AS ref_lo, 0.5 AS ref_hi, NULL AS polarity,
              NULL::BOOLEAN AS abnormal, NULL::STRUCT(system VARCHAR, code VARCHAR,
              display VARCHAR)[] AS value_codings, 'III' AS value_concept_text,
              NULL AS value_text, 'm.csv:2' AS place
            FROM unnest(['m/2', 'm/1']) AS t(name);
            CREATE TEMP VIEW staged_rejection AS
            SELECT 'measurement' AS kind, 'no value' AS reason, 'm.csv:9' AS place, 1 AS counted,
              'rejected' AS severity;
            """
        )


def test_a_source_may_name_concepts_by_codings_and_text(export: Export) -> None:
    summary = load(
        export.folder, export.database, source=Staged(), source_name="lab", time_zone="UTC"
    )
    assert export.rows(
        "SELECT row_id, ref, c.text, v.text, abnormal, unit.text FROM measurement AS m"
        " JOIN concept AS c USING (concept_id) JOIN unit USING (unit_id)"
        " JOIN concept AS v ON v.concept_id = value_concept_id ORDER BY row_id"
    ) == [
        (1, "m/1", "platelets", "III", True, "g"),
        (2, "m/2", "platelets", "III", True, "g"),
    ]
    assert summary.format == "csv"
    assert [(r.reason, r.places) for r in summary.reasons] == [("no value", ("m.csv:9",))]


def test_progress_is_told_from_the_beginning_to_the_end(export: Export) -> None:
    told: list[tuple[str, float]] = []
    load(
        export.folder,
        export.database,
        time_zone="UTC",
        progress=lambda what, share: told.append((what, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[0] == ("reading Patient", 0.9)
    assert told[-1] == ("done", 1.0)


# files -> what they are
FOLDERS: dict[str, tuple[dict[str, str], str | None]] = {
    "lines": ({"a.ndjson": '{"resourceType": "Patient"}'}, "fhir"),
    "a bundle": ({"a.json": '{\n  "resourceType": "Bundle"\n}'}, "fhir"),
    "a bad first line": ({"a.ndjson": '{"oops\n{"resourceType": "Patient"}\n'}, "fhir"),
    "tables": ({"patients.csv": "id,sex"}, "csv"),
    "a workbook": ({"patients.XLSX": ""}, "csv"),
    "a zipped table": ({"patients.csv.gz": ""}, "csv"),
    "both": ({"a.csv": "id", "a.ndjson": '{"resourceType": "Patient"}'}, "fhir"),
    "tables with a settings file": ({"a.csv": "id", "x.json": "{}"}, "csv"),
    "neither": ({"a.pdf": "", "x.json": "{}"}, None),
    "empty": ({}, None),
}


@pytest.mark.parametrize(("files", "form"), FOLDERS.values(), ids=list(FOLDERS))
def test_recognise(tmp_path: Path, files: dict[str, str], form: str | None) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert recognise(tmp_path) == form
