"""What is printed in the terminal about a screening and a patient.

Symbols and words say everything: colours only help, and are gone when the output is piped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.tree import Tree

from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language
from trialrun.protocol.model import Criterion, TrialProtocol
from trialrun.protocol.words import words_of_names
from trialrun.report.changes import Sort, moved
from trialrun.report.numbers import count, signed
from trialrun.report.opened import OpenedCriterion, OpenedPatient, Part, by_opening, lay_out
from trialrun.report.rows import RowLine
from trialrun.report.symbols import SYMBOLS
from trialrun.report.tables import first_rows, note, table, title
from trialrun.report.terminal_files import (
    findings,
    load_caveats,
    load_summary,
    protocol_words,
)
from trialrun.report.voice import Voice
from trialrun.report.wrapping import Text
from trialrun.screening.gains import Gain
from trialrun.screening.result import JudgedPatient, OpenGap, Screening

__all__ = [
    "explanation",
    "findings",
    "load_caveats",
    "load_summary",
    "patient_tree",
    "protocol_words",
    "screening_summary",
]

SHOWN = 10
"""How many lines of a long table are printed; the report has them all."""

_STYLES = {
    "permits": "blue",
    "presumed": "cyan",
    "refuses": "bold red",
    "unknown": "bold",
    "asked": "yellow",
}


def screening_summary(screening: Screening, language: Language) -> RenderableType:
    """Print verdicts, attrition, what to ask next, near misses and what relaxing would gain."""
    voice = Voice.of(screening.protocol, language)
    registry = screening.protocol.registry
    opened = [lay_out(c, n, voice) for n, c in enumerate(screening.opened)]
    near = sorted((c for c in opened if c.is_near_miss), key=by_opening)
    parts: list[RenderableType] = [
        Text(f"{screening.protocol.title_in(language)} ({registry.id})", style="bold"),
        Text(voice.say("titled", title=voice.say("index_date"), said=str(screening.on))),
        Text(),
        _verdicts(screening, voice),
        title(voice.say("attrition")),
        note(voice.say("own_sole_means")),
        _attrition(screening, voice),
    ]
    for key, explained, made in (
        ("ask_next", "ask_next_intro", _questions(screening, voice)),
        ("near_title", "near_intro", _near_misses(near, screening.near_misses, voice)),
        ("gains", "gains_intro", _gains(screening, voice)),
    ):
        if made:
            parts += [title(voice.say(key)), note(voice.say(explained)), *made]
    if screening.pseudonymised:
        parts.append(note(f"\n{voice.say('days_moved')}"))
    return Group(*parts)


def explanation(
    patient: JudgedPatient, protocol: TrialProtocol, on: date, language: Language
) -> RenderableType:
    """Print by which protocol and on which day one patient was judged, and the judgements."""
    voice = Voice.of(protocol, language)
    judged_by = voice.say("protocol_version", name=protocol.name, version=protocol.version)
    day = voice.say("titled", title=voice.say("index_date"), said=str(on))
    titles = words_of_names(protocol, language)
    moved_days = [note(voice.say("days_moved"))] if patient.pseudonymised else []
    tree = patient_tree(patient, language, titles)
    return Group(note(f"{judged_by} · {day}"), *moved_days, tree)


def patient_tree(
    patient: JudgedPatient,
    language: Language,
    titles: Mapping[str, str],
) -> RenderableType:
    """Print one patient's judgements as a tree; value sets go by `titles`, else by their ids."""
    voice = Voice(language, titles)
    opened = lay_out(patient, 0, voice)
    tree = Tree(_heading(opened, voice), guide_style="dim")
    for sentence in opened.sentences:
        branch = tree.add(Text(" ".join(sentence.text.split()), style="italic"))
        for criterion in sentence.criteria:
            _add_criterion(branch, criterion, voice)
    return tree


# --- a screening ------------------------------------------------------------------------------


def _verdicts(screening: Screening, voice: Voice) -> Table:
    made = Table(box=None, show_header=False, padding=(0, 1))
    made.add_column(justify="right", style="bold")
    made.add_column()
    made.add_column(style="dim")
    made.add_row(count(screening.patients), voice.say("patients_judged"), "")
    for verdict, n in screening.verdicts.items():
        means = voice.say(f"{verdict.value}_means", n=screening.ready_for_visit)
        made.add_row(count(n), voice.say(verdict.value), means)
    near = voice.say("near_misses_mean")
    made.add_row(count(screening.near_misses), voice.say("near_misses"), near)
    dead = voice.say("deceased_mean", n=screening.may_have_died)
    made.add_row(count(screening.deceased), voice.say("deceased"), dead)
    return made


def _attrition(screening: Screening, voice: Voice) -> RenderableType:
    heads = ("before", "lost_head", "unknown_head", "after", "own", "sole")
    rows = [
        (
            _in_one_line(asked.criterion, voice),
            *(loss.before, loss.lost, loss.unknown, loss.after, loss.own, loss.sole),
        )
        for loss, asked in zip(screening.losses, screening.plan, strict=True)
    ]
    return table([voice.say("criterion")], [voice.say(head) for head in heads], rows)


def _in_one_line(criterion: Criterion, voice: Voice) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis").append(criterion.id, style="bold")
    return text.append(f" {voice.named(criterion)}")


