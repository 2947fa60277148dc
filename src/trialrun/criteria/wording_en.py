"""Each expression as a clause of clinical English. It says what is asked, never an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from trialrun.criteria import expressions as ex
from trialrun.criteria.rendering import counted, number
from trialrun.records.schema import Kind

Titles: TypeAlias = Mapping[str, str]


MANY = 3
"""More parts than these are numbered."""


def clause(e: ex.Expression, titles: Titles) -> str:
    """Put an expression into words that can follow others: no capital, no full stop."""
    words: str = MEANINGS[type(e)](e, titles)
    return words


# --- connectives ------------------------------------------------------------------------------


def _part(e: ex.Expression, titles: Titles) -> str:
    is_simple = not ex.children(e) or isinstance(e, ex.Not)
    return clause(e, titles) if is_simple else f"[{clause(e, titles)}]"


def _joined(e: ex.And | ex.Or, titles: Titles, word: str, heading: str) -> str:
    is_nested = any(ex.children(part) and not isinstance(part, ex.Not) for part in e.parts)
    if is_nested or len(e.parts) > MANY:
        return f"{heading}: {_listed(e.parts, titles)}"
    return f", {word} ".join(clause(part, titles) for part in e.parts)


def _listed(parts: tuple[ex.Expression, ...], titles: Titles) -> str:
    return "; ".join(f"({n}) {_part(part, titles)}" for n, part in enumerate(parts, start=1))


def _and(e: ex.And, titles: Titles) -> str:
    return _joined(e, titles, "and", "all of the following")


def _or(e: ex.Or, titles: Titles) -> str:
    return _joined(e, titles, "or", "at least one of the following")


def _not(e: ex.Not, titles: Titles) -> str:
    if isinstance(e.part, ex.Recorded) and e.part.count == 1:
        return _record(e.part, titles, "no")
    return f"it is not the case that [{clause(e.part, titles)}]"


def _if_then(e: ex.IfThen, titles: Titles) -> str:
    return f"if {_part(e.premise, titles)}, then {_part(e.consequence, titles)}"


def _at_least(e: ex.AtLeast, titles: Titles) -> str:
    return f"at least {e.count} of the following: {_listed(e.parts, titles)}"


# --- leaves -----------------------------------------------------------------------------------


def _age(e: ex.Age, _: Titles) -> str:
    if e.low is None:
        return f"the patient is {'of any age' if e.high is None else f'at most {e.high} years old'}"
    if e.high is None:
        return f"the patient is at least {e.low} years old"
    if e.low == e.high:
        return f"the patient is {e.low} years old"
    return f"the patient is from {e.low} to {e.high} years old (both included)"


def _sex(e: ex.SexIs, _: Titles) -> str:
    return f"the patient is {e.sex}"


EVENTS: dict[Kind, tuple[str, str, str, str]] = {
    Kind.CONDITION: ("has", "a", "diagnosis of", "diagnoses of"),
    Kind.FINDING: ("has had", "a", "clinical finding of", "clinical findings of"),
    Kind.PROCEDURE: ("has had", "a", "procedure from", "procedures from"),
    Kind.ALLERGY: ("has", "an", "allergy or intolerance to", "records of allergy to"),
    Kind.IMMUNISATION: ("has had", "a", "vaccination with", "vaccinations with"),
    Kind.MEDICATION: ("has had", "a", "treatment with", "treatments with"),
    Kind.PARTICIPATION: ("has had", "a", "participation in", "participations in"),
    Kind.CONSENT: ("has given", "a", "consent to", "consents to"),
    Kind.ENCOUNTER: ("has had", "a", "hospital contact for", "hospital contacts for"),
}
"""Kind -> the patient's verb, the article, one, several."""


def _recorded(e: ex.Recorded, titles: Titles) -> str:
    article = EVENTS[e.kind][1]
    return _record(e, titles, article if e.count == 1 else f"at least {e.count}")


def _record(e: ex.Recorded, titles: Titles, how_many: str) -> str:
    verb, _, one, several = EVENTS[e.kind]
    return _words(
        "the patient",
        "has" if isinstance(e.window, ex.Active) else verb,
        how_many,
        one if e.count == 1 else several,
        e.route.value if e.route else "",
        _named(e.value_set, titles),
        f"(daily dose {_value(e.dose)})" if e.dose else "",
        _when_lasting(e.window) if e.kind.is_period else _when(e.window),
    )


def _when_lasting(window: ex.Window) -> str:
    if isinstance(window, ex.Active):
        return "that is ongoing at enrolment"
    return _when(window) if isinstance(window, ex.AtAnyTime) else f"at some time {_when(window)}"


SELECTED = {
    ex.Selector.LATEST: "the latest value of",
    ex.Selector.FIRST: "the first value of",
    ex.Selector.LOWEST: "the lowest value of",
    ex.Selector.HIGHEST: "the highest value of",
    ex.Selector.ANY: "at least one value of",
    ex.Selector.EVERY: "every value of",
}
_SPREAD = {None: "", ex.Spread.ANY: "at least one of", ex.Spread.EACH: "each of"}


def _measured(e: ex.Measured, titles: Titles) -> str:
    named = ", ".join(_named(value_set, titles) for value_set in e.value_sets)
    return _words(SELECTED[e.selector], _SPREAD[e.spread], named, _when(e.window), _test(e.test))


