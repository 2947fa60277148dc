"""What is printed in the terminal about files: a protocol, what is wrong with it, a load."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table

from trialrun.criteria.wording import Language
from trialrun.protocol.findings import Finding, Severity
from trialrun.protocol.form_words import ShownForm
from trialrun.protocol.words import ShownCriterion, ShownProtocol, ShownSentence
from trialrun.report.tables import first_rows, pairs, table, title
from trialrun.report.voice import Voice
from trialrun.report.wrapping import Text
from trialrun.sources.intake import LoadSummary
from trialrun.sources.intake.summary import Reason
from trialrun.sources.intake.unread import SHOWN_FROM, Withheld
from trialrun.sources.rejections import NOT_USED
from trialrun.sources.rejections import Severity as RowSeverity

SHOWN = 10
"""How many codes that nobody knows are printed."""

PLACES = 3
"""How many places of a reason are printed."""

_WITHHELD = {"name": "withheld_name", "unit": "withheld_unit"}
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def load_summary(summary: LoadSummary, language: Language) -> RenderableType:
    """Print what a load has brought, what did not count and why, and what is not understood."""
    voice = Voice(language, {})
    parts: list[RenderableType] = [*_head(summary, voice), _rows(summary, voice)]
    parts += _left_out(summary, voice)
    parts += _not_understood(summary, voice)
    return Group(*parts, *_covered(summary, voice))


def load_caveats(summary: LoadSummary, language: Language) -> list[str]:
    """Return what a load has taken away from the answers, and what to do about it."""
    voice = Voice(language, {})
    unused, withdrawn = summary.coverage_unused, summary.withdrawn
    lines = voice.listed([voice.covered(c.kind, c.since, c.until) for c in withdrawn])
    return [
        *([voice.say("coverage_unused", path=str(unused))] if unused else []),
        *([voice.say("withdrawn", lines=lines)] if withdrawn else []),
    ]


def protocol_words(shown: ShownProtocol, language: Language) -> RenderableType:
    """Print a protocol: the registry's record, the design, each sentence beside its logic."""
    voice = Voice(language, {})
    return Group(
        Text(shown.title, style="bold"),
        Text(voice.say("protocol_version", name=shown.name, version=shown.version), style="dim"),
        title(voice.say("registry_record")),
        pairs(shown.facts),
        *_section("design", [Text(line) for line in shown.design], voice),
        *(part for form in shown.forms for part in _form(form, voice)),
        title(voice.say("criteria_title")),
        *(part for sentence in shown.sentences for part in _sentence(sentence, voice)),
        *_section("our_assumptions", [Text(f"• {one}") for one in shown.assumptions], voice),
    )


def _form(form: ShownForm, voice: Voice) -> list[RenderableType]:
    """Print one form: its items, what is computed from them, and where it comes from."""
    said = [*form.lines, *filter(None, (form.note, form.source))]
    heading = voice.say("form_title", title=form.title)
    return [title(heading), *(Padding(Text(line), (0, 0, 0, 2)) for line in said)]


def findings(found: Sequence[Finding], language: Language = "en") -> RenderableType:
    """Print what a check of a protocol found, and how much of it."""
    voice = Voice(language, {})
    if not found:
        return Text(voice.say("sound"))
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    counted = [
        voice.say("errors_found", n=errors),
        voice.say("warnings_found", n=len(found) - errors),
    ]
    return Group(*(_finding(f, voice) for f in found), Text(voice.listed(counted), style="bold"))


# --- a load -----------------------------------------------------------------------------------


def _head(summary: LoadSummary, voice: Voice) -> list[Text]:
    """Name the source, its format, and whose days count; a zone that nobody named is a guess."""
    facts = voice.say("load_facts", format=summary.format, time_zone=summary.time_zone)
    how = voice.say("zone_declared" if summary.zone_declared else "zone_by_default")
    named = voice.say("loaded", source=summary.source)
    head = Text.assemble((named, "bold"), f" ({voice.together([facts, how])})")
    if summary.zone_declared:
        return [head]
    return [head, Text(voice.say("zone_may_be_another", time_zone=summary.time_zone))]


def _rows(summary: LoadSummary, voice: Voice) -> RenderableType:
    rows = [
        (voice.say("patient_rows" if name == "patient" else name), rows)
        for name, rows in summary.rows.items()
        if rows
    ]
    return table([voice.say("table")], [voice.say("rows")], rows)


def _covered(summary: LoadSummary, voice: Voice) -> list[RenderableType]:
    lines = [Text(voice.covered(c.kind, c.since, c.until)) for c in summary.coverage]
    return [title(voice.say("coverage")), *(lines or [Text(voice.say("coverage_of_load_none"))])]


def _left_out(summary: LoadSummary, voice: Voice) -> list[RenderableType]:
    if not summary.reasons:
        return [Text(voice.say("rows_all_counted"))]
    unused = [reason for reason in summary.reasons if reason.reason == NOT_USED]
    others = [reason for reason in summary.reasons if reason.reason != NOT_USED]
    return [
        title(voice.say("rows_left_out")),
        *(line for reason in others for line in _reason(reason, voice)),
        *(_unused(unused, voice) if unused else ()),
    ]


