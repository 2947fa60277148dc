"""Bad input: a message or a count with its place, the good rows kept, nothing said of a patient."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.sources.fhir.exports import Export, Resource, coded, patient

from trialrun.errors import SourceError

SENTINEL = "Zhuangzhou-1234567"
GOOD = [
    {
        "resourceType": "Observation",
        "id": str(number),
        "code": coded("777-3", "http://loinc.org"),
        "subject": {"reference": "Patient/1"},
        "valueQuantity": {"value": number, "unit": "g"},
    }
    for number in (1, 2, 3)
]


def write_with(export: Export, bad: bytes) -> None:
    """Write three good lines with a bad one on line 2."""
    first, *others = (json.dumps(one).encode() for one in GOOD)
    export.write("Patient.ndjson", patient("1"))
    export.write_text("Observation.ndjson", b"\n".join([first, bad, *others]) + b"\n")


def line(**fields: Any) -> bytes:
    return json.dumps({**GOOD[0], "id": "bad", **fields}, ensure_ascii=False).encode()


S = SENTINEL.encode()
BAD_LINES: dict[str, tuple[bytes, str, str]] = {
    "not JSON": (b'{"resourceType": "Observation", "note": "' + S, "line", "not JSON"),
    "cut off": (line(note=SENTINEL)[:-9], "line", "not JSON"),
    "a NUL": (line(note=SENTINEL).replace(S, S + b"\x00"), "line", "not JSON"),
    "NULs": (b"\x00" * 512, "line", "not JSON"),
    "not UTF-8": ("肌酐".encode("gb18030") + S, "line", "not UTF-8"),
    "no FHIR": (
        b'{"level": "info", "name": "' + S + b'"}',
        "line",
        "JSON, but not a FHIR resource",
    ),
    "a bare text": (b'"' + S + b'"', "line", "JSON, but not a FHIR resource"),
    "nothing": (b"null", "line", "JSON, but not a FHIR resource"),
    "nested too deeply": (
        b'{"resourceType":"Observation","x":' + b"[" * 100_000 + b"]" * 100_000 + b',"y":}',
        "line",
        "nested too deeply",
    ),
    "another shape": (
        line(valueQuantity=[SENTINEL]),
        "Observation",
        "not the shape of FHIR R4 at valueQuantity",
    ),
    "one thing for a list": (
        line(referenceRange={"text": SENTINEL}),
        "Observation",
        "not the shape of FHIR R4 at referenceRange",
    ),
    "a text for an object": (
        line(subject=SENTINEL),
        "Observation",
        "not the shape of FHIR R4 at subject",
    ),
    "a text for a yes or no": (
        line(valueBoolean=SENTINEL),
        "Observation",
        "not the shape of FHIR R4 at valueBoolean",
    ),
    "a word for a number": (
        line(valueQuantity={"value": SENTINEL}),
        "Observation",
        "not the shape of FHIR R4 at valueQuantity.value",
    ),
    "half a character": (
        b'{"resourceType":"Observation","id":"bad","valueString":"\\ud800"}',
        "Observation",
        "a character that is none (half of a surrogate pair)",
    ),
    "another type": (
        b'{"resourceType":"' + S + b'"}',
        "resource",
        "a resource type that is not used",
    ),
}


@pytest.mark.parametrize(("bad", "kind", "reason"), BAD_LINES.values(), ids=list(BAD_LINES))
def test_a_bad_line_is_counted_and_the_others_kept(
    export: Export, bad: bytes, kind: str, reason: str
) -> None:
    write_with(export, bad)
    summary = export.load()
    assert list(export.by_ref("measurement", "1")) == ["1", "2", "3"]
    assert export.reasons() == {(kind, reason): 1}
    assert summary.reasons[0].places == ("Observation.ndjson:2",)
    assert SENTINEL not in repr(summary)


NO_JSON = {
    "NaN": (line(), b'"value": 1'),
    "Infinity": (line(), b'"value": 1'),
    "-Infinity": (line(), b'"value": 1'),
    "NaN in a component": (line(component=[{"valueQuantity": {"value": 7}}]), b'"value": 7'),
    "NaN for a limit": (line(referenceRange=[{"low": {"value": 7, "unit": "g"}}]), b'"value": 7'),
    "NaN in a range": (line(valueRange={"low": {"value": 7}}), b'"value": 7'),
}


@pytest.mark.parametrize("others", [b"", b"no JSON either"], ids=["alone", "beside a bad line"])
@pytest.mark.parametrize("what", NO_JSON)
def test_nan_is_no_json_whoever_reads_it(export: Export, what: str, others: bytes) -> None:
    """DuckDB would read it; a file with a bad line is read by Python. Both refuse that line."""
    written, seven = NO_JSON[what]
    number = what.partition(" ")[0].encode()
    write_with(export, written.replace(seven, seven[:-1] + number) + b"\n" + others)
    summary = export.load()
    assert list(export.by_ref("measurement", "1")) == ["1", "2", "3"]
    nan = next(r for r in summary.reasons if r.reason == "not JSON: NaN or Infinity")
    assert (nan.severity, nan.counted, nan.places) == ("rejected", 1, ("Observation.ndjson:2",))


def test_nan_in_a_dose_is_no_json(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    given = {
        "resourceType": "MedicationAdministration",
        "id": "1",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "prednisone"},
        "effectiveDateTime": "2020-05-10",
        "dosage": {"dose": {"value": 7, "unit": "mg"}},
    }
    text = json.dumps(given)
    nan = text.replace('"value": 7', '"value": NaN').replace('"id": "1"', '"id": "2"')
    export.write_text("MedicationAdministration.ndjson", f"{text}\n{nan}\n")
    export.load()
    assert export.by_ref("medication", "daily_dose") == {"1": (7,)}
    assert export.reasons() == {("MedicationAdministration", "not JSON: NaN or Infinity"): 1}


def test_nan_where_nobody_looks_does_no_harm(export: Export) -> None:
    write_with(export, line(extension="NaN").replace(b'"NaN"', b"NaN") + b"\nno JSON")
    export.load()
    assert set(export.by_ref("measurement", "1")) == {"1", "2", "3", "bad"}


def test_a_number_that_is_too_large(export: Export) -> None:
    write_with(export, line().replace(b'"value": 1', b'"value": 1e999'))
    export.load()
    assert export.by_ref("measurement", "value_lo")["bad"] == (None,)
    assert export.reasons() == {("Observation", "a number that is none: taken as no value"): 1}


def test_deep_nesting_where_nobody_looks_does_no_harm(export: Export) -> None:
    deep = b"[" * 50_000 + b"]" * 50_000
    write_with(export, line(valueString="x").replace(b'"x"', b'"x","extension":' + deep))
    export.load()
    assert "bad" in export.by_ref("measurement", "1")


def test_deep_nesting_in_a_code(export: Export) -> None:
    deep = b'"coding":' + b"[" * 20_000 + b"]" * 20_000
    write_with(export, line(code={"text": SENTINEL}).replace(b'"text": "' + S + b'"', deep))
    export.load()
    assert list(export.by_ref("measurement", "1")) == ["1", "2", "3"]


def test_a_50_mb_line(export: Export) -> None:
    write_with(export, line(note=[{"text": "x" * 50_000_000}]))
    export.load()
    assert set(export.by_ref("measurement", "1")) == {"1", "2", "3", "bad"}
    assert export.reasons() == {}


def test_a_50_mb_value(export: Export) -> None:
    write_with(export, line(valueString="x" * 50_000_000))
    export.load()
    assert list(export.by_ref("measurement", "1")) == ["1", "2", "3"]
    assert export.reasons() == {("Observation", "over 8 MB in the parts that are read"): 1}


def test_a_type_in_the_wrong_file_goes_where_it_belongs(export: Export) -> None:
    export.write("Patient.ndjson", GOOD[0], patient("1"), GOOD[1])
    export.load()
    assert list(export.by_ref("measurement", "1")) == ["1", "2"]
    assert export.reasons() == {}


def test_files_that_are_not_fhir_are_ignored_and_counted_once(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write("log.ndjson", {"level": "info", "name": SENTINEL}, {"level": "warn"})
    export.write_text("package.json", '{"name": "export"}')
    export.write_text("notes.txt", "not read at all")
    export.write_text(".hidden.ndjson", "not read at all")
    export.write_text("empty.ndjson", "")
    summary = export.load()
    assert export.reasons() == {("file", "not a FHIR file"): 2}
    assert summary.reasons[0].places == ("log.ndjson", "package.json")


def test_rows_of_unknown_patients(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    stranger = {**GOOD[1], "subject": {"reference": f"Patient/{SENTINEL}"}}
    export.write("Observation.ndjson", GOOD[0], stranger)
    summary = export.load()
    assert list(export.by_ref("measurement", "1")) == ["1"]
    assert export.reasons() == {("measurement", "of a patient that no source has named"): 1}
    assert summary.reasons[0].places == ("Observation/2",)


def test_a_day_in_the_future_is_kept_and_counted(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write("Observation.ndjson", {**GOOD[0], "effectiveDateTime": "2030-01-01"})
    export.load(loaded_on=date(2022, 1, 15))
    assert export.by_ref("measurement", "start_lo::VARCHAR") == {"1": ("2030-01-01",)}
    reason = ("measurement", "in the future: kept, and does not count before its day")
    assert export.reasons("repaired") == {reason: 1}


def test_a_birth_in_the_future_says_nothing(export: Export) -> None:
    export.write("Patient.ndjson", patient("1", birthDate="2022-02"), patient("2"))
    export.load(loaded_on=date(2022, 1, 15))
    assert export.rows("SELECT patient_id, birth_lo::VARCHAR, birth_hi::VARCHAR FROM patient") == [
        ("1", "0001-01-01", "9999-12-31"),
        ("2", "1970-01-01", "1970-01-01"),
    ]
    assert export.reasons() == {("patient", "no birth date: every day is possible"): 1}


def test_places_are_shown_for_the_first_rows_only(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    wrong = [{**GOOD[0], "id": f"{n:03}", "status": "entered-in-error"} for n in range(200)]
    export.write("Observation.ndjson", *wrong)
    (reason,) = export.load().reasons
    assert reason.counted == 200
    assert reason.places == tuple(f"Observation/{n:03}" for n in range(10))


def test_places_of_bad_lines_are_shown_for_the_first_only(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write_text("Observation.ndjson", "{\n" * 30 + json.dumps(GOOD[0]))
    (reason,) = export.load().reasons
    assert reason.counted == 30
    assert set(reason.places) == {f"Observation.ndjson:{n}" for n in range(1, 11)}


# --- an export that cannot be loaded at all --------------------------------------------------


def refused(export: Export) -> SourceError:
    with pytest.raises(SourceError) as caught:
        export.load()
    assert SENTINEL not in str(caught.value)
    assert not export.database.exists()
    assert [path.name for path in export.folder.parent.iterdir()] == ["export"]
    return caught.value


def cut_gzip(*resources: Resource) -> bytes:
    whole = gzip.compress("".join(json.dumps(one) + "\n" for one in resources).encode())
    return whole[: len(whole) // 2]


@pytest.mark.parametrize("name", ["Observation.ndjson.gz", "bundle.json.gz"])
def test_a_compressed_file_that_is_cut_off(export: Export, name: str) -> None:
    export.write("Patient.ndjson", patient("1"))
    many = [{**GOOD[0], "id": f"{n}{SENTINEL}"} for n in range(50_000)]
    export.write_text(name, cut_gzip(*many))
    error = refused(export)
    assert error.problems[0].where == name
    assert "damaged or cut off" in error.problems[0].found


def test_a_file_that_is_no_gzip(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write_text("Observation.ndjson.gz", json.dumps(GOOD[0]))
    assert "damaged or cut off" in refused(export).problems[0].found


def test_an_empty_folder(export: Export) -> None:
    assert "no .ndjson or .json file" in str(refused(export))


def test_a_folder_without_patients(export: Export) -> None:
    export.write("Observation.ndjson", *GOOD)
    assert "holds no Patient" in str(refused(export))


def test_a_path_that_is_not_there(export: Export) -> None:
    export.folder.rmdir()
    with pytest.raises(SourceError, match="no such file or folder"):
        export.load()


def test_a_file_that_may_not_be_read(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    export.write("Patient.ndjson", patient("1"))

    def forbid(self: Path, *args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(SourceError, match="permission denied"):
        export.load()
