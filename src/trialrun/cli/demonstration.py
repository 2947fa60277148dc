"""`trialrun demo` and `trialrun demo-trial`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from shutil import which

from trialrun.cli.output import bar, show, show_lines, warn
from trialrun.criteria.wording import Language
from trialrun.report.acts import act_in_words
from trialrun.report.evaluation.terminal import table_in_terminal
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.report.terminal import load_summary, screening_summary
from trialrun.report.voice import Voice
from trialrun.workflows.demo.finished import EVALUATION, run_finished_demo
from trialrun.workflows.demo.making import DATABASE, PROTOCOL, TRIAL, run_demo
from trialrun.workflows.demo.team import Team
from trialrun.workflows.evaluating import REPORT

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "report": "Open {page} in a browser, or look at one patient:",
        "middle": "The trial stands in its middle, with {count} participants:",
        "people": "Sign in by one of these names; each password is for one use:",
        "evaluated": "{count} invented participants through 48 weeks, evaluated; open the report:",
        "again": "Their trial can be opened, and evaluated again:",
    },
    "zh": {
        "report": "用浏览器打开 {page}，或查看一名患者：",
        "middle": "试验正在进行，已有{count}例受试者：",
        "people": "用以下任一用户名登录；每个密码仅可使用一次：",
        "evaluated": "{count}例虚构受试者已完成48周并作评价；请打开报告：",
        "again": "可打开该试验，并重新评价：",
    },
}


def demo(out: Path, language: Language, today: date) -> None:
    """Generate, load, screen, run a trial until today; print what was made and how to open it."""
    with bar() as progress:
        made = run_demo(out, language, progress, as_of=today)
    screening = made.screened.screening
    show(load_summary(made.loaded, language), "", screening_summary(screening, language))
    first = screening.opened[0].name if screening.opened else "PATIENT"
    hospital = str(out / DATABASE)
    says = _WORDS[language]
    as_of = ("--data", hospital, "--on", str(screening.on))
    show_lines(
        "",
        says["report"].format(page=out / "report.html"),
        _command("explain", PROTOCOL, first, *as_of, *_spoken(language)),
        "",
        says["middle"].format(count=len(made.trial.participants)),
        _command("serve", "--database", f"sqlite:///{out / TRIAL}", "--data", hospital),
        says["people"],
        *_people(made.trial.team, language),
    )
    warn(made.screened.caveats, Voice(language, {}))


def demo_trial(out: Path, language: Language, now: datetime) -> None:
    """Run the trial to its end, evaluate it, and say where the report is."""
    with bar() as progress:
        made = run_finished_demo(out, language, progress, at=now)
    voice = EvaluationVoice(language)
    of_trial = ("--data", f"sqlite:///{out / TRIAL}", "--records", str(out / DATABASE))
    truth = next(table for table in made.evaluated.evaluation.tables if table.id == "truth")
    show(table_in_terminal(truth, voice))
    says = _WORDS[language]
    show_lines(
        "",
        says["evaluated"].format(count=len(made.demo.trial.participants)),
        f"  {out / EVALUATION / REPORT}",
        says["again"],
        _command("evaluate", PROTOCOL, *of_trial, "--out", "report", *_spoken(language)),
    )


def _spoken(language: Language) -> tuple[str, ...]:
    """Return the option for a language; English needs none."""
    return () if language == "en" else ("--language", language)


def _command(*words: str) -> str:
    return f"  {shlex.join([_program(), *words])}"


def _people(team: Team, language: Language) -> Iterator[str]:
    for role, actor in team.actors.items():
        said = act_in_words(role, language)
        yield f"  {actor.name:6} {team.passwords[actor.name]}  {said}"


def _program() -> str:
    """Return how the command was called where a shell does not find it by its name."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "trialrun" and not which("trialrun") else "trialrun"
