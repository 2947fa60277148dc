"""Visits that took place, and what of them nobody has written down yet: forms, and answers.

What may stay empty is not missed. Refuses to say why something is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.asked import statements_of_participants
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.oversight import DataLock
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.criteria.formulas import Sex
from trialrun.protocol.design import UnplannedVisit
from trialrun.protocol.design import Visit as DesignedVisit
from trialrun.protocol.forms import Form
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.asking import can_be_asked
from trialrun.workflows.visiting import designed_visit

SexOf = Callable[[int], Sex | None]
"""The sex of a candidate by the row's id; None: not known."""


@dataclass(frozen=True)
class Unfilled:
    """A visit that took place: its forms that are empty or incomplete; whether to ask there."""

    participant: Participant
    visit: Visit
    design: DesignedVisit | UnplannedVisit | None
    forms: tuple[Form, ...]
    to_ask: bool


def unfilled_visits(
    session: Session,
    trial: TrialProtocol,
    sex_of: SexOf,
    *,
    forms: bool = True,
    answers: bool = True,
    participant_id: int | None = None,
) -> tuple[Unfilled, ...]:
    """Return the visits of participants of which something is missing, the oldest first.

    `forms` and `answers` say what is looked for. Of all participants (`participant_id` None) what
    a lock holds is left out, because nobody can write it; of one it is shown to whoever signs.
    """
    took_place = _took_place(session, participant_id)
    of_visits = None if participant_id is None else [visit.id for _, visit in took_place]
    left_out, answered = _left_out(session, of_visits), _answered(session)
    sex = cache(sex_of)

    @cache
    def asked(of: Sex | None) -> frozenset[str]:
        return frozenset(one.statement for one in statements_of_participants(trial, of))

    def found(participant: Participant, visit: Visit) -> Unfilled:
        design, of = designed_visit(trial.design, visit), visit.candidate_id
        open_forms = _open_forms(trial, design, left_out[visit.id]) if forms else ()
        unasked = answers and can_be_asked(visit) and not asked(None) <= answered[visit.id]
        return Unfilled(
            participant,
            visit,
            design,
            tuple(
                form
                for form in open_forms
                if form.only_for is None or form.id in left_out[visit.id] or form.concerns(sex(of))
            ),
            unasked and not asked(sex(of)) <= answered[visit.id],
        )

    every = (found(participant, visit) for participant, visit in took_place)
    return tuple(one for one in every if one.forms or one.to_ask)


def _took_place(
    session: Session, participant_id: int | None
) -> Sequence[tuple[Participant, Visit]]:
    locked = (
        select(DataLock.id)
        .where(
            DataLock.participant_id == Participant.id,
            DataLock.unlocked_at.is_(None),
            DataLock.visit_id.is_(None) | (DataLock.visit_id == Visit.id),
        )
        .exists()
    )
    query = (
        select(Participant, Visit)
        .join(Visit, Visit.candidate_id == Participant.candidate_id)
        .where(~Visit.voided, Visit.day.is_not(None))
        .where(~locked if participant_id is None else Participant.id == participant_id)
        .order_by(Visit.day, Visit.id)
    )
    return [(participant, visit) for participant, visit in session.execute(query)]


def _open_forms(
    trial: TrialProtocol,
    design: DesignedVisit | UnplannedVisit | None,
    left_out: Mapping[str, frozenset[str]],
) -> Iterable[Form]:
    """Yield the forms of a visit that lack an item which must not stay empty."""
    for assessment in trial.design.assessments_at(design.id) if design else ():
        for form in trial.forms_of(assessment.id):
            required = {item.id for item in form.items if item.required}
            if form.id not in left_out or required & left_out[form.id]:
                yield form


def _left_out(
    session: Session, of_visits: Sequence[int] | None
) -> Mapping[int, Mapping[str, frozenset[str]]]:
    """Return by visit and form the items that have neither a value nor a reason why not."""
    entries = select(FormEntry.id, FormEntry.visit_id, FormEntry.form, FormEntry.items)
    counts = select(FormValue.entry_id, func.count().label("written")).group_by(FormValue.entry_id)
    if of_visits is not None:
        entries = entries.where(FormEntry.visit_id.in_(of_visits))
        counts = counts.join(FormEntry, FormEntry.id == FormValue.entry_id)
        counts = counts.where(FormEntry.visit_id.in_(of_visits))
    written = {entry.entry_id: entry.written for entry in session.execute(counts)}
    filled_in = session.execute(entries).all()
    # Nearly every form has a value for each item: only of the others it matters which.
    short = [entry.id for entry in filled_in if written.get(entry.id, 0) < len(entry.items)]
    held = _held(session, short)
    found: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for entry_id, visit_id, form, items in filled_in:
        is_short = entry_id in held
        found[visit_id][form] = frozenset(items) - held[entry_id] if is_short else frozenset()
    return found


def _held(session: Session, entries: Sequence[int]) -> Mapping[int, set[str]]:
    """Return the items of forms that have a value, by entry."""
    found: dict[int, set[str]] = {entry: set() for entry in entries}
    for begin in range(0, len(entries), _AT_ONCE):
        these = entries[begin : begin + _AT_ONCE]
        query = select(FormValue.entry_id, FormValue.item).where(FormValue.entry_id.in_(these))
        for entry_id, item in session.execute(query):
            found[entry_id].add(item)
    return found


_AT_ONCE = 10_000
"""Ids in one question: a database takes no more than some ten thousands."""


def _answered(session: Session) -> Mapping[int, frozenset[str]]:
    """Return by visit the statements that a participant was asked."""
    query = select(CriterionAnswer.visit_id, CriterionAnswer.statement)
    found: dict[int, set[str]] = defaultdict(set)
    for visit_id, statement in session.execute(query):
        if visit_id is not None:
            found[visit_id].add(statement)
    return defaultdict(frozenset, {visit: frozenset(said) for visit, said in found.items()})