def _unused(reasons: Sequence[Reason], voice: Voice) -> tuple[Text, Text]:
    """Name the types that nothing is read of in one sentence, and where the rarest stand.

    No row of them is missed, unless a type is misspelt: such a one is rare.
    """
    counted = f"{sum(reason.counted for reason in reasons):>8,}  "
    types = [f"{reason.kind} {reason.counted:,}" for reason in reasons]
    said = voice.say(
        "not_used",
        how=voice.say(RowSeverity.IGNORED.value),
        reason=voice.reason(NOT_USED),
        types=voice.listed(types),
    )
    places = [reason.places[0] for reason in reversed(reasons) if reason.places]
    return Text.assemble((counted, "bold"), said), _places(places, len(counted))


def _places(places: Sequence[str], indent: int) -> Text:
    """Write the first places; they are cut at the edge rather than broken over many lines."""
    text = " " * indent + "  ".join(places[:PLACES])
    return Text(text, style="dim", no_wrap=True, overflow="ellipsis")


def _reason(reason: Reason, voice: Voice) -> tuple[Text, Text]:
    counted = f"{reason.counted:>8,}  "
    said = voice.say(
        "left_out",
        how=voice.say(reason.severity.value),
        kind=voice.rows_of(reason.kind),
        reason=voice.reason(reason.reason),
    )
    return Text.assemble((counted, "bold"), said), _places(reason.places, len(counted))


def _not_understood(summary: LoadSummary, voice: Voice) -> list[RenderableType]:
    parts: list[RenderableType] = []
    numbers = [voice.say("rows")]
    if summary.units:
        units = [(unit.text, unit.rows) for unit in summary.units]
        parts.append(title(voice.say("unknown_units")))
        parts += first_rows([voice.say("unit")], numbers, units, SHOWN, voice)
    if summary.concepts:
        concepts = [
            (voice.say(c.kind), f"{c.system} {c.code}".strip(), c.name, c.rows)
            for c in summary.concepts
        ]
        heads = [voice.say(head) for head in ("kind", "code", "name")]
        parts.append(title(voice.say("unknown_concepts")))
        parts += first_rows(heads, numbers, concepts, SHOWN, voice)
    for hidden in summary.withheld:
        parts += _withheld(hidden, voice)
    parts += [
        Text(voice.say("uncoded", kind=voice.say(u.kind), n=u.rows, of=u.of))
        for u in summary.uncoded
    ]
    return parts


def _withheld(hidden: Withheld, voice: Voice) -> tuple[Text, Text]:
    said = voice.say(
        _WITHHELD[hidden.what],
        kind=voice.say(hidden.kind),
        n=hidden.texts,
        rows=hidden.rows,
        patients=SHOWN_FROM,
    )
    return Text(said), _places(hidden.places, 2)


# --- a protocol -------------------------------------------------------------------------------


def _section(heading: str, lines: Sequence[Text], voice: Voice) -> list[Text]:
    """Return lines below their heading; none has no heading either."""
    return [title(voice.say(heading)), *lines] if lines else []


def _sentence(sentence: ShownSentence, voice: Voice) -> list[RenderableType]:
    text = Text.assemble((sentence.id, "bold"), (f" “{' '.join(sentence.text.split())}”", "italic"))
    return [
        Text.assemble("\n", text),
        *(Padding(_criterion(c, voice), (0, 0, 0, 2)) for c in sentence.criteria),
    ]


def _criterion(criterion: ShownCriterion, voice: Voice) -> Table:
    how = [voice.say(criterion.category), voice.say(f"stage_{criterion.stage}")]
    if criterion.confirm:
        how.append(voice.must_be_confirmed_when(criterion.confirmed_within))
    if criterion.watch:
        how.append(voice.say("watched"))
    if criterion.title:
        how.insert(0, criterion.title)
    said = [
        (criterion.id, " · ".join(how)),
        (voice.say("in_words"), criterion.meaning),
        (voice.say("logic"), " ".join(criterion.logic.split())),
        (voice.say("hint"), criterion.hint),
        (voice.say("asks"), criterion.asks),
        *((voice.say("assumption"), assumption) for assumption in criterion.assumptions),
    ]
    return pairs([(label, words) for label, words in said if words])


def _finding(finding: Finding, voice: Voice) -> Text:
    text = Text.assemble(
        (voice.say(finding.severity.value), _STYLES[finding.severity]),
        " ",
        (finding.where, "dim"),
        "\n  ",
    )
    if finding.criterion:
        text.append(voice.say("titled", title=finding.criterion, said=""), style="bold")
    text.append(voice.finding(finding.found))
    return text.append(f"\n  → {voice.finding(finding.remedy)}" if finding.remedy else "")
