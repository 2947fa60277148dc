"""The commands of a trial that runs or is over: its pages, its people, its numbers, its trail.

What each does is imported when it is called, so that `--help` need not wait for it.
"""

from __future__ import annotations

import os

import typer

from trialrun.cli import options
from trialrun.cli.clock import now, today
from trialrun.cli.options import Language

commands = typer.Typer()


@commands.command(
    epilog="Example: trialrun serve --database sqlite:///trial.db --data hospital.duckdb"
)
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
        now=now(),
    )


@commands.command(
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

    enlisting.enlist(protocol, data, database, on, now=now(), time_zone=time_zone, as_json=as_json)


@commands.command(
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
        now=now(),
        on=on,
        time_zone=time_zone,
        language=language.value,
        as_json=as_json,
    )


@commands.command(
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
        now=now(),
        as_json=as_json,
    )


@commands.command(
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
    evaluating.evaluate(order, out, time_zone=time_zone, now=now(), as_json=as_json)


@commands.command(
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
    simulating.simulate(order, out, today(), as_json=as_json)


audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
commands.add_typer(audit, name="audit")


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
