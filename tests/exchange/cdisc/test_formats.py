"""The same few rows of the CDISC pilot, in every format, are the same data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.exchange.cdisc.writers import (
    Table,
    as_csv,
    as_dataset_json,
    as_ndjson,
    as_xpt,
    table,
    write_parquet,
)
from tests.oracles.pilot import ADAM, PROTOCOL, SDTM

from trialrun.exchange.cdisc.formats import open_dataset
from trialrun.exchange.cdisc.read import read_cdisc
from trialrun.records.analysis_data import AnalysisData

SOME = "USUBJID IN ('01-701-1015', '01-701-1028', '01-701-1211', '01-705-1018')"
FEW = {ADAM: ("adsl", "adae", "adlbc", "adtte"), SDTM: ("dm", "ds", "ex", "ae", "suppae", "qsco")}
WRITTEN: dict[str, Callable[[Table], bytes]] = {
    "xpt": as_xpt,
    "csv": as_csv,
    "json": as_dataset_json,
    "ndjson": as_ndjson,
}


def plain(data: AnalysisData) -> AnalysisData:
    """The data without their place, and with codes of digits as text: CSV has no types."""
    subjects = [
        replace(
            one,
            characteristics={
                name: str(int(value)) if isinstance(value, float) and name == "SITEGR1" else value
                for name, value in one.characteristics.items()
            },
        )
        for one in data.subjects
    ]
    return replace(data, source="", subjects=tuple(subjects))


@pytest.mark.parametrize("suffix", WRITTEN)
@pytest.mark.parametrize("folder", FEW, ids=["adam", "sdtm"])
def test_every_format_reads_the_same(folder: Path, suffix: str, tmp_path: Path) -> None:
    expected, copy = tmp_path / "parquet", tmp_path / suffix
    expected.mkdir()
    copy.mkdir()
    for name in FEW[folder]:
        source = folder / f"{name}.parquet"
        write_parquet(source, SOME, expected / f"{name}.parquet")
        (copy / f"{name.upper()}.{suffix}").write_bytes(WRITTEN[suffix](table(source, SOME)))
    read = read_cdisc(copy, PROTOCOL)
    assert len(read.subjects) == 4
    assert len(read.observations) > 100
    assert plain(read) == plain(read_cdisc(expected, PROTOCOL))


def test_one_of_two_formats_is_read(tmp_path: Path) -> None:
    dm = table(SDTM / "dm.parquet", SOME)
    (tmp_path / "dm.json").write_bytes(as_dataset_json(dm))
    (tmp_path / "DM.csv").write_bytes(as_csv(replace(dm, rows=dm.rows[:1])))
    read = read_cdisc(tmp_path, PROTOCOL)
    assert len(read.subjects) == 4
    assert [one.what for one in read.left_out] == ["DM.csv"]


def test_what_only_looks_like_the_end_of_a_row_is_none(tmp_path: Path) -> None:
    """A blank line at the end of a CSV holds nothing; a line separator in a text ends no line."""
    (tmp_path / "dm.csv").write_text("USUBJID,ARM\nS-1,Placebo\n\n")
    head = '{"datasetJSONVersion": "1.1.0", "columns": [{"name": "USUBJID"}, {"name": "DVTERM"}]}'
    (tmp_path / "dv.ndjson").write_text(f'{head}\n["S-1", "late\u2028by a day"]\n', "utf-8")
    read = read_cdisc(tmp_path, PROTOCOL)
    assert len(read.subjects) == 1
    assert [one.description for one in read.departures] == ["late\u2028by a day"]


@pytest.mark.parametrize("rows", [[], [["A", "x"]], [["A", "a longer text"], ["B", ""]]])
def test_short_rows_of_a_transport_file(tmp_path: Path, rows: list[list[str]]) -> None:
    """What fills up the last record is no row, and a last row that ends in blanks is one."""
    path = tmp_path / "ta.xpt"
    path.write_bytes(as_xpt(Table("TA", ["ARMCD", "ARM"], rows)))
    dataset = open_dataset(path)
    assert dataset is not None
    assert [list(row.cells.values()) for row in dataset.rows()] == rows