def _questions(screening: Screening, voice: Voice) -> list[RenderableType]:
    rows = [
        (gap.asked.criterion.id, _to_ask(gap, voice), gap.candidates, gap.settles)
        for gap in screening.open_gaps
    ]
    words = [voice.say(head) for head in ("criterion", "to_ask")]
    numbers = [voice.say(head) for head in ("kept_open", "alone_settles")]
    return first_rows(words, numbers, rows, SHOWN, voice) if rows else []


def _to_ask(gap: OpenGap, voice: Voice) -> Text:
    """Write what the criterion asks for, or what settles any such gap; below, why it is unknown."""
    words, asks = voice.gap(gap.gap), gap.asked.criterion.asks
    if asks:
        asked = asks.in_language(voice.language)
    else:
        named = voice.named(gap.asked.criterion)
        asked = voice.say("titled", title=named, said=words.settled_by)
    return Text.assemble(asked, "\n", (words.reason, "dim"))


def _near_misses(near: list[OpenedPatient], of: int, voice: Voice) -> list[RenderableType]:
    rows = [
        (
            str(one.opens_on),
            one.name,
            voice.listed([f"{c.id} {c.ends or ''}".strip() for c in one.refusing]),
            " ".join(c.id for c in one.open),
        )
        for one in near
    ]
    heads = ("opens_on", "patient", "refused_until", "still_unknown")
    words = [voice.say(head) for head in heads]
    return first_rows(words, [], rows, SHOWN, voice, of=of) if rows else []


def _gains(screening: Screening, voice: Voice) -> list[RenderableType]:
    rows = [
        (
            gain.criterion,
            _change(gain, screening, voice),
            signed(gain.eligible),
            signed(gain.possible),
        )
        for gain in sorted(screening.gains, key=lambda g: (-g.eligible, -g.possible))
    ]
    words = [voice.say(head) for head in ("criterion", "change")]
    numbers = [voice.say(head) for head in ("sure", "possible")]
    return first_rows(words, numbers, rows, SHOWN, voice) if rows else []


def _change(gain: Gain, screening: Screening, voice: Voice) -> Text:
    """Write what goes before what comes, with an arrow: told apart without colours."""
    if gain.change is None:
        return Text(voice.say("dropped"), style="bold")
    logic = {asked.criterion.id: asked.criterion.expression for asked in screening.plan}
    text = Text()
    for piece in moved(logic[gain.criterion], gain.change, voice):
        arrow = " → " if piece.sort is Sort.GONE else ""
        text.append(piece.text + arrow, style="bold" if piece.sort is Sort.NEW else "")
    return text


# --- a patient ------------------------------------------------------------------------------


def _heading(opened: OpenedPatient, voice: Voice) -> Text:
    text = Text.assemble((opened.name, "bold"), f"  {opened.person}  ")
    text.append(voice.say(opened.standing), style="bold")
    if opened.death:
        died = voice.say(opened.death.value)
        text.append(voice.say("titled", title="", said=died), style="bold")
    if opened.opens_on:
        said = voice.say("opens_if", day=opened.opens_on.isoformat())
        text.append(voice.then(said))
    if opened.lapses_on:
        said = voice.say("lapses_if", day=opened.lapses_on.isoformat())
        text.append(voice.then(said))
    below = []
    for key, criteria in (("refused_by", opened.refusing), ("open_criteria", opened.open)):
        if criteria:
            below.append(voice.say(key, criteria=" ".join(c.id for c in criteria)))
    return text.append("".join(f"\n{line}" for line in below))


def _add_criterion(branch: Tree, criterion: OpenedCriterion, voice: Voice) -> None:
    style = _STYLES[criterion.mark]
    label = Text.assemble(
        (criterion.id, "bold"),
        " ",
        (f"{SYMBOLS[criterion.mark]} {criterion.said}", style),
    )
    if criterion.ends:
        label.append(f" {voice.say('ends', day=criterion.ends.isoformat())}", style="dim")
    below = branch.add(label)
    if criterion.asks:
        below.add(Text(voice.say("asks_for", what=criterion.asks), style="yellow"))
    for part in criterion.parts:
        _add_part(below, part, voice)
    if criterion.hint:
        _add_part(below.add(Text(voice.say("hint"))), criterion.hint, voice)


def _add_part(branch: Tree, part: Part, voice: Voice) -> None:
    truth = "bold" if part.truth is Truth.UNKNOWN else ""
    label = Text.assemble(part.statement, " ", (f"[{voice.truth(part.truth)}]", truth))
    if part.coverage:
        label.append(f" {part.coverage}", style="dim")
    if part.gap and not part.decides:
        label.append(f" {part.gap.reason}", style="dim")
    below = branch.add(label)
    if part.gap and part.decides:
        below.add(Text(f"{part.gap.reason} → {part.gap.settled_by}", style="yellow"))
    for row in part.rows:
        below.add(_row(row, voice))
    for inner in part.parts:
        _add_part(below, inner, voice)


def _row(row: RowLine, voice: Voice) -> Text:
    text = Text(row.subject, style="dim")
    if row.value:
        text.append(voice.say("titled", title="", said="")).append(row.value, style="not dim")
    return text.append(f"  {row.ref}" if row.ref else "")
