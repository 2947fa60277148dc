"""The words that the commands of `trialrun design` share, and how they are read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class BoundaryShape(StrEnum):
    """The shapes of group sequential boundaries."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    LAN_DEMETS_OBRIEN_FLEMING = "lan-demets-obrien-fleming"
    LAN_DEMETS_POCOCK = "lan-demets-pocock"
    HWANG_SHIH_DECANI = "hwang-shih-decani"


def stage(text: str) -> tuple[int, int]:
    """Read the participants of a stage, and the events that stop the trial there."""
    participants, _, events = text.partition(":")
    if not (participants.isdecimal() and events.isdecimal()):
        raise typer.BadParameter(f"{text!r} is no stage: write participants:events, such as 50:13")
    return int(participants), int(events)


Boundaries = Annotated[BoundaryShape, typer.Option("--kind", help="The shape of the boundaries.")]
Looks = Annotated[
    int, typer.Option("--looks", min=1, max=50, help="Looks at equal steps of the information.")
]
Information = Annotated[
    list[float] | None,
    typer.Option(
        "--information",
        help="The fraction of the information at a look; once for each, instead of --looks.",
    ),
]
Alpha = Annotated[float, typer.Option("--alpha", help="The type I error.")]
Beta = Annotated[float, typer.Option("--beta", help="The type II error: 1 less the power.")]
Gamma = Annotated[
    float | None, typer.Option("--gamma", help="The shape of Hwang, Shih and DeCani's spending.")
]
TwoSided = Annotated[
    bool, typer.Option("--two-sided", help="Stop on both sides; --alpha is of both together.")
]
Stages = Annotated[
    list[str],
    typer.Option(
        "--stage",
        metavar="PARTICIPANTS:EVENTS",
        help="After so many participants in all, so many events stop the trial; once for each.",
    ),
]
Rates = Annotated[
    list[float], typer.Option("--rate", help="A true rate; may be given several times.")
]
NullRate = Annotated[float, typer.Option("--null", help="The rate of response that is too low.")]
AlternativeRate = Annotated[
    float, typer.Option("--alternative", help="The rate of response that is hoped for.")
]
