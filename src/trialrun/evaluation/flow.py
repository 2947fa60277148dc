"""The flow of participants (CONSORT 2010, item 13), counted from the data and never typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from trialrun.evaluation.figure_data import FlowBox, ParticipantFlow
from trialrun.evaluation.numbers import count_and_percent
from trialrun.evaluation.results import Cell, Listed, Row, Section, Table, Words, phrase, wording
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Study
from trialrun.protocol.design import Arm
from trialrun.records.analysis_data import Standing, TrialSubject

Counts: TypeAlias = Callable[[TrialSubject], bool]

_BRANCH: tuple[tuple[str, Counts], ...] = (
    ("dosed", lambda subject: subject.first_dose_day is not None),
    ("completed", lambda subject: subject.standing is Standing.COMPLETED),
    ("discontinued", lambda subject: subject.standing is Standing.DISCONTINUED),
    ("ongoing", lambda subject: subject.standing is Standing.ONGOING),
)
"""The boxes of an arm below those who were enrolled, and who is counted in each."""


def participant_flow(study: Study) -> Section:
    """Return who was looked at, enrolled, treated, completed, and analysed, by arm."""
    return Section(
        "flow",
        phrase("flow"),
        tables=(_disposition(study), _sets(study)),
        figures=(_figure(study),),
    )


def _in_arm(study: Study, arm: Arm) -> tuple[TrialSubject, ...]:
    return tuple(s for s in study.data.subjects if s.enrolled and s.arm == arm.id)


def _columns(study: Study) -> tuple[Words, ...]:
    arms = [
        phrase("arm_n", arm=wording(arm.title, arm.title_zh), n=str(len(_in_arm(study, arm))))
        for arm in study.protocol.design.arms
    ]
    enrolled = sum(1 for subject in study.data.subjects if subject.enrolled)
    return (*arms, phrase("total_n", n=str(enrolled)))


def _disposition(study: Study) -> Table:
    """Return how far the enrolled came, and why they stopped."""
    groups = [_in_arm(study, arm) for arm in study.protocol.design.arms]
    groups.append(tuple(s for group in groups for s in group))
    rows = [Row(phrase(f"flow_{name}"), _counts(groups, counts)) for name, counts in _BRANCH]
    for reason in _reasons(groups[-1]):
        because = [
            tuple(s for s in group if _discontinued(s) and s.discontinued_because == reason)
            for group in groups
        ]
        rows.append(
            Row(phrase("ended_because", reason=_reason(reason)), _cells(groups, because), 1)
        )
    return Table("disposition", phrase("disposition"), _columns(study), tuple(rows))


def _discontinued(subject: TrialSubject) -> bool:
    return subject.standing is Standing.DISCONTINUED


def _reasons(subjects: Iterable[TrialSubject]) -> list[str]:
    """Return the reasons of discontinuation, the most frequent first."""
    counted = Counter(s.discontinued_because for s in subjects if _discontinued(s))
    return [reason for reason, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]


def _reason(reason: str) -> Words:
    """Return the source's own word, or that it gives none."""
    return reason or phrase("no_reason_given")


def _counts(groups: Sequence[Sequence[TrialSubject]], counts: Counts) -> tuple[Cell, ...]:
    return _cells(groups, [[s for s in group if counts(s)] for group in groups])


def _cells(
    groups: Sequence[Sequence[TrialSubject]], counted: Sequence[Sequence[TrialSubject]]
) -> tuple[Cell, ...]:
    return tuple(
        count_and_percent(len(those), len(group), [row for s in those for row in s.rows])
        for group, those in zip(groups, counted, strict=True)
    )


def _sets(study: Study) -> Table:
    """Return how many each analysis set holds."""
    enrolled = [_in_arm(study, arm) for arm in study.protocol.design.arms]
    enrolled.append(tuple(s for group in enrolled for s in group))
    rows = []
    for one in study.plan.sets:
        groups = [group.subjects for group in membership(study, one.id).groups(study)]
        groups.append(tuple(s for group in groups for s in group))
        rows.append(Row(wording(one.title, one.title_zh), _cells(enrolled, groups)))
    notes = tuple(
        _left_out(study, one.id, wording(one.title, one.title_zh)) for one in study.plan.sets
    )
    return Table("analysis-sets", phrase("analysis_sets"), _columns(study), tuple(rows), notes)


def _left_out(study: Study, name: str, title: Words) -> Words:
    """Say why enrolled subjects do not belong to a set; each reason with its count."""
    reasons = Counter(
        reason
        for subject, why in membership(study, name).left_out.items()
        if study.subjects[subject].enrolled
        for reason in why
    )
    if not reasons:
        return phrase("set_holds_all", set=title)
    return phrase(
        "set_leaves_out",
        set=title,
        reasons=Listed(
            tuple(
                phrase("reason_n", reason=reason, n=str(n)) for reason, n in reasons.most_common()
            )
        ),
    )


def _figure(study: Study) -> ParticipantFlow:
    subjects = study.data.subjects
    failed = [s for s in subjects if s.standing is Standing.SCREEN_FAILURE]
    why = Counter(s.discontinued_because for s in failed)
    trunk = [
        FlowBox("consented", phrase("flow_consented"), len(subjects)),
        FlowBox(
            "screen-failures",
            phrase("flow_failed"),
            len(failed),
            tuple((_reason(reason), n) for reason, n in why.most_common()),
        ),
        FlowBox("enrolled", phrase("flow_enrolled"), sum(1 for s in subjects if s.enrolled)),
    ]
    if study.data.screened is not None:
        trunk.insert(0, FlowBox("screened", phrase("flow_screened"), study.data.screened))
    branches = tuple(_branch(study, arm) for arm in study.protocol.design.arms)
    return ParticipantFlow("participant-flow", phrase("flow"), tuple(trunk), branches)


def _branch(study: Study, arm: Arm) -> tuple[FlowBox, ...]:
    subjects = _in_arm(study, arm)
    stopped = Counter(s.discontinued_because for s in subjects if _discontinued(s))
    reasons = tuple((_reason(reason), n) for reason, n in stopped.most_common())
    head = FlowBox("arm", wording(arm.title, arm.title_zh), len(subjects))
    boxes = [
        FlowBox(
            name,
            phrase(f"flow_{name}"),
            sum(1 for s in subjects if counts(s)),
            reasons if name == "discontinued" else (),
        )
        for name, counts in _BRANCH
    ]
    return (head, *boxes)
