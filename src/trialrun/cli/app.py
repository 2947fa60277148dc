"""The command line: its name, its version, and its commands, each of which calls one workflow.

Exit codes: 0 done; 1 nobody reads the output any more; 2 words that do not fit together;
3 a protocol; 4 a source; 5 a database, or a file that cannot be written; 6 something named that
does not exist; 7 against a rule of the trial; 8 not for who asks; 9 a trail that is not whole; 70 a
fault of the program; 128 + n stopped by signal n (130: Ctrl-C).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from trialrun.cli import demo_commands, design_commands, screening_commands, trial_commands
from trialrun.cli.output import error_json, escape_what_cannot_be_written, show_json
from trialrun.cli.words import refuse_empty_words
from trialrun.errors import TrialrunError

app = typer.Typer(
    name="trialrun",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(screening_commands.commands)
app.add_typer(demo_commands.commands)
app.add_typer(trial_commands.commands)
app.add_typer(design_commands.design, name="design")


def run(words: Sequence[str] | None) -> object:
    """Run one command; what goes wrong in it is raised."""
    escape_what_cannot_be_written()
    written = sys.argv[1:] if words is None else words
    try:
        refuse_empty_words(written)
        return app(words, prog_name="trialrun", standalone_mode=False)
    except TrialrunError as error:
        if "--json" in written:
            show_json(error_json(error))
        raise


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trialrun {version('trialrun')}")
        raise typer.Exit


@app.callback(
    epilog="Example: trialrun demo --out demo\n\n"
    "Exit codes: 0 done, 1 output no longer read, 2 wrong words, 3 protocol, 4 source, "
    "5 database or disk, 6 not found, 7 against a rule of the trial, 8 not your role, "
    "9 trail not whole, 70 fault of the program, 130 interrupted."
)
def trialrun(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version, and stop."
        ),
    ] = False,
) -> None:
    """Run a clinical trial from its protocol."""