FORMULAS = {
    ex.Formula.CREATININE_CLEARANCE: "creatinine clearance (Cockcroft-Gault)",
    ex.Formula.EGFR: "estimated glomerular filtration rate (CKD-EPI 2021)",
    ex.Formula.BODY_MASS_INDEX: "body mass index",
}


def _derived(e: ex.Derived, _: Titles) -> str:
    return _words("the latest", FORMULAS[e.formula], _when(e.window), _test(e.test))


def _prednisone_equivalent(e: ex.PrednisoneEquivalent, _: Titles) -> str:
    if isinstance(e.window, ex.Active):
        return f"the prednisone-equivalent dose at enrolment {_test(e.test)}"
    return _words("the highest prednisone-equivalent dose", _when(e.window), _test(e.test))


def _change(e: ex.Change, titles: Titles) -> str:
    return _words(
        "the relative change in" if e.test.unit == "%" else "the change in",
        f"{_named(e.value_set, titles)} from {SELECTED[e.from_selector].removesuffix(' of')}",
        f"({_when(e.from_window)})",
        f"to {SELECTED[e.to_selector].removesuffix(' of')}",
        f"({_when(e.to_window)})",
        _test(e.test),
    )


def _attested(e: ex.Attested, _: Titles) -> str:
    when = "" if isinstance(e.window, ex.AtAnyTime) else f" {_when(e.window)}"
    return f"a person confirms{when}: “{e.question}”"


def _dose_unchanged(e: ex.DoseUnchanged, titles: Titles) -> str:
    medicines = f"the medicines in {_named(e.value_set, titles)} and their doses"
    return f"{medicines} stay the same {_when(e.window)}"


def _recorded_throughout(e: ex.RecordedThroughout, titles: Titles) -> str:
    verb, article, one, _ = EVENTS[e.kind]
    event = f"{article} {one} {_named(e.value_set, titles)}"
    return f"the patient {verb} {event} on every day {_when(e.window)}"


def _attested_throughout(e: ex.AttestedThroughout, _: Titles) -> str:
    return f"a person confirms for every day {_when(e.window)}: “{e.question}”"


# --- tests ------------------------------------------------------------------------------------

COMPARED = {
    ex.Comparator.LT: "below",
    ex.Comparator.LE: "at most",
    ex.Comparator.GT: "above",
    ex.Comparator.GE: "at least",
    ex.Comparator.EQ: "exactly",
}


def _test(test: ex.Test) -> str:
    return f"is {_value(test)}"


def _value(test: ex.Test) -> str:
    words: str = TESTS[type(test)](test)
    return words


def _threshold(t: ex.Threshold) -> str:
    return _words(COMPARED[t.comparator], number(t.number), t.unit)


def _range(t: ex.Range) -> str:
    return _words(f"from {number(t.low)} to {number(t.high)}", t.unit, "(both included)")


def _times_limit(t: ex.TimesLimit) -> str:
    times = "" if t.times == 1 else f"{number(t.times)} times"
    return _words(COMPARED[t.comparator], times, f"its {t.limit.value} limit of normal")


def _is(t: ex.Is) -> str:
    return t.quality.value


# --- windows ----------------------------------------------------------------------------------


def _when(window: ex.Window) -> str:
    words: str = WINDOWS[type(window)](window)
    return words


def _at_any_time(_: ex.AtAnyTime) -> str:
    return "at any time up to enrolment"


def _within(w: ex.Within) -> str:
    return f"within {counted(w.count, w.unit)} {'after' if w.after else 'before'} enrolment"


def _active(_: ex.Active) -> str:
    return "on the day of enrolment"


def _between(w: ex.Between) -> str:
    return f"from {_day(w.first)} to {_day(w.last)}"


def _day(day: ex.Anchor | date) -> str:
    if isinstance(day, date):
        return day.isoformat()
    return {ex.Anchor.INDEX: "enrolment", ex.Anchor.END: "the end of follow-up"}[day]


# --- words ------------------------------------------------------------------------------------


def _named(value_set: str, titles: Titles) -> str:
    return f"“{titles.get(value_set, value_set)}”"


def _words(*parts: str) -> str:
    return " ".join(part for part in parts if part)


MEANINGS: dict[type, Callable[[Any, Titles], str]] = {
    ex.And: _and,
    ex.Or: _or,
    ex.Not: _not,
    ex.IfThen: _if_then,
    ex.AtLeast: _at_least,
    ex.Age: _age,
    ex.SexIs: _sex,
    ex.Recorded: _recorded,
    ex.Measured: _measured,
    ex.Derived: _derived,
    ex.PrednisoneEquivalent: _prednisone_equivalent,
    ex.Change: _change,
    ex.Attested: _attested,
    ex.DoseUnchanged: _dose_unchanged,
    ex.RecordedThroughout: _recorded_throughout,
    ex.AttestedThroughout: _attested_throughout,
}
TESTS: dict[type, Callable[[Any], str]] = {
    ex.Threshold: _threshold,
    ex.Range: _range,
    ex.TimesLimit: _times_limit,
    ex.Is: _is,
}
WINDOWS: dict[type, Callable[[Any], str]] = {
    ex.AtAnyTime: _at_any_time,
    ex.Within: _within,
    ex.Active: _active,
    ex.Between: _between,
}
