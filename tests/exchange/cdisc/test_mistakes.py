"""What is wrong with a folder of datasets is said with its place and what to do, and no patient."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from tests.exchange.cdisc.writers import as_csv, as_dataset_json, as_xpt, table
from tests.oracles.pilot import ADAM, PROTOCOL, SDTM

from trialrun.errors import SourceError, TrialrunError, UsageError
from trialrun.exchange.cdisc.read import read_cdisc

SOME = "USUBJID LIKE '01-701-10%'"


def _dataset_json(**parts: str) -> bytes:
    """A Dataset-JSON of one cell, with some of its parts as they are written here."""
    whole = {"datasetJSONVersion": '"1.1.0"', "columns": '[{"name": "A"}]', "rows": "[[1]]"} | parts
    return ("{" + ", ".join(f'"{name}": {text}' for name, text in whole.items()) + "}").encode()


def said(paths: Path | list[Path], kind: type[TrialrunError]) -> str:
    with pytest.raises(kind) as raised:
        read_cdisc(paths, PROTOCOL)
    text = str(raised.value)
    assert "01-701-10" not in text
    (problem, *_) = raised.value.problems
    assert problem.remedy
    return text


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert "it does not exist" in said(tmp_path / "nowhere", SourceError)


def test_a_folder_without_datasets(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing")
    text = said(tmp_path, SourceError)
    assert "no dataset stands in it" in text
    assert ".parquet" in text


@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
def test_what_is_only_named_like_a_dataset(tmp_path: Path, what: str) -> None:
    (tmp_path / "dm.csv").write_text("USUBJID,ARM\n1,Placebo\n")
    odd = tmp_path / "ae.csv"
    match what:
        case "link":
            odd.symlink_to(tmp_path / "gone.csv")
        case "folder":
            odd.mkdir()
        case "pipe":
            os.mkfifo(odd)
    assert "ae.csv: it is named like a dataset, and is no file" in said(tmp_path, SourceError)
    if what == "pipe":
        assert "no file" in said(odd, SourceError)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "adsl.sas7bdat").write_bytes(b"")
    assert "it is no dataset" in said(tmp_path / "adsl.sas7bdat", SourceError)


def test_neither_adsl_nor_dm() -> None:
    text = said([ADAM / "adae.parquet"], SourceError)
    assert "neither ADSL (of ADaM) nor DM (of SDTM)" in text


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("dm.parquet", b"PAR1 and not", "no Parquet file"),
        ("dm.xpt", b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!" + b"0" * 80, "version 5"),
        ("dm.json", b"{", "no Dataset-JSON"),
        ("dm.json", b'{"datasetJSONVersion": "1.1.0"}', "no Dataset-JSON"),
        (
            "dm.json",
            b'{"datasetJSONVersion": "1.1.0", "columns": [{"name": "A"}], "rows": [["1", "2"]]}',
            "no Dataset-JSON",
        ),
        ("dm.json", _dataset_json(columns='[{"name": 1}]'), "no Dataset-JSON"),
        ("dm.json", _dataset_json(name="5"), "no Dataset-JSON"),
        ("dm.json", _dataset_json(rows='["A"]'), "no Dataset-JSON"),
        ("dm.json", _dataset_json(rows='[{"A": 1}]'), "no Dataset-JSON"),
        ("dm.json", _dataset_json(rows="[[[1]]]"), "no Dataset-JSON"),
        ("dm.json", _dataset_json(rows="[[NaN]]"), "no Dataset-JSON"),
        ("dm.json", _dataset_json(rows="[[Infinity]]"), "no Dataset-JSON"),
        ("dm.json", b"[" * 50_000, "no Dataset-JSON"),
        ("dm.json", _dataset_json(records="3"), "its head speaks of 3 rows, and 1 stand in it"),
        (
            "dm.json",
            _dataset_json(columns='[{"name": "A"}, {"name": "a"}]', rows="[[1, 2]]"),
            "it has more than one column A",
        ),
        ("dm.ndjson", b"", "no Dataset-JSON 1.1 in lines"),
        ("dm.csv", b"", "no CSV"),
        ("dm.csv", b'USUBJID,ARM\n"1,Placebo\n', "no CSV"),
        ("dm.csv", b"USUBJID,ARM\n1," + b"x" * 200_000, "no CSV"),
        ("dm.csv", b"USUBJID,ARM,arm\n1,Placebo,Pbo\n", "it has more than one column ARM"),
        ("dm.csv", b"USUBJID,ARM\n01-701-1015\n", "no CSV"),
        ("dm.csv", "USUBJID,ARM\n1,Placebó\n".encode("latin-1"), "no CSV"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    (tmp_path / name).write_bytes(content)
    text = said(tmp_path, SourceError)
    assert found in text
    assert str(tmp_path / name) in text


def test_a_parquet_file_with_a_spoilt_inside(tmp_path: Path) -> None:
    spoilt = bytearray((SDTM / "dm.parquet").read_bytes())
    spoilt[4:20_000] = bytes(20_000 - 4)
    (tmp_path / "dm.parquet").write_bytes(spoilt)
    assert "no Parquet file" in said(tmp_path, SourceError)


@pytest.mark.parametrize("lost", [1, 80, 240])
def test_a_transport_file_that_was_cut_off(tmp_path: Path, lost: int) -> None:
    whole = as_xpt(table(SDTM / "dm.parquet", SOME))
    (tmp_path / "dm.xpt").write_bytes(whole[:-lost])
    text = said(tmp_path, SourceError)
    assert "its last row is not whole: it was cut off" in text


def test_a_parquet_file_with_lists(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        query = "COPY (SELECT '1' AS USUBJID, [1] AS AGE, 'a'::BLOB AS ARM) TO '{}'"
        connection.execute(query.format(tmp_path / "dm.parquet"))
    assert "columns of no single value: AGE, ARM" in said(tmp_path, SourceError)


def test_a_file_that_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "dm.csv").write_text("USUBJID,ARM\n1,Placebo\n")
    monkeypatch.setattr(Path, "open", refused)
    text = said(tmp_path, SourceError)
    assert "dm.csv: permission denied" in text
    assert "no CSV" not in text


def test_all_missing_columns_at_once(tmp_path: Path) -> None:
    for name, columns in (("dm", "USUBJID, AGE"), ("ae", "USUBJID, AESEQ")):
        one = table(SDTM / f"{name}.parquet", SOME, columns)
        (tmp_path / f"{name}.csv").write_bytes(as_csv(one))
    text = said(tmp_path, SourceError)
    assert "DM has no column ARMCD or ARM" in text
    assert "AE has no column AEDECOD or AETERM" in text


@pytest.mark.parametrize("name", ["dm", "adsl"])
def test_an_arm_that_the_protocol_does_not_have(tmp_path: Path, name: str) -> None:
    folder = SDTM if name == "dm" else ADAM
    one = table(folder / f"{name}.parquet", SOME)
    places = [p for p, n in enumerate(one.columns) if n in ("ARM", "ARMCD", "TRT01P")]
    rows = [["Donepezil" if p in places else c for p, c in enumerate(row)] for row in one.rows]
    (tmp_path / f"{name}.json").write_bytes(as_dataset_json(replace(one, rows=rows)))
    text = said(tmp_path, UsageError)
    assert "found: Donepezil" in text
    assert "Pbo (Placebo)" in text
