"""The examples of the README and of the manual are executed, in order, in one fresh folder."""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from trialrun.cli.app import app
from trialrun.errors import TrialrunError
from trialrun.protocol.file import common_value_sets
from trialrun.protocol.model import Registry, RegistryDates
from trialrun.terminology.ctcae.rule_file import ctcae_terms, terms_reading

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "docs/manual/bring-your-trial.md",
    ROOT / "docs/manual/evaluation.md",
]

_BLOCK = re.compile(
    r"^```(?P<kind>console|yaml file=(?P<file>\S+))\n(?P<body>.*?)^```$", re.M | re.S
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documentation")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, folder: Path) -> None:
    blocks = list(_BLOCK.finditer(page.read_text("utf-8")))
    assert blocks
    for block in blocks:
        if block["file"]:
            path = folder / block["file"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block["body"], "utf-8")
            continue
        for line in block["body"].splitlines():
            _run(line.removeprefix("$ "), folder)


def _run(line: str, folder: Path) -> None:
    program, *words = shlex.split(line)
    assert program == "trialrun"
    command = [sys.executable, "-c", "from trialrun.cli import main; main()", *words]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_every_option_is_in_the_readme_or_in_the_manual() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs/manual").glob("*.md")]
    words = set(re.findall(r"--[a-z-]+", "\n".join(page.read_text("utf-8") for page in pages)))
    commands = typer.main.get_command(app).commands.values()  # type: ignore[attr-defined]
    options = {name for one in commands for part in one.params for name in part.opts}
    assert {name for name in options if name.startswith("--")} - words == set()


def test_the_manual_lists_the_value_sets_that_are_shipped() -> None:
    page = (ROOT / "docs/manual/bring-your-trial.md").read_text("utf-8")
    table = page.split("## Shipped value sets")[1].split("\n\n`creatinine")[0]
    assert sorted(re.findall(r"`([\w-]+)`", table)) == sorted(common_value_sets())


def test_the_readme_lists_the_exit_codes_of_the_errors() -> None:
    codes = {error.exit_code for error in TrialrunError.__subclasses__()}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert codes <= {int(code) for code in re.findall(r"^\| (\d+) \|", readme, re.M)}


def test_the_manual_lists_the_laboratory_terms_that_are_graded() -> None:
    page = (ROOT / "docs/manual/ctcae.md").read_text("utf-8")
    table = page.split("## The terms")[1].split("\n\n## ")[0]
    listed = {
        value_set: set(terms.removesuffix(" (once corrected)").split("; "))
        for value_set, terms in re.findall(r"^\| `([\w-]+)` \| (.+) \|$", table, re.M)
    }
    reads = {name for term in ctcae_terms() for name in (*term.reads, *term.uncorrected)}
    assert listed == {name: {term.term for term in terms_reading(name)} for name in reads}


@pytest.mark.parametrize(("table", "owner"), [("registry", Registry), ("dates", RegistryDates)])
def test_the_manual_names_every_key_of_the_registry(table: str, owner: type) -> None:
    page = (ROOT / "docs/manual/bring-your-trial.md").read_text("utf-8")
    (rows,) = re.findall(rf"^\| key of `{table}` \|.*?\n\|---\|---\|\n(.*?)\n\n", page, re.M | re.S)
    named = re.findall(r"^\| `(\w+)` \|", rows, re.M)
    keys = dataclasses.fields(owner)
    assert named == [field.name for field in keys]
    required = [field.name for field in keys if field.default is dataclasses.MISSING]
    assert len(required) == (9 if owner is Registry else 0)


def test_screening_for_a_trial_has_one_chinese_word() -> None:
    """GLOSSARY.md: 筛选. 筛查 is looking for a disease among the healthy."""
    folders = [ROOT / "src/trialrun", ROOT / "docs"]
    written = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".po", ".yaml", ".html", ".md"}
    ]
    assert any("病历筛选" in path.read_text("utf-8") for path in written)
    assert [path.name for path in written if "筛查" in path.read_text("utf-8")] == []
