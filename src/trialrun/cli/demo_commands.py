"""The commands that show what the program does, on an invented clinic."""

from __future__ import annotations

from pathlib import Path

import typer

from trialrun.cli import options
from trialrun.cli.clock import now, today
from trialrun.cli.options import Language

commands = typer.Typer()


@commands.command(epilog="Example: trialrun demo --out demo")
def demo(out: options.DemoOut = Path("demo"), language: options.InLanguage = Language.EN) -> None:
    """Generate a clinic, load and screen it, write a report; and make a trial in its middle.

    The trial is as of today; the clinic was screened when it began.
    """
    from trialrun.cli import demonstration

    demonstration.demo(out, language.value, today())


@commands.command(name="demo-trial", epilog="Example: trialrun demo-trial --out demo-trial")
def demo_trial(
    out: options.DemoOut = Path("demo-trial"), language: options.InLanguage = Language.EN
) -> None:
    """Simulate the demonstration's trial through 48 weeks, and evaluate it beside the truth."""
    from trialrun.cli import demonstration

    demonstration.demo_trial(out, language.value, now())
