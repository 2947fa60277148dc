"""Faults beside the two engines: many of them would make somebody wrongly eligible.

`SHARED`: what interpreter and compiler both call, so that they go wrong together and the small
world is blind. `SCREENING`: from truths to verdicts.
"""

from __future__ import annotations

from tests.engine.faults_in_interpreter import SPEC
from tests.engine.planting import Fault


def _faults(asks: tuple[str, ...], file: str, *rows: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(what, asks, file, before, after) for what, before, after in rows)


_TRUTHS = ("tests/criteria/test_truth.py", SPEC)
_RECORDS = ("tests/records", SPEC)
_TERMS = ("tests/terminology", SPEC)

SHARED: tuple[Fault, ...] = (
    *_faults(
        _TRUTHS,
        "criteria/truth.py",
        (
            "not UNKNOWN is TRUE",
            "is Truth.UNKNOWN:\n        return truth",
            "is Truth.UNKNOWN:\n        return Truth.TRUE",
        ),
        (
            "UNKNOWN does not weaken `and`",
            "return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.TRUE",
            "return Truth.TRUE",
        ),
        (
            "UNKNOWN parts cannot make it so many",
            "sure + found.count(Truth.UNKNOWN) >= count",
            "sure >= count",
        ),
        ("those who differ agree", "if len(found) == 1 else", "if found else"),
        ("nothing said is FALSE", "            return cls.UNKNOWN", "            return cls.FALSE"),
    ),
    *_faults(
        _RECORDS,
        "records/dates.py",
        ("a month has no last day", "min(day.day, last)", "min(day.day, 28)"),
        ("a year has 13 months", "12 if unit is DateUnit.YEARS", "13 if unit is DateUnit.YEARS"),
        ("a week has a day less", "timedelta(weeks=count)", "timedelta(days=6 * count)"),
    ),
    *_faults(
        _RECORDS,
        "records/coverage.py",
        ("coverage of another kind covers", "self.kind is kind and ", ""),
        ("coverage may begin late", "self.since <= begins and ", ""),
        ("coverage may end early", " and last <= self.until", ""),
        ("days before birth need coverage", "max(first, birth_lo)", "first"),
    ),
    *_faults(
        _TERMS,
        "terminology/value_sets.py",
        ("a prefix is a code", 'if self.code.endswith("*"):', "if False:"),
        ("codes of another system match", "if coding.system != self.system:", "if False:"),
        ("a system listed in part is understood", "self.systems - self.partial", "self.systems"),
        (
            "one understood code in the record is enough for all",
            "any(c.system in in_full for c in concept.codings)",
            "True",
        ),
    ),
    *_faults(
        _TERMS,
        "terminology/units.py",
        (
            "a missing unit is the unit asked",
            "if source is None or target is None:\n        return None",
            "if source is None or target is None:\n        return Linear(Fraction(1))",
        ),
        (
            "moles are grams",
            "if molar_mass is None:\n        return None",
            "if molar_mass is None:\n        return Fraction(1)",
        ),
        ("mass is divided where it is multiplied", "molar_mass**moles", "molar_mass**-moles"),
        (
            "a factor is turned round",
            "source.factor * bridge / target.factor",
            "target.factor * bridge / source.factor",
        ),
    ),
    *_faults(
        ("tests/criteria/test_formulas.py", SPEC),
        "criteria/formulas.py",
        ("women are men (Cockcroft-Gault)", "of_men * Fraction(85, 100)", "of_men * 1"),
        ("one year older", "(140 - age)", "(141 - age)"),
    ),
)

_SCREEN = "tests/screening/test_screen.py"

