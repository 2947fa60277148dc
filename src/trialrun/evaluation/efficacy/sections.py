"""Efficacy as parts of the report: each estimand with its analyses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.results import Listed, Section, Words, phrase, wording
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Estimand
from trialrun.protocol.analysis_methods import Analysis, TimeToEvent


def efficacy(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Section]:
    """Yield a section for each estimand that is analysed."""
    for estimand in study.plan.estimands:
        of = [outcome for outcome in outcomes if outcome.analysis.estimand == estimand.id]
        if of:
            yield _section(study, estimand, of)


def _section(study: Study, estimand: Estimand, outcomes: Sequence[Outcome]) -> Section:
    of = [one.analysis for one in outcomes]
    said = [*_attributes(study, estimand, of), *(words for one in outcomes for words in one.said)]
    return Section(
        f"estimand-{estimand.id}",
        wording(estimand.title, estimand.title_zh),
        tuple(said),
        tuple(table for one in outcomes for table in one.tables),
        tuple(figure for one in outcomes for figure in one.figures),
    )


def _attributes(study: Study, estimand: Estimand, analyses: Sequence[Analysis]) -> Iterator[Words]:
    """Yield the attributes of an estimand (ICH E9(R1), A.3.1), each a sentence."""
    if estimand.treatment:
        yield phrase("estimand_treatment", words=wording(estimand.treatment, estimand.treatment_zh))
    of = study.sets[estimand.set]
    yield phrase("estimand_population", words=wording(of.title, of.title_zh))
    yield phrase("estimand_variable", words=_variable(study, estimand, analyses))
    if estimand.intercurrent:
        strategies = tuple(
            phrase(
                "event_by_strategy",
                event=wording(study.trial_events[event].title, study.trial_events[event].title_zh),
                strategy=phrase(f"strategy_{strategy.name.lower()}"),
            )
            for event, strategy in estimand.intercurrent.items()
        )
        yield phrase("estimand_intercurrent", words=Listed(strategies))
    if estimand.summary:
        yield phrase("estimand_summary", words=wording(estimand.summary, estimand.summary_zh))


def _variable(study: Study, estimand: Estimand, analyses: Sequence[Analysis]) -> Words:
    """Return what is measured; where times alone are analysed, to which events they run."""
    times = [one for one in analyses if isinstance(one, TimeToEvent)]
    if len(times) < len(analyses):
        variable = study.variables[estimand.variable]
        return wording(variable.title, variable.title_zh)
    names = dict.fromkeys(name for one in times for name in one.events)
    events = (study.trial_events[name] for name in names)
    return phrase("time_to", events=Listed(tuple(wording(e.title, e.title_zh) for e in events)))
