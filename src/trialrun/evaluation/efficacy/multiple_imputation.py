"""Another analysis of the plan on imputed values, pooled, and shifted until its answer tips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.imputed import Imputed, Question, reference_of
from trialrun.evaluation.efficacy.imputed_changes import change_questions, imputed_changes
from trialrun.evaluation.efficacy.imputed_slopes import imputed_slopes, slope_questions
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.numbers import interval, not_estimable, number, p_value, why_not
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Listed,
    Row,
    Table,
    Words,
    column_heads,
    phrase,
)
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import Ancova, MultipleImputation, SlopeDifference
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.rubin import tipping_point


def multiple_imputation(study: Study, analysis: MultipleImputation) -> Outcome:
    """Carry out the analysis that is named on imputed values: slopes, or changes of arms."""
    case = case_of(study, analysis)
    other = next(one for one in study.plan.analyses if one.id == analysis.analysis)
    try:
        asked = _asked(case, analysis, other)
    except NotEstimableError as error:
        failed = phrase("model_says", reason=why_not(error))
        return Outcome(analysis, (phrase("in_arm", arm=case.title, what=failed),), ())
    of = asked.imputed.gapped
    count = phrase("imputed_n", n=str(of.to_impute), subjects=str(len(of.subjects)))
    # It stands among the attributes of the estimand, whose other analyses impute nothing.
    said = phrase("in_arm", arm=case.title, what=count)
    headlines = tuple(_headlines(asked.questions))
    return Outcome(analysis, (said,), (_table(asked),), (), headlines)


@dataclass(frozen=True)
class _Asked:
    """The imputed values, what is asked of them, of what they are a model, what a shift means."""

    imputed: Imputed
    questions: Sequence[Question]
    model: Words
    shift: Words


def _asked(case: Case, plan: MultipleImputation, other: object) -> _Asked:
    if isinstance(other, SlopeDifference):
        of = imputed_slopes(case, plan, other)
        questions = tuple(slope_questions(of, other))
        return _Asked(of, questions, phrase("model_of_visits"), _shift_of(case, other))
    assert isinstance(other, Ancova), "the checks of a protocol let no other analysis pass"
    of = imputed_changes(case, plan, other)
    reference = next(g for g in case.groups if g.arm.id == reference_of(case, plan))
    questions = tuple(change_questions(of, other))
    shift = phrase("shift_of_arms", arm=reference.title)
    return _Asked(of, questions, phrase("model_given_baseline"), shift)


def _shift_of(case: Case, other: SlopeDifference) -> Words:
    return phrase("shift_of_slopes", turn=case.study.visit_title(other.turn))


def _table(asked: _Asked) -> Table:
    imputed, plan = asked.imputed, asked.imputed.plan
    rows: list[Row] = []
    for question in asked.questions:
        for delta in plan.deltas or (0,):
            label = phrase("shifted_by", delta=number(float(delta), 1))
            cells = _cells(imputed, question, float(delta))
            rows.append(Row(question.label(label), cells))
        rows += _tips(imputed, question)
    columns = column_heads("estimate", "error", "interval", "p")
    how = phrase(
        "imputed_how",
        model=asked.model,
        assumption=phrase(f"assumption_{plan.assumption.name.lower()}"),
        imputations=str(plan.imputations),
        seed=str(plan.seed),
    )
    study, left_out = imputed.case.study, imputed.gapped.left_out
    sparse = Listed(tuple(study.visit_title(visit) for visit in left_out))
    notes = (
        how,
        *((phrase("sparse_visits", visits=sparse),) if left_out else ()),
        *((asked.shift,) if plan.deltas else ()),
        *unused_values(study, imputed.case.everybody),
    )
    return Table(f"{plan.id}-imputed", imputed.case.title, columns, tuple(rows), notes)


def _cells(imputed: Imputed, question: Question, delta: float) -> tuple[Cell, ...]:
    try:
        found = question.estimate(delta)
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING, NOTHING)
    return (
        Cell(number(found.value, question.decimals), found.value, imputed.gapped.rows),
        Cell(number(found.standard_error, question.decimals), found.standard_error),
        Cell(interval(found.interval, question.decimals)),
        Cell(p_value(found.p_value), found.p_value),
    )


def _tips(imputed: Imputed, question: Question) -> Iterator[Row]:
    """Yield, towards either end of the shifts of the plan, where the answer tips."""
    deltas = [float(delta) for delta in imputed.plan.deltas]
    for limit in dict.fromkeys((min(deltas, default=0.0), max(deltas, default=0.0))):
        if limit == 0:
            continue
        label = phrase("tips_towards", limit=number(limit, 1))
        tip = _tip(question, limit, 1 - imputed.case.study.level)
        yield Row(question.label(label), (tip, *(NOTHING,) * 3))


def _tip(question: Question, limit: float, significance: float) -> Cell:
    try:
        found = tipping_point(
            lambda delta: question.estimate(delta).p_value, limit, significance=significance
        )
    except NotEstimableError as error:
        if error.reason is not Reason.NOT_REACHED:
            return not_estimable(error)
        return Cell(_never(question, significance))
    return Cell(phrase("tips_at", delta=number(found, 2)), found)


def _never(question: Question, significance: float) -> Words:
    """Say which of two things: there is nothing to tip, or it does not tip so far."""
    if question.estimate(0.0).p_value > significance:
        return phrase("nothing_to_tip")
    return phrase("does_not_tip")


def _headlines(questions: Sequence[Question]) -> Iterator[Headline]:
    for question in questions:
        try:
            found = question.estimate(0.0)
        except NotEstimableError:
            continue
        yield Headline(
            question.headline, found.value, found.interval, found.p_value, 0.0, question.decimals
        )
