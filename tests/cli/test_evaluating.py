"""`trialrun evaluate`: what it writes and prints, and what is said of what goes wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.shell import PROTOCOL, Shell
from tests.exchange.cdisc.writers import write_parquet
from tests.exchange.world import conducted
from tests.oracles.pilot import ADAM, SDTM

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url

SOME = "USUBJID LIKE '01-701-1%'"
"""The 41 subjects of one site."""


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = private_sqlite_url(tmp_path / "trial.db")
    opened = connect(url)
    create(opened)
    conducted(opened)
    opened.close()
    return url


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adam")
    for name in ("adsl", "adadas"):
        write_parquet(ADAM / f"{name}.parquet", SOME, folder / f"{name}.parquet")
    return folder


def test_it_evaluates_the_own_database_and_the_trail_says_so(shell: Shell, database: str) -> None:
    ran = shell.run("evaluate", PROTOCOL, "--data", database, "--out", "out")
    assert (ran.code, ran.err) == (0, "")
    assert "tables of 3 subjects are in out" in ran.out
    assert "Primary analysis: Difference of the ALSFRS-R slope" in ran.out
    assert "Evaluation of efficacy and safety" in Path("out/report.html").read_text("utf-8")
    assert Path("out/tables/disposition.rows.csv").is_file()
    assert shell.run("audit", "verify", "--database", database).code == 0
    again = shell.run("evaluate", PROTOCOL, "--data", database, "--out", "out")
    assert again.code == 0


def test_it_speaks_chinese(shell: Shell, database: str) -> None:
    words = ["--data", database, "--out", "out", "--language", "zh"]
    ran = shell.run("evaluate", PROTOCOL, *words)
    assert "3名受试者" in ran.out
    assert "主要分析：" in ran.out
    assert "请打开out/report.html" in ran.out


def test_it_reads_a_folder_of_datasets(shell: Shell, datasets: Path) -> None:
    words = ["--data", str(datasets), "--out", "out", "--json"]
    ran = shell.run("evaluate", "cdisc-pilot", *words)
    assert (ran.code, ran.err) == (0, "")
    said = json.loads(ran.out)
    assert said["subjects"] == 41
    assert said["data"] == f"ADaM datasets in {datasets}"
    assert said["estimates"][0]["analysis"].startswith("Change of ADAS-Cog(11) at week 24")
    assert isinstance(said["estimates"][0]["estimate"], float)
    assert set(said["files"]) >= {"report.html", "export.json", "tables/estimates.csv"}
    assert {f"tables/{name}.csv" for name in said["tables"]} <= set(said["files"])
    held = {p.relative_to("out").as_posix() for p in Path("out").rglob("*") if p.is_file()}
    assert held == set(said["files"])


def test_a_protocol_without_a_plan(shell: Shell, database: str) -> None:
    source = Path(__file__).parents[2] / "src/trialrun/protocol/library" / PROTOCOL
    shutil.copytree(source, "mine")
    own = Path("mine/protocol.yaml")
    text = own.read_text("utf-8")
    own.write_text(text[: text.index("\nanalysis:\n")] + "\n", "utf-8")
    ran = shell.run("evaluate", own, "--data", database, "--out", "out")
    assert ran.code == 2
    assert "has no analysis plan" in ran.err
    assert "write the plan into the protocol" in ran.err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        ("SQLITE:///trial.db", 2, "write sqlite:///trial.db or postgresql://host/name"),
        ("mysql://host/trial", 2, "write sqlite:///trial.db or postgresql://host/name"),
        ("sqlite:///none.db", 6, "there is no database"),
        ("nowhere", 4, "it does not exist"),
        ("trial.db", 2, "write --data sqlite:///trial.db"),
        (str(SDTM / "ae.parquet"), 4, "neither ADSL (of ADaM) nor DM (of SDTM) stands there"),
    ],
)
def test_data_that_cannot_be_used(shell: Shell, data: str, code: int, said: str) -> None:
    ran = shell.run("evaluate", "cdisc-pilot", "--data", data, "--out", "out")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert not Path("out").exists()


def test_a_database_that_was_cut_off(shell: Shell, database: str) -> None:
    whole = Path(database.removeprefix("sqlite:///")).read_bytes()
    Path("cut.db").write_bytes(whole[: len(whole) // 2])
    ran = shell.run("evaluate", PROTOCOL, "--data", "sqlite:///cut.db", "--out", "out")
    assert (ran.code, ran.out) == (5, "")
    assert "sqlite:///cut.db: a part of it is missing or damaged (take the last" in ran.err
    assert not Path("out").exists()


def test_records_are_refused_beside_datasets(shell: Shell, datasets: Path) -> None:
    words = ["--data", str(datasets), "--records", "hospital.duckdb", "--out", "out"]
    ran = shell.run("evaluate", "cdisc-pilot", *words)
    assert ran.code == 2
    assert "CDISC datasets say age and sex themselves" in ran.err


def test_a_folder_with_something_else_is_kept(shell: Shell, datasets: Path) -> None:
    Path("out").mkdir()
    Path("out/thesis.docx").write_text("years of work")
    ran = shell.run("evaluate", "cdisc-pilot", "--data", datasets, "--out", "out")
    assert ran.code == 5
    assert "it holds something that is no export" in ran.err
    assert [path.name for path in Path("out").iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize("out", [".", ".."])
def test_nobody_is_left_in_a_folder_that_is_gone(
    shell: Shell, datasets: Path, out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "above" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    ran = shell.run("evaluate", "cdisc-pilot", "--data", datasets, "--out", out)
    assert ran.code == 5
    assert "it is the folder that you are in (name a new or an empty folder)" in ran.err
    assert list((tmp_path / "above").rglob("*")) == [here]


def test_datasets_of_another_trial_are_refused(shell: Shell, datasets: Path) -> None:
    ran = shell.run("evaluate", PROTOCOL, "--data", datasets, "--out", "out")
    assert ran.code == 2
    assert "01-701" not in ran.err
    assert not Path("out").exists()
