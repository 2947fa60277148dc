"""Writes docs/mutation.md: what was planted, who caught it, and what surviving means."""

from __future__ import annotations

from collections.abc import Sequence

from tests.engine.planting import BROKEN, CAUGHT, ENDLESS, SURVIVED, Outcome

_OPENING = """\
# Faults planted in the program

Written by `make mutants`. Each line is one fault, planted alone in a copy of the program. It is
**caught** if the tests that are asked then fail: the *small world* of a type of expression (every
patient that can be built from a few boundary days, values and units, answered by the SQL engine
and by the reference interpreter), the tables of the manual, or the tests of a room. All draws are
seeded: a fault that is caught once is caught every time.
"""
_NAMED = """\
## Named by hand

{caught} of {tried} are caught. A fault that *survives* stands here with the reason why no answer
can show it; one without a reason fails the run.

| place | fault | |
|---|---|---|
{rows}
"""
_RULED = """\
## Made by rule

Every comparison, connective, extreme, end of an interval, truth and number of the compiler is
turned into its neighbour, and every condition, negation, filter and outer join is taken away:
{drawn_from} faults, of which {tried} were drawn at random (seed {seed}), asked of the small worlds
alone. Caught: **{caught} of the {comparable}** that ran ({share:.0f} %). {broken} did not run at
all (DuckDB or Python refuses them) and {endless} did not end; they are not counted.

A survivor is one of three things: the change means the same (a constant that is only compared
with others, a row that is joined twice and told apart later), it lies where no answer can be seen
(days before the year 1), or the small world is too small. The first two are said; nothing else
may stand here for long.

| place | change that survived | why |
|---|---|---|
{rows}
"""

_UNEXPLAINED = "**not explained**"


def report(by_hand: Sequence[Outcome], by_rule: Sequence[Outcome], of: int, seed: int) -> str:
    """Return the text of the report."""
    return "\n".join([_OPENING, _named(by_hand), _ruled(by_rule, of, seed)])


def _named(outcomes: Sequence[Outcome]) -> str:
    rows = [f"| `{o.fault.file}` | {o.fault.what} | {_said(o)} |" for o in outcomes]
    caught = sum(outcome.caught for outcome in outcomes)
    return _NAMED.format(caught=caught, tried=len(outcomes), rows="\n".join(rows))


def _ruled(outcomes: Sequence[Outcome], drawn_from: int, seed: int) -> str:
    results = [outcome.result for outcome in outcomes]
    broken, endless = results.count(BROKEN), results.count(ENDLESS)
    caught, comparable = results.count(CAUGHT), len(results) - broken - endless
    rows = [
        f"| `{o.fault.file}` | {_cell(o.fault.what)} | {o.fault.equivalent or _UNEXPLAINED} |"
        for o in outcomes
        if o.result == SURVIVED
    ]
    return _RULED.format(
        drawn_from=drawn_from,
        tried=len(outcomes),
        seed=seed,
        caught=caught,
        comparable=comparable,
        share=100 * caught / max(comparable, 1),
        broken=broken,
        endless=endless,
        rows="\n".join(rows),
    )


def _said(outcome: Outcome) -> str:
    if outcome.caught:
        who = outcome.by if outcome.by.startswith("tests/") else f"small world: {outcome.by}"
        return f"caught ({who})"
    reason = f": {outcome.fault.equivalent}" if outcome.fault.equivalent else ""
    return f"**{outcome.result}**{reason}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
