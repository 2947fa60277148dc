"""The rows of a record in words: what, when, with which value, and its name in the source.

With pseudonyms nothing is shown in which a hospital could have written a person's name or number:
no free text, no display of a code, no id of the source, no birthday.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from trialrun.records.dates import ALIVE, LATEST, Span
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import Kind
from trialrun.report.numbers import quantity
from trialrun.report.voice import Voice
from trialrun.terminology.codes import SYSTEMS, Concept


@dataclass(frozen=True)
class RowLine:
    """One row, laid out; what is not recorded is ""."""

    what: str = ""
    codes: str = ""
    when: str = ""
    value: str = ""
    ref: str = ""

    @property
    def subject(self) -> str:
        """What it is, with its codes, and when."""
        codes = f"({self.codes})" if self.codes and self.what else self.codes
        named = " ".join(part for part in (self.what, codes) if part)
        return ", ".join(part for part in (named, self.when) if part)


def row_line(row: Row, voice: Voice, pseudonymised: bool) -> RowLine:
    """Lay a row out."""
    is_attestation = row.kind is Kind.ATTESTATION
    return RowLine(
        # What an attestation is about stands above it: the statement itself.
        what="" if is_attestation else _name(row.concept, voice, pseudonymised),
        codes="" if is_attestation else _codes(row.concept, pseudonymised),
        when=_when(row.start, row.end, voice),
        value=_value(row, voice, pseudonymised),
        ref=f"{row.kind}#{row.row_id}" if pseudonymised else row.ref,
    )


def sex_words(record: PatientRecord, voice: Voice) -> str:
    """Return the recorded sex."""
    return voice.say(f"sex_{record.sex or 'unknown'}")


def birth_words(record: PatientRecord, voice: Voice, pseudonymised: bool) -> str:
    """Return the birthday; with pseudonyms its year only."""
    birth = record.birth
    if pseudonymised and birth.lo.year == birth.hi.year:
        return voice.say("born", day=str(birth.lo.year))
    return voice.say("born", day=voice.day(birth))


def person_words(record: PatientRecord, voice: Voice, pseudonymised: bool) -> str:
    """Return sex and birthday."""
    return voice.together([sex_words(record, voice), birth_words(record, voice, pseudonymised)])


def _name(concept: Concept, voice: Voice, pseudonymised: bool) -> str:
    if pseudonymised:
        return "" if _codes(concept, pseudonymised) else voice.say("text_hidden")
    displays = [coding.display for coding in concept.codings if coding.display]
    named = [concept.text, *displays]
    return next(
        (name for name in named if name), "" if concept.codings else voice.say("without_name")
    )


def _codes(concept: Concept, pseudonymised: bool) -> str:
    return ", ".join(
        f"{coding.system} {coding.code}"
        for coding in concept.codings
        # A code of a system that nobody knows may be anything, a hospital number too.
        if not pseudonymised or coding.system in SYSTEMS
    )


def _when(start: Span, end: Span | None, voice: Voice) -> str:
    begun = voice.day(start)
    if end is None or end == start:
        return begun
    if end == ALIVE:
        return voice.say("from_now_on", start=begun)
    if end.hi == LATEST:
        return voice.say("no_end_recorded", start=begun)
    return voice.say("from_to", start=begun, end=voice.day(end))


def _value(row: Row, voice: Voice, pseudonymised: bool) -> str:
    match row:
        case Measurement():
            return _measured(row, voice, pseudonymised)
        case Medication():
            return _taken(row, voice)
        case Finding(present=present):
            return voice.say({True: "present", False: "absent", None: "not_said"}[present])
        case Attestation():
            return _attested(row, voice, pseudonymised)
        case _:
            return ""


def _measured(row: Measurement, voice: Voice, pseudonymised: bool) -> str:
    if not row.has_value:
        return voice.say("no_value")
    parts = [_number_with_unit(row), _coded(row, pseudonymised), _as_written(row, pseudonymised)]
    parts.append(voice.say(row.polarity) if row.polarity else "")
    parts.append(_flag(row, voice))
    parts.append(_range(row.ref_lo, row.ref_hi, voice))
    return voice.together(parts)


def _flag(row: Measurement, voice: Voice) -> str:
    """Return the flag of an abnormal result; that of a normal one only if it says nothing else."""
    if row.abnormal:
        return voice.say("abnormal")
    says_more = row.value or row.polarity or row.value_concept or row.value_text
    return voice.say("normal") if row.abnormal is False and not says_more else ""


def _number_with_unit(row: Measurement) -> str:
    return f"{bounds(row.value)} {row.unit or ''}".strip() if row.value else ""


def _coded(row: Measurement, pseudonymised: bool) -> str:
    concept = row.value_concept
    if concept is None:
        return ""
    codes = _codes(concept, pseudonymised)
    return codes if pseudonymised else next((t for t in (concept.text, codes) if t), "")


def _as_written(row: Measurement, pseudonymised: bool) -> str:
    return f"“{row.value_text}”" if row.value_text and not pseudonymised else ""


def _range(low: Fraction | None, high: Fraction | None, voice: Voice) -> str:
    if low is None:
        return "" if high is None else voice.say("range_up_to", high=quantity(high))
    if high is None:
        return voice.say("range_from", low=quantity(low))
    return voice.say("range", low=quantity(low), high=quantity(high))


def bounds(value: Bounds) -> str:
    """Write a number, or the bounds between which it lies."""
    match value:
        case Bounds(lo=None, hi=None):
            return "?"
        case Bounds(lo=None, hi=Fraction() as hi):
            return f"{'<' if value.hi_open else '≤'}{quantity(hi)}"
        case Bounds(lo=Fraction() as lo, hi=None):
            return f"{'>' if value.lo_open else '≥'}{quantity(lo)}"
        case Bounds(lo=Fraction() as lo, hi=Fraction() as hi):
            return quantity(lo) if lo == hi else f"{quantity(lo)}–{quantity(hi)}"
        case _:
            raise TypeError("bounds are exact numbers or None")


def _taken(row: Medication, voice: Voice) -> str:
    parts = [voice.say(row.route)] if row.route else []
    if row.daily_dose is not None:
        dose = f"{quantity(row.daily_dose)} {row.dose_unit or ''}".strip()
        parts.append(voice.say("daily_dose", dose=dose))
    return voice.together(parts)


def _attested(row: Attestation, voice: Voice, pseudonymised: bool) -> str:
    keys = {True: "answered_yes", False: "answered_no", None: "answered_not_known"}
    parts = [voice.say(keys[row.answer])]
    if row.attested_by and not pseudonymised:
        parts.append(voice.say("said_by", name=row.attested_by))
    if row.reason and not pseudonymised:
        parts.append(f"“{row.reason}”")
    return voice.together(parts)
