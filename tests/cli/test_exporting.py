"""`trialrun export`: the words, what they write, and what is said of what goes wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.cli.shell import Shell
from tests.exchange.world import conducted

from trialrun.cli.options import ExportFormat
from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.workflows.exporting import Format


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = private_sqlite_url(tmp_path / "trial.db")
    opened = connect(url)
    create(opened)
    conducted(opened)
    opened.close()
    return url


def test_it_exports_and_the_trail_stays_whole(shell: Shell, database: str) -> None:
    ran = shell.run("export", "--database", database, "--out", "out", "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    assert "files of 3 subjects are in out" in ran.out
    assert Path("out/csv/dose.csv").is_file()
    assert not Path("out/sdtm").exists()
    assert shell.run("audit", "verify", "--database", database).code == 0


def test_what_was_done_is_said_in_the_language_that_was_asked_for(
    shell: Shell, database: str
) -> None:
    words = ("--format", "csv", "--language", "zh")
    ran = shell.run("export", "--database", database, "--out", "out", *words)
    assert ran.code == 0
    assert re.match(r"out：受试者3名，文件\d+个\n稽查链首哈希：[0-9a-f]{64}\n", ran.out)


def test_formats_and_participants_may_be_several(shell: Shell, database: str) -> None:
    words = ["--format", "archive", "--format", "odm", "--participant", "001"]
    words += ["--participant", "S3", "--json", "--language", "zh"]
    ran = shell.run("export", "--database", database, "--out", "out", *words)
    assert ran.code == 0
    said = json.loads(ran.out)
    assert said["subjects"] == ["001", "S3"]
    assert set(said["files"]) == {
        "archive/001.html",
        "archive/S3.html",
        "odm/trial.xml",
        "README.txt",
        "export.json",
    }
    assert "受试者完整档案" in Path("out/archive/001.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "offset"), [([], "+08:00"), (["--time-zone", "Asia/Tokyo"], "+09:00")]
)
def test_times_are_those_of_the_hospital(
    shell: Shell, database: str, words: list[str], offset: str
) -> None:
    order = ["--out", "out", "--format", "archive", "--participant", "001", *words]
    assert shell.run("export", "--database", database, *order).code == 0
    found = re.findall(
        r"<dd>[\d-]+ [\d:]+([+-]\d\d:\d\d)</dd>", Path("out/archive/001.html").read_text()
    )
    assert set(found) == {offset}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--participant", "9"], 6, "the trial has no participant 9"),
        (["--format", "sas"], 2, "sas"),
        (["--country", "China"], 2, "write three letters"),
        (["--database", "sqlite:///none.db"], 6, "there is no database"),
        (["--protocol", "none"], 6, "none"),
    ],
)
def test_what_goes_wrong_is_said(
    shell: Shell, database: str, words: list[str], code: int, said: str
) -> None:
    ran = shell.run("export", "--database", database, "--out", "out", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert not Path("out").exists()


def test_a_folder_with_something_else_is_kept(shell: Shell, database: str) -> None:
    Path("out").mkdir()
    Path("out/thesis.docx").write_text("years of work")
    ran = shell.run("export", "--database", database, "--out", "out")
    assert ran.code == 5
    assert "it holds something that is no export" in ran.err
    assert [path.name for path in Path("out").iterdir()] == ["thesis.docx"]


def test_the_command_line_offers_every_format() -> None:
    assert [one.value for one in ExportFormat] == [one.value for one in Format]
