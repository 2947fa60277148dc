"""The words that several commands share: arguments and options, and how they are read.

Refuses a day that could be misread, and a folder where a file should be.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer

from trialrun.conduct.days import FIRST_DAY, LAST_DAY
from trialrun.terminology.did_you_mean import did_you_mean


class Language(StrEnum):
    """The languages of what people read."""

    EN = "en"
    ZH = "zh"


class Format(StrEnum):
    """What a source is written in."""

    FHIR = "fhir"
    CSV = "csv"


class ExportFormat(StrEnum):
    """What data of a trial are exported as."""

    ODM = "odm"
    SDTM = "sdtm"
    CSV = "csv"
    ARCHIVE = "archive"


def country(text: str) -> str:
    """Read the code of a country."""
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise typer.BadParameter(f"{text!r} is no code: write three letters, such as CHN")
    return text


def time_zone(text: str) -> str:
    """Read the name of a time zone in the IANA database."""
    known = available_timezones()
    if text not in known:
        remedy = did_you_mean(text, known) or "write one such as Asia/Shanghai or Europe/Berlin"
        raise typer.BadParameter(f"{text!r} is no time zone: {remedy}")
    return text


def day(text: str) -> date:
    """Read a day, written in the one way that cannot be misread."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or text != read.isoformat():
        raise typer.BadParameter(f"{text!r} is not a date: write YYYY-MM-DD, such as 2022-01-15")
    # Another one is a slip of the pen, and would make everybody ineligible.
    if not FIRST_DAY <= read <= LAST_DAY:
        raise typer.BadParameter(f"{text} is not between {FIRST_DAY} and {LAST_DAY}")
    return read


Protocol = Annotated[
    str, typer.Argument(metavar="PROTOCOL", help="A protocol file, or the name of a shipped one.")
]
Export = Annotated[
    Path, typer.Argument(metavar="PATH", help="A FHIR or CSV export: a file or a folder.")
]
Patient = Annotated[
    str,
    typer.Argument(metavar="PATIENT", help="The patient's id (or pseudonym, with its key)."),
]
Data = Annotated[
    Path,
    typer.Option(
        "--data", metavar="FILE", dir_okay=False, help="The database that `trialrun load` made."
    ),
]
Into = Annotated[
    Path,
    typer.Option("--into", metavar="FILE", dir_okay=False, help="The database to make or update."),
]
On = Annotated[
    date,
    typer.Option("--on", parser=day, metavar="DATE", help="The day asked about (YYYY-MM-DD)."),
]
ReadOn = Annotated[
    date | None,
    typer.Option("--on", parser=day, metavar="DATE", help="The day it is read on (today)."),
]
Out = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="Where verdicts and report.html go."
    ),
]
DemoOut = Annotated[
    Path, typer.Option("--out", metavar="DIR", file_okay=False, help="The folder to make.")
]
NewFolder = Annotated[
    Path, typer.Argument(metavar="DIR", file_okay=False, help="The folder to make.")
]
SourceName = Annotated[
    str | None, typer.Option("--source", help="What to call this source (the path's name).")
]
Form = Annotated[
    Format | None, typer.Option("--format", help="What it is, if not recognised by itself.")
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        dir_okay=False,
        help="What the columns of a CSV or Excel export are; proposed if not given.",
    ),
]
Coverage = Annotated[
    Path | None,
    typer.Option(
        "--coverage",
        metavar="FILE",
        dir_okay=False,
        help="What the source knows completely, and since when.",
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option("--time-zone", help="The hospital's time zone, unless the data declare it."),
]
TrialTimeZone = Annotated[
    str | None,
    typer.Option(
        "--time-zone",
        parser=time_zone,
        metavar="ZONE",
        help="The hospital's time zone, which decides its days (Asia/Shanghai).",
    ),
]
Whole = Annotated[
    bool,
    typer.Option("--whole", help="The export is complete: forget what it no longer holds."),
]
Patients = Annotated[int, typer.Option("--patients", min=1, help="How many.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed, the same clinic.")]
Gzip = Annotated[bool, typer.Option("--gzip", help="Compress the files.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processor cores to use.")]
InLanguage = Annotated[
    Language, typer.Option("--language", help="The language of words and pages.")
]
Key = Annotated[
    Path | None,
    typer.Option(
        "--pseudonymise",
        metavar="KEYFILE",
        dir_okay=False,
        help="Write keyed hashes in place of patients' ids, with the key in this file.",
    ),
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        help="The trial's own database: sqlite:///trial.db or postgresql://host/name.",
    ),
]
ServedData = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="FILE", dir_okay=False, help="The database that `trialrun load` made."
    ),
]
WatchedOn = Annotated[
    date | None,
    typer.Option(
        "--on", parser=day, metavar="DATE", help="The day asked about (YYYY-MM-DD; today)."
    ),
]
ServedProtocol = Annotated[
    str,
    typer.Option(
        "--protocol", metavar="PROTOCOL", help="A protocol file, or the name of a shipped one."
    ),
]
Host = Annotated[str, typer.Option("--host", help="The network address to listen at.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen at.")]
Address = Annotated[
    str | None,
    typer.Option("--address", metavar="URL", help="What people type, if a proxy stands in front."),
]
ExportOut = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="A new or empty folder, or an older export."
    ),
]
TrialDataset = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="TRIAL",
        help="The trial's own database (sqlite:///trial.db), or a folder of CDISC datasets.",
    ),
]
HospitalRecords = Annotated[
    Path | None,
    typer.Option(
        "--records",
        metavar="FILE",
        dir_okay=False,
        help="The database that `trialrun load` made: age and sex, with the trial's own database.",
    ),
]
EvaluationOut = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="A new or empty folder, or an older one."
    ),
]
ParticipantCount = Annotated[
    int,
    typer.Option("--participants", min=2, max=100_000, help="Participants of each trial."),
]
TrialCount = Annotated[
    int, typer.Option("--trials", min=1, max=10_000_000, help="Trials at each point of the grid.")
]
SimulationSeed = Annotated[
    int, typer.Option("--seed", min=0, help="The same seed gives the same numbers.")
]
SimulationOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", file_okay=False, help="Also write a report and a CSV."),
]
ExportFormats = Annotated[
    list[ExportFormat],
    typer.Option("--format", help="What to write; may be given several times (all)."),
]
Participants = Annotated[
    list[str],
    typer.Option(
        "--participant", metavar="N", help="Only this one; may be given several times (all)."
    ),
]
Country = Annotated[
    str,
    typer.Option(
        "--country",
        parser=country,
        metavar="CODE",
        help="The country of the site in SDTM, by ISO 3166-1 in three letters.",
    ),
]
Head = Annotated[
    str | None,
    typer.Option("--head", metavar="HASH", help="The head of the chain, from a signed report."),
]
ShownValueSet = Annotated[
    str | None,
    typer.Option("--value-set", metavar="ID", help="List the codes of this value set instead."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
