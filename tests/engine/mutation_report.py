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

## What a survivor means

A fault **survives** if none of the tests that are asked notices it. That is one of two things:

* *Nothing can notice.* The changed program gives every patient the same answer (it asks twice what
  is asked once, or compares where both sides are never equal). Then the reason stands beside it.
* *A hole.* A mistake of this kind could be in the program, and our tests would not show it. A hole
  among the faults named by hand fails the run; one among those made by rule is called **not
  explained**, until the small world has been enlarged.

A fault that is caught does not prove the place right, only watched.
"""
_NAMED = """\
## Named by hand

**{caught} of {tried}** are caught; {explained} survive with a reason, {holes} without one.

| place | fault | |
|---|---|---|
{rows}
"""
_RULED = """\
## Made by rule

Every comparison, connective, extreme, end of an interval, truth and number of the compiler is
turned into its neighbour, and every condition, negation, filter and outer join is taken away:
{drawn_from} faults, of which {tried} were drawn by lot (seed {seed}), asked of the small worlds
alone. Caught: **{caught} of the {comparable}** that ran ({share:.0f} %). {broken} did not run at
all (DuckDB or Python refuses them) and {endless} did not end; they are not counted. Of the other
{untried} nothing is known.

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
    left = [outcome for outcome in outcomes if not outcome.caught]
    explained = sum(bool(outcome.fault.equivalent) for outcome in left)
    return _NAMED.format(
        caught=caught,
        tried=len(outcomes),
        explained=explained,
        holes=len(left) - explained,
        rows="\n".join(rows),
    )


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
        untried=drawn_from - len(outcomes),
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
