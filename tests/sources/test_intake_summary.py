"""What the summary of a load counts, and what nobody understands yet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.sources.fhir.exports import Export, coded, patient

from trialrun.records.schema import Kind
from trialrun.sources.intake import load
from trialrun.sources.intake.unread import UncodedRows, UnknownConcept, UnknownUnit, Withheld
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


def of_patients(cases: Mapping[str, tuple[Mapping[str, Any], str | None, int]]) -> list[Any]:
    """Make of each case an observation of each of so many patients."""
    return [
        {
            "resourceType": "Observation",
            "id": f"{name}-{number}",
            "code": code,
            "subject": {"reference": f"Patient/{number}"},
            "valueQuantity": {"value": 1, "unit": unit},
        }
        for name, (code, unit, patients) in cases.items()
        for number in range(1, patients + 1)
    ]


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
            (known, "per/drop"),
            (local, "per/drop"),
            (words, "(pinch)"),
            ({}, None),
        ),
    )
    summary = export.load()
    assert {name: n for name, n in summary.rows.items() if n} == {"patient": 2, "measurement": 4}
    assert summary.units == (UnknownUnit("per/drop", 2), UnknownUnit("(pinch)", 1))
    assert summary.uncoded == (UncodedRows(Kind.MEASUREMENT, 2, 4),)
    assert summary.concepts == ()
    assert summary.counted(Severity.REJECTED) == 1
    assert summary.counted(Severity.IGNORED) == 0


def test_a_patient_sent_twice_is_one(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"), patient("1", gender="male"), patient("2"))
    assert export.load().rows["patient"] == 2


def test_what_another_source_has_sent_is_not_counted_again(export: Export) -> None:
    unborn = "no birth date: every day is possible"
    disagree = "different birth dates: any day from the first to the last is possible"
    export.write("Patient.ndjson", patient("1", birthDate=None), patient("2"))
    export.load(source_name="ward")
    assert export.reasons() == {("patient", unborn): 1}
    export.clear()
    # Somebody else, in whom nothing is wrong.
    export.write("Patient.ndjson", patient("3"))
    export.load(source_name="laboratory")
    assert export.reasons() == {}
    # Somebody of whom both speak, and who cannot be both.
    export.write("Other.ndjson", patient("2", birthDate="1980-01-01"))
    summary = export.load(source_name="laboratory")
    assert export.reasons() == {("patient", disagree): 1}
    assert [reason.places for reason in summary.reasons] == [("Patient/2",)]


def test_what_is_lost_comes_first(export: Export) -> None:
    known = coded("777-3", LOINC)
    ignored = [{**one, "status": "cancelled"} for one in observations(*[(known, "g")] * 3)]
    lost = {**observations((known, "g"))[0], "id": "x", "subject": {"reference": "Patient/9"}}
    export.write("Observation.ndjson", *ignored, lost)
    assert [r.severity for r in export.load().reasons] == [Severity.REJECTED, Severity.IGNORED]


# name -> the code, the unit, in how many patients' records | what is shown
FEW: dict[str, tuple[dict[str, Any], str, int]] = {
    "standard": (coded("2160-0", LOINC, text="standard of one"), "g", 1),
    "no-such": (coded("2160-9", LOINC, text="mistyped"), "g", 1),
    "no-code": (coded("Li Lei", LOINC, text="a name for a code"), "g", 1),
    "local-4": (coded("L4", "urn:lab", text="local of four"), "a drop", 4),
    "local-5": (coded("L5", "urn:lab", text="local of five"), "a few", 5),
    "words-4": ({"text": "words of four"}, "g", 4),
    "words-5": ({"text": "words of five"}, "g", 5),
}


def test_what_could_say_who_somebody_is_is_counted_and_not_shown(export: Export) -> None:
    """Free texts and local codes of fewer than five patients, however many rows they have."""
    export.write("Patient.ndjson", *[patient(str(number)) for number in range(1, 6)])
    again = [
        {**one, "id": f"again-{number}-{one['id']}"}
        for one in of_patients({"words-4": FEW["words-4"]})
        for number in range(20)
    ]
    export.write("Observation.ndjson", *of_patients(FEW), *again)
    summary = load(
        export.folder, export.database, time_zone="UTC", value_sets={"x": value_set(("ATC", "A"))}
    )
    assert summary.concepts == (
        UnknownConcept(Kind.MEASUREMENT, "", "", "words of five", 5),
        UnknownConcept(Kind.MEASUREMENT, "urn:lab", "L5", "local of five", 5),
        UnknownConcept(Kind.MEASUREMENT, "LOINC", "2160-0", "", 1),
    )
    assert summary.units == (UnknownUnit("a few", 5),)
    names, units = summary.withheld
    assert (names.what, names.texts, names.rows) == ("name", 4, 4 + 84 + 1 + 1)
    assert names.places[0] == "Observation/again-0-words-4-1"
    assert units == Withheld(
        "unit",
        Kind.MEASUREMENT,
        1,
        4,
        ("Observation/local-4-1", "Observation/local-4-2", "Observation/local-4-3"),
    )
    for hidden in ("of four", "of one", "Li Lei", "a name", "mistyped", "L4", "drop"):
        assert hidden not in repr(summary)


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
    assert summary.concepts == (UnknownConcept(Kind.CONDITION, "ICD-10", "G13", "", 1),)
    (hidden,) = summary.withheld
    assert (hidden.kind, hidden.texts, hidden.rows) == (Kind.MEASUREMENT, 2, 3)


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
