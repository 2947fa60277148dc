"""The commands and their words. Each calls one workflow and prints what comes back.

Exit codes: 0 done; 1 nobody reads the output any more; 2 words that do not fit together;
3 a protocol; 4 a source; 5 a database, or a file that cannot be written; 6 something named that
does not exist; 7 against a rule of the trial; 8 not for who asks; 9 a trail that is not whole; 70 a
fault of the program; 128 + n stopped by signal n (130: Ctrl-C).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from trialrun.cli import options
from trialrun.cli.design_commands import design
from trialrun.cli.options import Language
from trialrun.cli.output import error_json, escape_what_cannot_be_written, show_json
from trialrun.cli.words import refuse_empty_paths
from trialrun.errors import TrialrunError

app = typer.Typer(
    name="trialrun",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(words: Sequence[str] | None) -> object:
    """Run one command; what goes wrong in it is raised."""
    escape_what_cannot_be_written()
    written = sys.argv[1:] if words is None else words
    try:
        refuse_empty_paths(written)
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


@app.command(
    epilog="Example: trialrun load export/ --into hospital.duckdb --coverage coverage.yaml"
)
def load(
    path: options.Export,
    into: options.Into,
    source: options.SourceName = None,
    form: options.Form = None,
    mapping: options.Mapping = None,
    coverage: options.Coverage = None,
    time_zone: options.TimeZone = None,
    whole: options.Whole = False,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Load a hospital's export into a database; what was rejected is counted and shown."""
    from trialrun.cli import loading
    from trialrun.workflows.loading import ExportToLoad

    asked = ExportToLoad(
        path,
        into,
        loaded_on=_today(),
        name=source,
        form=form.value if form else None,
        mapping=mapping,
        coverage=coverage,
        time_zone=time_zone,
        whole=whole,
    )
    loading.load(asked, language.value, as_json=as_json)


@app.command(
    epilog="Example: trialrun screen ld-il2-immune-als --data hospital.duckdb "
    "--on 2022-01-15 --out screening/"
)
def screen(
    protocol: options.Protocol,
    data: options.Data,
    on: options.On,
    out: options.Out,
    language: options.InLanguage = Language.EN,
    pseudonymise: options.Key = None,
    as_json: options.Json = False,
) -> None:
    """Judge every patient by every criterion; write verdicts, judgements and a report."""
    from trialrun.cli import screenings

    screenings.screen(protocol, data, on, out, language.value, pseudonymise, as_json=as_json)


@app.command(
    epilog="Example: trialrun explain ld-il2-immune-als 17 --data hospital.duckdb --on 2022-01-15"
)
def explain(
    protocol: options.Protocol,
    patient: options.Patient,
    data: options.Data,
    on: options.On,
    language: options.InLanguage = Language.EN,
    pseudonymise: options.Key = None,
    as_json: options.Json = False,
) -> None:
    """Show one patient's judgements: sentence, answer, evidence, gap and what would settle it."""
    from trialrun.cli import screenings

    screenings.explain(protocol, patient, data, on, language.value, pseudonymise, as_json=as_json)


