"""Who belongs to which analysis set, and why somebody does not: decided once, for every table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trialrun.evaluation.compliance import compliance_of
from trialrun.evaluation.results import Phrase, phrase
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.values import measured
from trialrun.protocol.analysis import AnalysisSet, Requirement
from trialrun.records.analysis_data import Standing, TrialSubject


@dataclass(frozen=True)
class Membership:
    """An analysis set carried out: its members, and of the others why they are none."""

    of: AnalysisSet
    members: tuple[TrialSubject, ...]
    left_out: Mapping[str, tuple[Phrase, ...]]

    def groups(self, study: Study) -> tuple[Group, ...]:
        """Return the arms of the design with their members, empty ones included."""
        return tuple(
            Group(arm, tuple(s for s in self.members if self._arm(s) == arm.id))
            for arm in study.protocol.design.arms
        )

    def _arm(self, subject: TrialSubject) -> str | None:
        return subject.treated_as if self.of.by_treatment else subject.arm


def membership(study: Study, name: str) -> Membership:
    """Decide of every subject whether they belong to an analysis set of the plan."""
    of = study.sets[name]
    reasons = {subject.id: _against(study, of, subject) for subject in study.data.subjects}
    return Membership(
        of,
        tuple(subject for subject in study.data.subjects if not reasons[subject.id]),
        {subject: why for subject, why in reasons.items() if why},
    )


def _against(study: Study, of: AnalysisSet, subject: TrialSubject) -> tuple[Phrase, ...]:
    """Return every reason why somebody does not belong to a set."""
    against = [
        phrase(f"not_{required.name.lower()}")
        for required in of.requires
        if not _MEETS[required](study, subject)
    ]
    if of.flag is not None and not subject.flags.get(of.flag):
        said = "not_flagged" if of.flag in subject.flags else "flag_unsaid"
        against.append(phrase(said, flag=of.flag))
    for variable in of.measured:
        series = measured(study, variable, subject)
        if series.baseline is None:
            against.append(phrase("no_baseline", variable=study.variables[variable].title))
        elif not series.later:
            against.append(phrase("no_later_value", variable=study.variables[variable].title))
    if of.compliance is not None:
        percent = compliance_of(study, subject)
        if percent is None or percent < float(of.compliance):
            against.append(phrase("low_compliance", percent=str(of.compliance)))
    return tuple(against)


def _no_important_deviation(study: Study, subject: TrialSubject) -> bool:
    """Say whether no deviation is important; one that nobody has judged may be."""
    departures = study.departures.get(subject.id, ())
    return all(departure.important is False for departure in departures)


_MEETS: Mapping[Requirement, Callable[[Study, TrialSubject], bool]] = {
    Requirement.CONSENTED: lambda _, __: True,
    Requirement.ENROLLED: lambda _, subject: subject.enrolled,
    Requirement.DOSED: lambda _, subject: subject.first_dose_day is not None,
    Requirement.COMPLETED: lambda _, subject: subject.standing is Standing.COMPLETED,
    Requirement.NO_IMPORTANT_DEVIATION: _no_important_deviation,
}
