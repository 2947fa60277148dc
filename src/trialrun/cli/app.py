"""The commands and their words. Each calls one workflow and prints what comes back.

Exit codes: 0 done; 2 words that do not fit together; 3 a protocol; 4 a source; 5 a database;
6 something named that does not exist; 130 interrupted.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from trialrun.errors import TrialrunError

app = typer.Typer(
    name="trialrun",
    help="Run a clinical trial from its protocol.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Language(StrEnum):
    """The languages of what people read."""

    EN = "en"
    ZH = "zh"


class Format(StrEnum):
    """What a source is written in."""

    FHIR = "fhir"
    CSV = "csv"


def _day(text: str) -> date:
    """Read an ISO date; the shell's message says how one looks."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day is written YYYY-MM-DD, such as 2022-01-15") from None


Protocol = Annotated[
    str, typer.Argument(metavar="PROTOCOL", help="A protocol file, or the name of a shipped one.")
]
Data = Annotated[
    Path, typer.Option("--data", metavar="FILE", help="The database that `trialrun load` made.")
]
On = Annotated[
    date,
    typer.Option("--on", parser=_day, metavar="DATE", help="The day asked about (YYYY-MM-DD)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
InLanguage = Annotated[
    Language, typer.Option("--language", help="The language of words and pages.")
]
Key = Annotated[
    Path | None,
    typer.Option(
        "--pseudonymise",
        metavar="KEYFILE",
        help="Write keyed hashes in place of patients' ids, with the key in this file.",
    ),
]


def main() -> None:
    """Run the command line; a user's mistake ends with its words and its exit code."""
    try:
        app(standalone_mode=True)
    except TrialrunError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"trialrun: {error}", markup=False
        )
        sys.exit(error.exit_code)


@app.command(epilog="Example: trialrun check ld-il2-immune-als")
def check(
    protocol: Protocol,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=_day, metavar="DATE", help="The day it is read (today)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List everything that is wrong or odd in a protocol, with file and line."""
    from trialrun.cli import protocols

    protocols.check(protocol, on or _today(), as_json=as_json)


@app.command(epilog="Example: trialrun show ld-il2-immune-als --language zh")
def show(protocol: Protocol, language: InLanguage = Language.EN, as_json: Json = False) -> None:
    """Put a protocol into words: each original sentence beside its logic."""
    from trialrun.cli import protocols

    protocols.show(protocol, language.value, as_json=as_json)


@app.command(
    epilog="Example: trialrun load export/ --into hospital.duckdb --coverage coverage.yaml"
)
def load(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A FHIR or CSV export: a file or a folder.")
    ],
    into: Annotated[
        Path, typer.Option("--into", metavar="FILE", help="The database to make or update.")
    ],
    source: Annotated[
        str | None, typer.Option("--source", help="What to call this source (the path's name).")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="What it is, if not recognised by itself.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="What the columns of a CSV or Excel export are; proposed if not given.",
        ),
    ] = None,
    coverage: Annotated[
        Path | None,
        typer.Option(
            "--coverage", metavar="FILE", help="What the source knows completely, and since when."
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", help="The hospital's time zone, unless the data declare it."),
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="The export is complete: forget what it no longer holds."),
    ] = False,
    language: InLanguage = Language.EN,
    as_json: Json = False,
) -> None:
    """Load a hospital's export into a database; what was rejected is counted and shown."""
    from trialrun.cli import loading

    loading.load(
        path,
        into,
        name=source,
        form=form.value if form else None,
        mapping=mapping,
        coverage=coverage,
        time_zone=time_zone,
        whole=whole,
        loaded_on=_today(),
        language=language.value,
        as_json=as_json,
    )


@app.command(
    epilog="Example: trialrun screen ld-il2-immune-als --data hospital.duckdb "
    "--on 2022-01-15 --out screening/"
)
def screen(
    protocol: Protocol,
    data: Data,
    on: On,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where verdicts and report.html go.")
    ],
    language: InLanguage = Language.EN,
    pseudonymise: Key = None,
    as_json: Json = False,
) -> None:
    """Judge every patient by every criterion; write verdicts, judgements and a report."""
    from trialrun.cli import screenings

    screenings.screen(protocol, data, on, out, language.value, pseudonymise, as_json=as_json)


@app.command(
    epilog="Example: trialrun explain ld-il2-immune-als P000017 --data hospital.duckdb "
    "--on 2022-01-15"
)
def explain(
    protocol: Protocol,
    patient: Annotated[
        str,
        typer.Argument(metavar="PATIENT", help="The patient's id (or pseudonym, with its key)."),
    ],
    data: Data,
    on: On,
    language: InLanguage = Language.EN,
    pseudonymise: Key = None,
    as_json: Json = False,
) -> None:
    """Show one patient's judgements: sentence, answer, evidence, gap and what would settle it."""
    from trialrun.cli import screenings

    screenings.explain(protocol, patient, data, on, language.value, pseudonymise, as_json=as_json)


@app.command(epilog="Example: trialrun generate clinic/ --patients 2000 --seed 1 --on 2022-01-15")
def generate(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    on: On,
    patients: Annotated[int, typer.Option("--patients", min=1, help="How many.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same clinic.")] = 1,
    gzip: Annotated[bool, typer.Option("--gzip", help="Compress the files.")] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processor cores to use.")] = 1,
    as_json: Json = False,
) -> None:
    """Make a synthetic neuromuscular clinic, with the right judgements in truth.csv beside it."""
    from trialrun.cli import generating

    generating.generate(
        out, patients=patients, seed=seed, on=on, gzip=gzip, workers=workers, as_json=as_json
    )


@app.command(epilog="Example: trialrun demo --out demo")
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to make.")] = Path(
        "demo"
    ),
    language: InLanguage = Language.EN,
) -> None:
    """Generate a clinic, load it, screen it against the shipped protocol, write a report."""
    from trialrun.cli import generating

    generating.demo(out, language.value)


def _today() -> date:
    # The command line is the one place that may look at the clock.
    return datetime.now().astimezone().date()