SCREENING: tuple[Fault, ...] = (
    *_faults(
        ("tests/screening/test_verdict.py",),
        "screening/verdict.py",
        (
            "an exclusion that holds permits",
            "negate(truth) if adverse is Truth.TRUE else truth",
            "truth",
        ),
        (
            "an undetermined patient is eligible",
            "Truth.UNKNOWN: Verdict.UNDETERMINED",
            "Truth.UNKNOWN: Verdict.ELIGIBLE",
        ),
        (
            "one permission is enough",
            "conjunction(permissions)",
            "negate(conjunction(map(negate, permissions)))",
        ),
    ),
    *_faults(
        ("tests/screening/test_verdict.py", "tests/screening/test_plan.py"),
        "protocol/model.py",
        (
            "an exclusion lets in whom it holds of",
            "Not(self.expression) if self.category is Category.EXCLUSION else self.expression",
            "self.expression",
        ),
        (
            "what is adverse to an exclusion is that it fails",
            "Truth.TRUE if self is Category.EXCLUSION",
            "Truth.FALSE if self is Category.EXCLUSION",
        ),
        (
            "exclusions are not asked",
            "if c.category is not Category.OBLIGATION)",
            "if c.category is Category.INCLUSION)",
        ),
    ),
    *_faults(
        ("tests/screening/test_plan.py", _SCREEN),
        "screening/plan.py",
        ("nobody need confirm", "if not criterion.confirm:", "if True:"),
        (
            "a confirmation stands for ever",
            "criterion.confirmed_within or AtAnyTime()",
            "AtAnyTime()",
        ),
        (
            "an exclusion that nobody confirmed permits",
            "return Or((logic, Not(confirmation(criterion))))",
            "return And((logic, Not(confirmation(criterion))))",
        ),
        (
            "a confirmation is enough for an inclusion",
            "return And((logic, confirmation(criterion)))",
            "return Or((logic, confirmation(criterion)))",
        ),
        (
            "a protocol that asks nothing is asked",
            "if not protocol.screening_criteria:",
            "if False:",
        ),
        (
            "exclusions that hold are ready for the visit",
            "criterion.permits for criterion in asked",
            "criterion.expression for criterion in asked",
        ),
    ),
    *_faults(
        ("tests/screening/test_verdict.py", _SCREEN),
        "screening/verdict.py",
        ("who may have died is alive", "if death.lo <= day", "if death.hi <= day"),
        ("who died today is alive", "if death.hi <= day:", "if death.hi < day:"),
    ),
    *_faults(
        (_SCREEN,),
        "screening/judging.py",
        ("the dead are candidates", "Verdict.INELIGIBLE if death else verdict(", "verdict("),
    ),
    *_faults(
        (_SCREEN,),
        "screening/agreement.py",
        ("nobody compares the engines", "    if wrong:\n", "    if False:\n"),
        (
            "only what is unknown is compared",
            "if truth is not by_engine[criterion]",
            "if truth is Truth.UNKNOWN",
        ),
        (
            "eligible patients who are not opened are judged once",
            "eligible[shown.eligible :])",
            "[])",
        ),
        ("the verdict is not compared", "if not wrong and said is not found:", "if False:"),
        (
            "the dead are not told from the living",
            "    if death_by(on, record.death):\n",
            "    if False:\n",
        ),
        (
            "an opening date may be too early",
            "if opens is not None and opens <",
            "if False and opens <",
        ),
        (
            "a lapse date may be too late",
            "if (lapses or LATEST) >",
            "if False and (lapses or LATEST) >",
        ),
        (
            "an eligibility without an end is borne out by any",
            "if (lapses or LATEST) >",
            "if lapses is not None and lapses >",
        ),
    ),
    *_faults(
        ("tests/screening/test_attrition.py",),
        "screening/attrition.py",
        (
            "who is lost is counted again later",
            "if not any(r < position for r in p.refusals)]",
            "]",
        ),
        ("UNKNOWN refuses", "if p is Truth.FALSE)", "if p is not Truth.TRUE)"),
        ("a sole loss may have others", "if len(p.refusals) == 1", "if p.refusals"),
        ("patients with one pattern count once", "+= pattern.patients", "+= 1"),
    ),
    *_faults(
        ("tests/engine/test_tallies.py", _SCREEN),
        "engine/tallies.py",
        (
            "UNKNOWN permits",
            "WHEN unknowns = 0 THEN TRUE END AS permits",
            "WHEN TRUE THEN TRUE END AS permits",
        ),
        ("a refusal leaves it open", "CASE WHEN refusals > 0 THEN FALSE WHEN", "CASE WHEN"),
        (
            "an exclusion that holds permits",
            'f"NOT {column}" if question',
            'f"{column}" if question',
        ),
        ("the dead are candidates", "WHERE death_lo > $on", "WHERE TRUE OR death_lo > $on"),
        ("who may have died is alive", "WHERE death_lo > $on", "WHERE death_hi > $on"),
        ("UNKNOWN is counted as refused", "lambda p: p IS FALSE", "lambda p: p IS NOT TRUE"),
        (
            "the undetermined are permitted",
            '_patients(tallied, "permits", ',
            '_patients(tallied, "permits IS NOT FALSE", ',
        ),
    ),
    *_faults(
        ("tests/engine/test_patients.py", _SCREEN),
        "engine/patients.py",
        ("the interpreter judges without coverage of one's own", "*coverage.get(number, ())", ""),
    ),
)
