"""The stopping rule for toxicity on the data, and how it behaves; an exact test beside it.

Participants are counted in the order of enrolment. An event of which nobody knows whether it
qualifies leaves open whether its subject counts: a look that depends on it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.criteria.truth import Truth
from trialrun.evaluation.figure_data import Boundary
from trialrun.evaluation.numbers import number
from trialrun.evaluation.results import NOTHING, Cell, Row, Section, Table, Words, phrase, wording
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.questions import Asked, at_least, every, related, serious
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis import StoppingRule
from trialrun.records.analysis_data import TrialSubject
from trialrun.statistics.bayes import Beta, ToxicityRule
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.exact_binomial import StagedDesign, stopping
from trialrun.statistics.toxicity_boundaries import overall_boundary, pointwise_boundary

RATES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
"""True rates at which the rules are shown; the limit is added."""


@dataclass(frozen=True)
class Seen:
    """After so many participants: how many have a qualifying event, and of how many it is open."""

    participants: int
    events: int
    open: int


@dataclass(frozen=True)
class Design:
    """A boundary by its name, and how often it stops at the limit."""

    name: str
    design: StagedDesign

    def error(self, rate: float) -> float:
        """Return how often it stops a trial of this true rate."""
        return sum(stopping(self.design, rate).upper)


def qualifies(rule: StoppingRule) -> Asked:
    """Return the question whether an event is of the kind that the rule counts."""
    return every(related, serious if rule.grade is None else at_least(rule.grade))


def seen_of(safety: Safety, group: Group, rule: StoppingRule) -> tuple[Seen, ...]:
    """Return what was seen after each participant, in the order of enrolment."""
    asked, found, events, unknown = qualifies(rule), [], 0, 0
    for n, subject in enumerate(_in_order(group.subjects), 1):
        answers = {asked(event) for event in safety.events_of((subject,))}
        events += Truth.TRUE in answers
        unknown += Truth.TRUE not in answers and Truth.UNKNOWN in answers
        found.append(Seen(n, events, unknown))
    return tuple(found)


def _in_order(subjects: Sequence[TrialSubject]) -> list[TrialSubject]:
    """Return subjects by their reference day; whose day is not known, comes last."""
    return sorted(
        subjects,
        key=lambda one: (
            one.reference_date is None,
            one.reference_date.toordinal() if one.reference_date else 0,
        ),
    )


def stopping_rule(safety: Safety) -> Iterator[Section]:
    """Yield the section of the plan's stopping rule, if it has one."""
    rule = safety.plan.stopping
    if rule is None:
        return
    title, said = phrase("stopping"), wording(rule.title, rule.title_zh)
    looks = rule.looks or tuple(range(1, max(group.size for group in safety.groups) + 1))
    if not looks:
        yield Section("stopping", title, (said, phrase("no_subjects")))
        return
    designs = (Design("bayes", _rule(rule, looks).design()), *_exact(rule, looks))
    seen = [(group, seen_of(safety, group, rule)) for group in safety.groups]
    yield Section(
        "stopping",
        title,
        (said, _prior(rule), *(words for one in seen for words in _now(safety, rule, *one))),
        (_looks(safety, rule, designs, seen), _characteristics(rule, designs)),
        tuple(_figure(safety, rule, designs[0], *one) for one in seen),
    )


def _rule(rule: StoppingRule, looks: Sequence[int]) -> ToxicityRule:
    a, b = map(float, rule.prior)
    return ToxicityRule(Beta(a, b), float(rule.limit), float(rule.certainty), tuple(looks))


def _exact(rule: StoppingRule, looks: Sequence[int]) -> Iterator[Design]:
    """Yield the exact tests of the limit: each look at 1 - certainty, and all looks together."""
    rate, error = float(rule.limit), float(1 - rule.certainty)
    single = pointwise_boundary(looks, acceptable_rate=rate, level=error)
    yield Design("pointwise", single.design)
    try:
        yield Design("overall", overall_boundary(looks, acceptable_rate=rate, error=error).design)
    except NotEstimableError:
        return


def _prior(rule: StoppingRule) -> Words:
    a, b = rule.prior
    return phrase(
        "stopping_says",
        limit=f"{100 * float(rule.limit):g}",
        certainty=f"{100 * float(rule.certainty):g}",
        a=str(a),
        b=str(b),
    )


