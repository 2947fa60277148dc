"""The declaration of coverage: what it may say, and every problem of it at once."""

from dataclasses import astuple
from datetime import date
from pathlib import Path

import pytest
from tests.sources.fhir.exports import Export, patient

from trialrun.errors import ProtocolError, SourceError
from trialrun.records.schema import Kind
from trialrun.sources.intake import CoverageFile, CoverageLine, coverage_beside, read_coverage
from trialrun.sources.intake.coverage_file import Declared

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def written(folder: Path, text: str) -> Path:
    path = folder / "coverage.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_declaration(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
source: 医院 HIS
time_zone: Asia/Shanghai
complete:
  - {kind: condition, since: whole life}
  - {kind: medication, since: 2015-01-01, until: 2022-01-15}
  - {kind: study participation, since: 2015-01-01}
""",
    )
    assert read_coverage(path) == CoverageFile(
        source="医院 HIS",
        time_zone="Asia/Shanghai",
        complete=(
            Declared(Kind.CONDITION, FIRST, LAST),
            Declared(Kind.MEDICATION, date(2015, 1, 1), date(2022, 1, 15)),
            Declared(Kind.PARTICIPATION, date(2015, 1, 1), LAST),
        ),
    )
    assert coverage_beside(tmp_path) == read_coverage(path)


def test_there_need_be_none(tmp_path: Path) -> None:
    assert coverage_beside(tmp_path) is None


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.MEASUREMENT, Kind.ATTESTATION)])
def test_every_kind_but_two_can_be_covered(tmp_path: Path, kind: Kind) -> None:
    word = kind.value.replace("_", " ")
    path = written(tmp_path, f"complete:\n  - {{kind: {word}, since: whole life}}\n")
    assert read_coverage(path).complete == (Declared(kind, FIRST, LAST),)


# text -> the problems, as (line, words that must be there)
PROBLEMS: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "not a mapping": ("- condition\n", [(1, "not a declaration of coverage")]),
    "no list": ("source: x\n", [(1, "no list of what is complete")]),
    "not an entry": ("complete:\n  - condition\n", [(2, "not an entry")]),
    "a measurement": (
        "complete:\n  - {kind: measurement, since: whole life}\n",
        [(2, "a measurement cannot be covered")],
    ),
    "a misspelt kind": (
        "complete:\n  - {kind: medications, since: whole life}\n",
        [(2, "did you mean 'medication'?")],
    ),
    "the American spelling": (
        "complete:\n  - {kind: immunization, since: whole life}\n",
        [(2, "did you mean 'immunisation'?")],
    ),
    "another name": (
        "complete:\n  - {kind: vaccination, since: whole life}\n",
        [(2, "did you mean 'immunisation'?")],
    ),
    "no kind": ("complete:\n  - {since: whole life}\n", [(2, "no kind of record")]),
    "no since": ("complete:\n  - {kind: condition}\n", [(2, "'since' is not a day")]),
    "no such day": (
        "complete:\n  - {kind: condition, since: 2021-02-29}\n",
        [(2, "'since' is not a day")],
    ),
    "only a month": (
        "complete:\n  - {kind: condition, since: 2021-02}\n",
        [(2, "write YYYY-MM-DD, or 'whole life'")],
    ),
    "until the whole life": (
        "complete:\n  - {kind: condition, since: 2020-01-01, until: whole life}\n",
        [(2, "'until' is not a day")],
    ),
    "backwards": (
        "complete:\n  - {kind: condition, since: 2020-01-01, until: 2019-12-31}\n",
        [(2, "it ends before it begins")],
    ),
    "an unknown key": ("completed: []\ncomplete: []\n", [(1, "did you mean 'complete'?")]),
    "an unknown key of an entry": (
        "complete:\n  - {kind: condition, sinse: whole life}\n",
        [(2, "'since' is not a day"), (2, "did you mean 'since'?")],
    ),
    "no time zone": ("time_zone: Asia/Beijing\ncomplete: []\n", [(1, "no time zone")]),
    "a source that is no text": ("source: 7\ncomplete: []\n", [(1, "'source' is not a text")]),
    "everything at once": (
        "time_zone: here\ncomplete:\n  - {kind: drug, since: 1}\n  - {kind: finding, since: x}\n",
        [(1, "no time zone"), (3, "no kind"), (3, "'since'"), (4, "'since'")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), PROBLEMS.values(), ids=list(PROBLEMS))
def test_problems(tmp_path: Path, text: str, expected: list[tuple[int, str]]) -> None:
    with pytest.raises(SourceError) as caught:
        read_coverage(written(tmp_path, text))
    found = [(problem.where, str(problem)) for problem in caught.value.problems]
    assert len(found) == len(expected)
    for (where, words), (line, part) in zip(sorted(found), sorted(expected), strict=True):
        assert where == f"coverage.yaml:{line}"
        assert part in words


def test_what_is_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="not YAML"):
        read_coverage(written(tmp_path, "complete: [\n"))


def test_the_last_load_declares_for_its_source(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    medication = Declared(Kind.MEDICATION, date(2015, 1, 1), date(2022, 1, 15))
    condition = Declared(Kind.CONDITION, FIRST, LAST)
    export.load(source_name="ward", coverage=CoverageFile((medication, condition)))
    export.load(source_name="laboratory", coverage=CoverageFile((condition,)))
    declared = (
        "SELECT name, kind, patient_no, since, until FROM coverage JOIN source USING (source_id)"
    )
    assert export.rows(f"{declared} ORDER BY coverage_id") == [
        ("ward", "condition", None, FIRST, LAST),
        ("ward", "medication", None, date(2015, 1, 1), date(2022, 1, 15)),
        ("laboratory", "condition", None, FIRST, LAST),
    ]
    shorter = Declared(Kind.MEDICATION, date(2016, 1, 1), date(2022, 1, 15))
    summary = export.load(source_name="ward", coverage=CoverageFile((shorter, condition)))
    assert summary.withdrawn == (CoverageLine(*astuple(medication)),)
    longer = Declared(Kind.MEDICATION, FIRST, LAST)
    assert not export.load(source_name="ward", coverage=CoverageFile((longer, condition))).withdrawn
    summary = export.load(source_name="ward")
    assert summary.coverage == ()
    assert [line.kind for line in summary.withdrawn] == [Kind.CONDITION, Kind.MEDICATION]
    assert export.load(source_name="ward").withdrawn == ()
    assert export.rows(declared) == [("laboratory", "condition", None, FIRST, LAST)]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    folder = tmp_path / "export"
    folder.mkdir()
    return Export(folder, tmp_path / "hospital.duckdb")
