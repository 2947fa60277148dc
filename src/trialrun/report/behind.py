"""What is said of the rows behind an answer beyond the rows themselves: the quantity that was
computed from them, that answers of one day contradict each other, and why exactly they settle
nothing.

Refuses to show under a pseudonym what was computed with a person's age: it would tell the birthday.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from trialrun.criteria.answers import Computed, Gap, LeafAnswer
from trialrun.criteria.expressions import Attested, Derived, Expression
from trialrun.criteria.wording_gaps import LIST_IS_SILENT, NO_UNIT, GapWords
from trialrun.records.rows import Attestation, Bounds, Measurement, Medication, Row
from trialrun.report.numbers import rounded
from trialrun.report.rows import RowLine, bounds
from trialrun.report.voice import Voice
from trialrun.terminology.codes import SYSTEMS


def gap_words(answer: LeafAnswer, rows: Sequence[Row], voice: Voice) -> GapWords | None:
    """Return why an answer is unknown and what would settle it, as its rows have it."""
    if answer.gap is None:
        return None
    if answer.gap is Gap.CODE_NOT_UNDERSTOOD and rows and all(map(_has_standard_code, rows)):
        return LIST_IS_SILENT[voice.language]
    if answer.gap is Gap.UNIT_NOT_COMPARABLE and any(map(_lacks_unit, rows)):
        return NO_UNIT[voice.language]
    return voice.gap(answer.gap)


def computed_line(
    expression: Expression, answer: LeafAnswer, voice: Voice, pseudonymised: bool
) -> tuple[RowLine, ...]:
    """Return what was computed and compared, where that stands in no row."""
    computed = answer.computed
    if computed is None or (pseudonymised and isinstance(expression, Derived)):
        return ()
    if computed.between.hi is None and not computed.between.lo:
        return ()
    return (RowLine(what=voice.say("computed"), value=_written(computed)),)


def contradiction_line(
    expression: Expression, rows: Sequence[Row], voice: Voice
) -> tuple[RowLine, ...]:
    """Return which answer counts where people said both yes and no on the newest day."""
    said = [row for row in rows if isinstance(row, Attestation)]
    if not isinstance(expression, Attested) or not said:
        return ()
    newest = max(row.start.lo for row in said)
    of_that_day = {row.answer for row in said if row.start.is_exact and row.start.lo == newest}
    return (RowLine(what=voice.say("adverse_counts")),) if {True, False} <= of_that_day else ()


def _has_standard_code(row: Row) -> bool:
    return any(coding.system in SYSTEMS for coding in row.concept.codings)


def _lacks_unit(row: Row) -> bool:
    match row:
        case Measurement(value=Bounds(), unit=None):
            return True
        case Medication(daily_dose=Fraction(), dose_unit=None):
            return True
        case _:
            return False


def _written(computed: Computed) -> str:
    low, high = computed.between.lo, computed.between.hi
    shown = Bounds(
        None if low is None else rounded(low),
        None if high is None else rounded(high),
        computed.between.lo_open,
        computed.between.hi_open,
    )
    return f"{bounds(shown)} {computed.unit}".strip()
