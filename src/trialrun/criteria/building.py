"""From the words of the grammar to expressions: one method per rule.

It refuses the words that the grammar lets through but that name nothing: 30 February, half a day.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from lark import Token, Transformer, v_args

from trialrun.criteria.expressions import (
    Active,
    Age,
    Anchor,
    And,
    AtAnyTime,
    AtLeast,
    Attested,
    AttestedThroughout,
    Between,
    Change,
    Comparator,
    Derived,
    DoseUnchanged,
    Expression,
    Formula,
    IfThen,
    Is,
    Limit,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Quality,
    Range,
    Recorded,
    RecordedThroughout,
    Selector,
    SexIs,
    Spread,
    Test,
    Threshold,
    TimesLimit,
    Window,
    Within,
)
from trialrun.criteria.language_errors import LanguageError
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route

_COMPARATORS = {"≤": Comparator.LE, "≥": Comparator.GE, **{c.value: c for c in Comparator}}
_KINDS = {kind.value.replace("_", " "): kind for kind in Kind}
_FORMULAS = {formula.value.lower(): formula for formula in Formula}
_Event: TypeAlias = tuple[Kind, str, Route | None, Threshold | None]


def _plainly(token: Token) -> str:
    """Return the words of a token in lower case, with single blanks."""
    return " ".join(token.lower().split())


def _number(token: Token) -> Decimal:
    return Decimal(token.replace("−", "-"))


def _count(token: Token) -> int:
    number = _number(token)
    if number != int(number):
        raise LanguageError(
            f"{token} is not a whole number",
            token.line,
            token.column,
            remedy="write a whole number; another unit may help: 18 months, not 1.5 years",
        )
    return int(number)


def _name(token: Token) -> str:
    return str(token[1:-1].strip())


def _unquoted(token: Token) -> str:
    return str(token[1:-1].replace('""', '"'))


def _kind(token: Token) -> Kind:
    word = _plainly(token).replace("immuniz", "immunis").replace("allergies", "allergy")
    return _KINDS[word.removesuffix("s")]


def builder() -> Transformer[Token, Expression]:
    """Return what turns each rule of the grammar into its part of an expression."""
    return _Builder()


@v_args(inline=True)
class _Builder(Transformer[Token, Expression]):
    """One method per rule of grammar.lark, with the rule's name; called while the text is read."""

    def start(self, expression: Expression) -> Expression:
        return expression

    def if_then(self, premise: Expression, consequence: Expression) -> Expression:
        return IfThen(premise, consequence)

    def disjunction(self, *parts: Expression) -> Expression:
        return Or(parts)

    def conjunction(self, *parts: Expression) -> Expression:
        return And(parts)

    def negation(self, part: Expression) -> Expression:
        return Not(part)

    def at_least(self, count: Token, *parts: Expression) -> Expression:
        return AtLeast(_count(count), parts)

    # --- the patient ---

    def age_range(self, low: Token, high: Token) -> Expression:
        return Age(_count(low), _count(high))

    def age_at_least(self, low: Token) -> Expression:
        return Age(_count(low), None)

    def age_at_most(self, high: Token) -> Expression:
        return Age(None, _count(high))

    def age_compared(self, operator: Token, number: Token) -> Expression:
        years = _count(number)
        return {
            Comparator.LT: Age(None, years - 1),
            Comparator.LE: Age(None, years),
            Comparator.GT: Age(years + 1, None),
            Comparator.GE: Age(years, None),
            Comparator.EQ: Age(years, years),
        }[_COMPARATORS[operator]]

    def age_any(self, _any: Token) -> Expression:
        return Age(None, None)

    def sex(self, name: Token) -> Expression:
        return SexIs(name.lower())

    # --- records ---

    def event_in(self, kind: Token, value_set: Token) -> _Event:
        return _kind(kind), _name(value_set), None, None

    def medication_in(
        self, route: Token | None, value_set: Token, dose: Threshold | None
    ) -> _Event:
        given = Route(route.lower()) if route else None
        return Kind.MEDICATION, _name(value_set), given, dose

    def recorded(self, event: _Event, window: Window | None) -> Expression:
        return _recorded(event, window, 1)

    def counted(self, count: Token, event: _Event, window: Window | None) -> Expression:
        return _recorded(event, window, _count(count))

    def none_recorded(self, event: _Event, window: Window | None) -> Expression:
        return Not(_recorded(event, window, 1))

    def lasting_in(self, kind: Token, value_set: Token) -> tuple[Kind, str]:
        return _kind(kind), _name(value_set)

    def lasting_medication(self, value_set: Token) -> tuple[Kind, str]:
        return Kind.MEDICATION, _name(value_set)

    def recorded_throughout(self, lasting: tuple[Kind, str], window: Between) -> Expression:
        return RecordedThroughout(*lasting, window)

    # --- measurements ---

    def selector(self, word: Token) -> Selector:
        return Selector(word.lower())

    def one_of(self, value_set: Token) -> tuple[tuple[str, ...], Spread | None]:
        return (_name(value_set),), None

    def several_of(self, word: Token, *value_sets: Token) -> tuple[tuple[str, ...], Spread | None]:
        return tuple(map(_name, value_sets)), Spread(f"{word.lower()} of")

    def measured(
        self,
        selector: Selector,
        measurements: tuple[tuple[str, ...], Spread | None],
        window: Window | None,
        test: Test,
    ) -> Expression:
        value_sets, spread = measurements
        return Measured(selector, value_sets, test, window or AtAnyTime(), spread)

    def derived(
        self, _latest: Token | None, formula: Token, window: Window | None, test: Threshold | Range
    ) -> Expression:
        return Derived(_FORMULAS[_plainly(formula)], test, window or AtAnyTime())

    def highest_dose(
        self, _highest: Token, window: Window | None, test: Threshold | Range
    ) -> Expression:
        return PrednisoneEquivalent(test, window or AtAnyTime())

    def current_dose(self, _active: Active | None, test: Threshold | Range) -> Expression:
        return PrednisoneEquivalent(test, Active())

    def change(
        self,
        value_set: Token,
        from_selector: Selector,
        from_window: Window | None,
        to_selector: Selector,
        to_window: Window | None,
        test: Threshold | Range,
    ) -> Expression:
        return Change(
            _name(value_set),
            from_selector,
            from_window or AtAnyTime(),
            to_selector,
            to_window or AtAnyTime(),
            test,
        )

    def dose_unchanged(self, value_set: Token, window: Between) -> Expression:
        return DoseUnchanged(_name(value_set), window)

    def attested(self, text: Token, window: Window | None) -> Expression:
        return Attested(_unquoted(text), window or AtAnyTime())

    def attested_throughout(self, text: Token, window: Between) -> Expression:
        return AttestedThroughout(_unquoted(text), window)

    # --- tests ---

    def times_limit(self, operator: Token, times: Token | None, limit: Token) -> Test:
        which = Limit.UPPER if re.search("uln|upper", limit.lower()) else Limit.LOWER
        return TimesLimit(_COMPARATORS[operator], _number(times) if times else Decimal(1), which)

    def quality(self, word: Token) -> Test:
        return Is(Quality(word.lower()))

    def threshold(self, operator: Token, number: Token, unit: str | None) -> Test:
        return Threshold(_COMPARATORS[operator], _number(number), unit or "")

    def range(self, low: Token, high: Token, unit: str | None) -> Test:
        return Range(_number(low), _number(high), unit or "")

    def plain_unit(self, token: Token) -> str:
        return re.sub(r"\s", "", token)

    def quoted(self, token: Token) -> str:
        return _unquoted(token)

    # --- windows ---

    def at_any_time(self) -> Window:
        return AtAnyTime()

    def within(self, count: Token, unit: Token, direction: Token | None) -> Window:
        after = direction is not None and direction.lower().startswith("after")
        return Within(_count(count), DateUnit(unit.lower().removesuffix("s") + "s"), after)

    def active(self) -> Window:
        return Active()

    def between(self, first: Anchor | date, last: Anchor | date) -> Between:
        return Between(first, last)

    def anchor(self, token: Token) -> Anchor | date:
        if token.type != "DATE":
            return Anchor.INDEX if token.type == "ENROLMENT" else Anchor.END
        try:
            return date.fromisoformat(token)
        except ValueError:
            raise LanguageError(
                f"{token} is no day of the calendar",
                token.line,
                token.column,
                remedy="a date is written year-month-day: 2022-01-31",
            ) from None


def _recorded(event: _Event, window: Window | None, count: int) -> Recorded:
    kind, value_set, route, dose = event
    return Recorded(kind, value_set, window or AtAnyTime(), count, route, dose)
