"""What is asked of the demonstration: queries, marks, a signature, a lock, a deviation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import select

from trialrun.conduct.actions.deviations import DeviationEntry, Judgement, judge_deviation
from trialrun.conduct.actions.deviations import report_deviation as report
from trialrun.conduct.actions.oversight import lock, sign
from trialrun.conduct.actions.queries import answer_query, close_query, open_query, verify_source
from trialrun.conduct.actions.signing_in import prove_identity
from trialrun.conduct.roles import Role
from trialrun.conduct.rows import RowRef
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.tables.deviations import DeviationKind, DeviationStatus
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.workflows.demo.safety import DOSE_CHANGED, SERIOUS
from trialrun.workflows.demo.stage import Stage, Step, Story

ASKED_ABOUT = {0: ("V4", "weight", 3), 1: ("V4", "pulse", 2), SERIOUS: ("V4", "wbc", 1)}
"""Participant (from 0) -> the visit and the item that a query is about, and how far it has come."""
MARKED = 3
"""The source of the baseline visit was seen of so many participants."""


def queries(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield the query on a value, its answer, and its end, as far as it has come."""
    if story.index in ASKED_ABOUT:
        visit, item, steps = ASKED_ABOUT[story.index]
        at = stage.moment(story.day(95), 9)
        yield Step(at, partial(_query, stage, story, visit, item, steps, at))


def _query(stage: Stage, story: Story, visit: str, item: str, steps: int, at: datetime) -> None:
    with stage.database.reading() as session:
        value = session.scalars(
            select(FormValue)
            .join(FormEntry, FormEntry.id == FormValue.entry_id)
            .join(Visit, Visit.id == FormEntry.visit_id)
            .where(
                Visit.participant_id == story.participant_id,
                Visit.planned == visit,
                FormValue.item == item,
            )
        ).one()
    place = RowRef("form_value", value.id)
    asks, answers = stage.actor(Role.MONITOR), stage.actor(Role.COORDINATOR)
    query = open_query(stage.database, asks, at, place, item, stage.words("query"))
    if steps > 1:
        words = stage.words("answer")
        query = answer_query(stage.database, answers, at, query.id, words, version=query.version)
    if steps > 2:
        words = stage.words("closed")
        close_query(stage.database, asks, at, query.id, words, version=query.version)


def marks(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield the marks of a monitor who has seen the source of the baseline visit."""
    if story.index < MARKED:
        at = stage.moment(story.day(40), 14)
        yield Step(at, partial(_mark, stage, story, at))


def _mark(stage: Stage, story: Story, at: datetime) -> None:
    with stage.database.reading() as session:
        visit = session.scalars(
            select(Visit).where(Visit.participant_id == story.participant_id, Visit.planned == "V1")
        ).one()
        entries = session.scalars(select(FormEntry).where(FormEntry.visit_id == visit.id)).all()
    for row in (visit, *entries):
        place = RowRef(row.__tablename__, row.id)
        verify_source(stage.database, stage.actor(Role.MONITOR), at, place, version=row.version)


def signature_and_lock(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield what follows four weeks after somebody has left: nothing more will come."""
    if story.course.why == "withdrawal by participant":
        at = stage.moment(story.day(story.course.last_day + 28), 16)
        yield Step(at, partial(_sign_and_lock, stage, story, at))


def _sign_and_lock(stage: Stage, story: Story, at: datetime) -> None:
    investigator = stage.actor(Role.INVESTIGATOR)
    account = investigator.account_id
    assert account is not None
    password = stage.team.passwords[investigator.name]
    with stage.database.reading() as session:
        seen = content_to_sign(session, story.participant_id)
    sign(
        stage.database,
        investigator,
        at,
        story.participant_id,
        meaning=stage.words("meaning"),
        seen=seen,
        signs_in_again=lambda: bool(
            prove_identity(stage.database, account, password, at, field="password")
        ),
    )
    lock(
        stage.database,
        stage.actor(Role.DATA_MANAGER),
        at,
        story.participant_id,
        reason=stage.words("signed"),
    )


def deviations(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield a deviation that a person noticed and the investigator judged."""
    if story.index == DOSE_CHANGED:
        at = stage.moment(story.day(30), 16)
        yield Step(at, partial(_deviation, stage, story, at))


def _deviation(stage: Stage, story: Story, at: datetime) -> None:
    entry = DeviationEntry(
        DeviationKind.PROCEDURE,
        "V1",
        stage.words("drawn late"),
        story.enrolled.isoformat(),
    )
    noticed = report(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        story.participant_id,
        entry,
        today=at.date(),
    )
    judge_deviation(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        at,
        noticed.id,
        Judgement(DeviationStatus.CONFIRMED, False, stage.words("told")),
        version=noticed.version,
        reason=stage.words("hardly change"),
    )
