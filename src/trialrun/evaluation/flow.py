"""The flow of participants (CONSORT 2010, item 13), counted from the data and never typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import TypeAlias

from trialrun.evaluation.columns import Column, columns_of_enrolled
from trialrun.evaluation.figure_data import FlowBox, ParticipantFlow
from trialrun.evaluation.numbers import count_and_percent
from trialrun.evaluation.results import Cell, Listed, Row, Section, Table, Words, phrase, wording
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Group, Study
from trialrun.records.analysis_data import Standing, TrialSubject

Counts: TypeAlias = Callable[[TrialSubject], bool]

_BRANCH: tuple[tuple[str, Counts], ...] = (
    ("dosed", lambda subject: subject.first_dose_day is not None),
    ("completed", lambda subject: subject.standing is Standing.COMPLETED),
    ("ongoing", lambda subject: subject.standing is Standing.ONGOING),
    ("discontinued", lambda subject: subject.standing is Standing.DISCONTINUED),
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


def _disposition(study: Study) -> Table:
    """Return how far the enrolled came, and why they stopped."""
    columns = columns_of_enrolled(study)
    subjects = study.data.subjects
    rows = [
        Row(phrase(f"flow_{name}"), _cells(columns, filter(counts, subjects)))
        for name, counts in _BRANCH
    ]
    for reason in _reasons(subjects):
        because = [s for s in subjects if _stopped(s) and s.discontinued_because == reason]
        label = phrase("ended_because", reason=_reason(reason))
        rows.append(Row(label, _cells(columns, because), depth=1))
    return Table("disposition", phrase("disposition"), _heads(columns), tuple(rows))


def _heads(columns: Sequence[Column]) -> tuple[Words, ...]:
    return tuple(column.head for column in columns)


def _stopped(subject: TrialSubject) -> bool:
    return subject.standing is Standing.DISCONTINUED


def _reasons(subjects: Iterable[TrialSubject]) -> list[str]:
    """Return the reasons of discontinuation, the most frequent first."""
    counted = Counter(s.discontinued_because for s in subjects if _stopped(s))
    return [reason for reason, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]


def _reason(reason: str) -> Words:
    """Return the source's own word, or that it gives none."""
    return reason or phrase("no_reason_given")


def _cells(columns: Sequence[Column], counted: Iterable[TrialSubject]) -> tuple[Cell, ...]:
    """Return how many of each column are among those who are counted."""
    ids = {subject.id for subject in counted}
    cells = []
    for column in columns:
        those = [subject for subject in column.subjects if subject.id in ids]
        rows = [row for subject in those for row in subject.rows]
        cells.append(count_and_percent(len(those), column.size, rows))
    return tuple(cells)


def _sets(study: Study) -> Table:
    """Return how many each analysis set holds."""
    columns = columns_of_enrolled(study)
    rows = []
    for one in study.plan.sets:
        cells = _cells(columns, membership(study, one.id).members)
        rows.append(Row(wording(one.title, one.title_zh), cells))
    notes = tuple(
        _left_out(study, one.id, wording(one.title, one.title_zh)) for one in study.plan.sets
    )
    title = phrase("analysis_sets")
    return Table("analysis-sets", title, _heads(columns), tuple(rows), notes)


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
    enrolled = sum(1 for s in subjects if s.enrolled)
    trunk = [
        FlowBox("consented", phrase("flow_consented"), len(subjects)),
        FlowBox(
            "screen-failures",
            phrase("flow_failed"),
            len(failed),
            tuple((_reason(reason), n) for reason, n in why.most_common()),
        ),
        FlowBox("enrolled", phrase("flow_enrolled"), enrolled),
    ]
    if study.data.screened is None and enrolled == len(subjects):
        # Datasets often hold the enrolled alone (ADSL): that nobody failed would be an invention.
        trunk = trunk[-1:]
    if study.data.screened is not None:
        trunk.insert(0, FlowBox("screened", phrase("flow_screened"), study.data.screened))
    branches = tuple(_branch(study, group) for group in study.enrolled)
    return ParticipantFlow("participant-flow", phrase("flow"), tuple(trunk), branches)


def _branch(study: Study, group: Group) -> tuple[FlowBox, ...]:
    subjects = group.subjects
    stopped = Counter(s.discontinued_because for s in subjects if _stopped(s))
    reasons = tuple((_reason(reason), n) for reason, n in stopped.most_common())
    head = FlowBox("arm", group.title, group.size)
    boxes = [
        FlowBox(
            name,
            phrase(f"flow_{name}"),
            sum(1 for s in subjects if counts(s)),
            reasons if name == "discontinued" else (),
        )
        for name, counts in _BRANCH
    ]
    return (head, *boxes, *_analysed(study, set(group.ids)))


def _analysed(study: Study, ids: Set[str]) -> Iterator[FlowBox]:
    """Yield whom of an arm the primary estimand is about (CONSORT 2010, item 16)."""
    for name in dict.fromkeys(one.set for one in study.primary_estimands):
        of = study.sets[name]
        members = sum(1 for one in membership(study, name).members if one.id in ids)
        yield FlowBox(
            f"set-{name}", phrase("flow_analysed", set=wording(of.title, of.title_zh)), members
        )