def _now(safety: Safety, rule: StoppingRule, group: Group, seen: Sequence[Seen]) -> Iterator[Words]:
    """Yield the posterior of what has been seen so far; of nobody nothing was seen."""
    if not seen:
        yield safety.in_arm(group, phrase("no_subjects"))
        return
    last, prior = seen[-1], Beta(*map(float, rule.prior))
    chances = [
        prior.updated(events=events, participants=last.participants).probability_above(
            float(rule.limit)
        )
        for events in (last.events, last.events + last.open)
    ]
    said = phrase(
        "posterior",
        events=str(last.events),
        n=str(last.participants),
        limit=f"{100 * float(rule.limit):g}",
        chance=number(chances[0], 3),
    )
    yield safety.in_arm(group, said)
    if last.open:
        yield phrase("posterior_open", n=str(last.open), chance=number(chances[1], 3))


def _looks(
    safety: Safety,
    rule: StoppingRule,
    designs: Sequence[Design],
    arms: Sequence[tuple[Group, Sequence[Seen]]],
) -> Table:
    """Return the boundaries at each look, and what was seen there in each arm."""
    seen_heads = tuple(
        safety.in_arm(group, phrase(f"column_{name}"))
        for group in safety.groups
        for name in ("seen", "verdict")
    )
    limit = float(rule.limit)
    errors = tuple(
        phrase("error_at_limit", rule=phrase(f"rule_{one.name}"), error=number(one.error(limit), 3))
        for one in designs
    )
    notes = (phrase("looks_rule"), *errors)
    rows = []
    for k, n in enumerate(designs[0].design.participants):
        cells = [_boundary(n, one.design.upper[k]) for one in designs]
        for _, seen in arms:
            cells.extend(_at_look(seen, n, designs[0].design.upper[k]))
        rows.append(Row(phrase("after_n", n=str(n)), tuple(cells)))
    heads = tuple(phrase(f"rule_{one.name}") for one in designs)
    title = phrase("stopping_boundary")
    return Table("stopping-boundary", title, (*heads, *seen_heads), tuple(rows), notes)


def _boundary(n: int, upper: int) -> Cell:
    return Cell(phrase("never_stops")) if upper > n else Cell(f"≥ {upper}", upper)


def _at_look(seen: Sequence[Seen], n: int, upper: int) -> tuple[Cell, Cell]:
    """Return what was seen at a look, and what the rule says of it."""
    if n > len(seen):
        return NOTHING, Cell(phrase("not_reached_yet"))
    at = seen[n - 1]
    shown: Words = f"{at.events}/{n}"
    if at.open:
        shown = phrase("seen_open", events=shown, n=str(at.open))
    if at.events >= upper:
        return Cell(shown, at.events), Cell(phrase("rule_stops"))
    open_ = at.events + at.open >= upper
    return Cell(shown, at.events), Cell(phrase("cannot_be_told" if open_ else "rule_goes_on"))


def _characteristics(rule: StoppingRule, designs: Sequence[Design]) -> Table:
    """Return how often each rule stops, and after how many participants, by the true rate."""
    columns = [
        phrase(f"column_{name}", rule=phrase(f"rule_{one.name}"))
        for one in designs
        for name in ("stops", "expected")
    ]
    rows = []
    for rate in sorted({*RATES, float(rule.limit)}):
        cells: list[Cell] = []
        for one in designs:
            found = stopping(one.design, rate)
            chance = sum(found.upper)
            expected = found.expected_participants
            cells += [Cell(number(chance, 3), chance), Cell(number(expected, 1), expected)]
        rows.append(Row(f"{100 * rate:g}%", tuple(cells)))
    return Table(
        "stopping-characteristics",
        phrase("stopping_characteristics"),
        tuple(columns),
        tuple(rows),
        corner=phrase("true_rate"),
    )


def _figure(
    safety: Safety, rule: StoppingRule, of: Design, group: Group, seen: Sequence[Seen]
) -> Boundary:
    """Return the figure of the boundary, where it can be reached, and of what was seen."""
    steps = zip(of.design.participants, of.design.upper, strict=True)
    return Boundary(
        f"stopping-{group.arm.id}",
        safety.in_arm(group, wording(rule.title, rule.title_zh)),
        tuple((n, upper) for n, upper in steps if upper <= n),
        tuple((one.participants, one.events) for one in seen),
        phrase("participants_with_event"),
    )