@app.command(epilog="Example: trialrun check ld-il2-immune-als")
def check(
    protocol: options.Protocol,
    on: options.ReadOn = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """List everything that is wrong or odd in a protocol, with file and line."""
    from trialrun.cli import protocols

    protocols.check(protocol, on or _today(), language.value, as_json=as_json)


@app.command(epilog="Example: trialrun show ld-il2-immune-als --language zh")
def show(
    protocol: options.Protocol,
    value_set: options.ShownValueSet = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Put a protocol into words: each original sentence beside its logic; or list a value set."""
    from trialrun.cli import protocols

    if value_set is None:
        protocols.show(protocol, language.value, as_json=as_json)
    else:
        protocols.show_value_set(protocol, value_set, language.value, as_json=as_json)


@app.command(epilog="Example: trialrun generate clinic/ --patients 200 --seed 1 --on 2022-01-15")
def generate(
    out: options.NewFolder,
    on: options.On,
    patients: options.Patients = 2000,
    seed: options.Seed = 1,
    gzip: options.Gzip = False,
    workers: options.Workers = 1,
    as_json: options.Json = False,
) -> None:
    """Make a synthetic neuromuscular clinic; the right judgements go into a file beside it."""
    from trialrun.cli import generating

    generating.generate(
        out, patients=patients, seed=seed, on=on, gzip=gzip, workers=workers, as_json=as_json
    )


@app.command(epilog="Example: trialrun demo --out demo")
def demo(out: options.DemoOut = Path("demo"), language: options.InLanguage = Language.EN) -> None:
    """Generate a clinic, load and screen it, write a report; and make a trial in its middle.

    The trial is as of today; the clinic was screened when it began.
    """
    from trialrun.cli import demonstration

    demonstration.demo(out, language.value, _today())


@app.command(name="demo-trial", epilog="Example: trialrun demo-trial --out demo-trial")
def demo_trial(
    out: options.DemoOut = Path("demo-trial"), language: options.InLanguage = Language.EN
) -> None:
    """Simulate the demonstration's trial through 48 weeks, and evaluate it beside the truth."""
    from trialrun.cli import demonstration

    demonstration.demo_trial(out, language.value, _now())


@app.command(epilog="Example: trialrun serve --database sqlite:///trial.db --data hospital.duckdb")
def serve(
    database: options.Database = "sqlite:///trial.db",
    data: options.ServedData = None,
    protocol: options.ServedProtocol = "ld-il2-immune-als",
    host: options.Host = "127.0.0.1",
    port: options.Port = 8000,
    address: options.Address = None,
    time_zone: options.TrialTimeZone = None,
) -> None:
    """Serve the pages of the trial, until Ctrl-C; the first start makes an administrator.

    It answers to this machine only. For others, let a reverse proxy with TLS stand in front, and
    name what people type with --address. To let people sign in at an OpenID Connect provider, set
    TRIALRUN_OIDC_DISCOVERY, TRIALRUN_OIDC_CLIENT_ID and TRIALRUN_OIDC_CLIENT_SECRET, or name a
    file with each in TRIALRUN_OIDC_..._FILE.
    """
    from trialrun.cli import serving

    serving.serve(
        protocol,
        database,
        data,
        host=host,
        port=port,
        address=address,
        time_zone=time_zone,
        environment=os.environ,
        now=_now(),
    )


@app.command(
    epilog="Example: trialrun enlist ld-il2-immune-als --data hospital.duckdb "
    "--database sqlite:///trial.db --on 2022-01-15"
)
def enlist(
    protocol: options.Protocol,
    data: options.Data,
    on: options.On,
    database: options.Database = "sqlite:///trial.db",
    time_zone: options.TrialTimeZone = None,
    as_json: options.Json = False,
) -> None:
    """Screen the hospital's records, and take who may qualify into the trial as candidates.

    What people have answered meanwhile is counted in. Says who is new, and of whom something else
    is said than by the screening before.
    """
    from trialrun.cli import enlisting

    enlisting.enlist(protocol, data, database, on, now=_now(), time_zone=time_zone, as_json=as_json)


@app.command(
    epilog="Example: trialrun watch ld-il2-immune-als --database sqlite:///trial.db "
    "--data hospital.duckdb"
)
def watch(
    protocol: options.Protocol,
    database: options.Database,
    data: options.ServedData = None,
    on: options.WatchedOn = None,
    time_zone: options.TrialTimeZone = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Look after the participants; what departs from the protocol is proposed as a deviation.

    Obligations, exclusions that came to hold, visits and doses. Prints what was not known before;
    an investigator judges it on the pages.
    """
    from trialrun.cli import watching

    watching.watch(
        protocol,
        database,
        data,
        now=_now(),
        on=on,
        time_zone=time_zone,
        language=language.value,
        as_json=as_json,
    )


@app.command(
    epilog="Example: trialrun export --database sqlite:///trial.db --out export "
    "--format sdtm --format odm"
)
def export(
    out: options.ExportOut,
    database: options.Database = "sqlite:///trial.db",
    data: options.ServedData = None,
    protocol: options.ServedProtocol = "ld-il2-immune-als",
    formats: options.ExportFormats = [],  # noqa: B006 - typer reads a list, and nobody changes it
    participant: options.Participants = [],  # noqa: B006
    country: options.Country = "CHN",
    time_zone: options.TrialTimeZone = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Write the trial as CDISC ODM, SDTM datasets, CSV, and an archive of each participant.

    Participants go by their numbers. With --data, sex and age come from the hospital's records.
    The trail records every export, with a hash of each file.
    """
    from trialrun.cli import exporting

    exporting.export(
        protocol,
        database,
        data,
        out,
        formats=formats,
        numbers=participant,
        country=country,
        time_zone=time_zone,
        language=language.value,
        now=_now(),
        as_json=as_json,
    )


@app.command(
    epilog="Example: trialrun evaluate ld-il2-immune-als --data sqlite:///trial.db --out report"
)
def evaluate(
    protocol: options.Protocol,
    data: options.TrialDataset,
    out: options.EvaluationOut,
    records: options.HospitalRecords = None,
    time_zone: options.TrialTimeZone = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Carry out the analysis plan: a report of efficacy and safety, and every table as CSV."""
    from trialrun.cli import evaluating
    from trialrun.workflows.evaluating import EvaluationOrder

    order = EvaluationOrder(protocol, data, records, language.value)
    evaluating.evaluate(order, out, time_zone=time_zone, now=_now(), as_json=as_json)


@app.command(
    epilog="Example: trialrun simulate ld-il2-immune-als --participants 13 --trials 10000 --seed 1"
)
def simulate(
    protocol: options.Protocol,
    participants: options.ParticipantCount,
    trials: options.TrialCount = 10_000,
    seed: options.SimulationSeed = 1,
    out: options.SimulationOut = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Invent trials by the truth that the plan states, and say how its analysis behaves.

    Power, type I error, bias and coverage, over the plan's grid of true effects and dropout.
    """
    from trialrun.cli import simulating
    from trialrun.workflows.simulating import SimulationOrder

    order = SimulationOrder(protocol, participants, trials, seed, language.value)
    simulating.simulate(order, out, _today(), as_json=as_json)


audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(audit, name="audit")
app.add_typer(design, name="design")


@audit.command(epilog="Example: trialrun audit verify --database sqlite:///trial.db")
def verify(
    database: options.Database,
    head: options.Head = None,
    as_json: options.Json = False,
) -> int:
    """Check that the trail is whole: every seal, and every row against what the trail says.

    Exit codes: 0 it is, 9 it is not.
    """
    from trialrun.cli import trail

    return trail.verify(database, head, as_json=as_json)


def _now() -> datetime:
    # The command line is the one place that may look at the clock.
    return datetime.now().astimezone()


def _today() -> date:
    return _now().date()
