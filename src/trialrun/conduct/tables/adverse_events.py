"""Adverse events with their course, the reports of serious ones, and decisions on proposed grades.

Serious (what an event leads to) is not severe (its grade). Refuses a serious event without a
criterion, one whose clock has no start, and a grade 5 that is not a death.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.candidates import one_of


class SeriousnessCriterion(StrEnum):
    """What makes an event serious (ICH E2A, II.B); each is a column of that name."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    HOSPITALISATION = "hospitalisation"
    DISABILITY = "disability"
    CONGENITAL_ANOMALY = "congenital_anomaly"
    MEDICALLY_IMPORTANT = "medically_important"


class Causality(StrEnum):
    """Whether the study drug caused it: the WHO-UMC scale, changed in two places.

    Source: Uppsala Monitoring Centre, The use of the WHO-UMC system for standardised case
    causality assessment. `not related` is added, because a trial also records events without any
    relation; `conditional` is left out, because whoever waits for data corrects the answer later.
    """

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    NOT_RELATED = "not related"
    NOT_ASSESSABLE = "not assessable"


class Expectedness(StrEnum):
    """Whether nature and severity agree with the reference safety information (ICH E2A, II.C)."""

    EXPECTED = "expected"
    UNEXPECTED = "unexpected"


class ActionTaken(StrEnum):
    """What was done with the study drug (ICH E2B(R3) G.k.8, with CDISC's `drug interrupted`)."""

    WITHDRAWN = "drug withdrawn"
    INTERRUPTED = "drug interrupted"
    REDUCED = "dose reduced"
    INCREASED = "dose increased"
    NOT_CHANGED = "dose not changed"
    NOT_APPLICABLE = "not applicable"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How the event went on (ICH E2B(R3) E.i.7)."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not recovered"
    SEQUELAE = "recovered with sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"


_ANY_CRITERION = " OR ".join(SeriousnessCriterion)
_NOT_VOID = text("void_reason IS NULL")


class AdverseEvent(Base):
    """One adverse event of one participant, as it is known now.

    Days are kept as written, with the first and last possible day beside them. `first_grade` is
    the CTCAE grade at onset, `grade` the highest so far. `aware_at`: when the site came to know of
    the event; `serious_aware_at`: that it is serious, which starts the clock. `void_reason`: why
    the event should never have been entered.
    """

    __tablename__ = "adverse_event"
    __table_args__ = (
        UniqueConstraint("id", "participant_id"),
        CheckConstraint("reported_term <> ''", name="reported_term"),
        CheckConstraint("onset_lo <= onset_hi", name="onset"),
        CheckConstraint(
            "(ended IS NULL) = (ended_lo IS NULL) AND (ended IS NULL) = (ended_hi IS NULL)"
            " AND (ended IS NULL OR ended_lo <= ended_hi)",
            name="ended",
        ),
        CheckConstraint("ended IS NULL OR ended_hi >= onset_lo", name="end_after_onset"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint("first_grade BETWEEN 1 AND grade", name="first_grade"),
        CheckConstraint(f"serious = ({_ANY_CRITERION})", name="serious"),
        CheckConstraint("serious = (serious_aware_at IS NOT NULL)", name="serious_aware"),
        CheckConstraint("serious_aware_at >= aware_at", name="serious_aware_after_aware"),
        CheckConstraint(
            "(grade = 5) = death AND death = (outcome = 'fatal')", name="grade_5_is_death"
        ),
        CheckConstraint(
            "ended IS NULL OR outcome NOT IN ('recovering', 'not recovered')", name="goes_on"
        ),
        CheckConstraint(one_of("causality", Causality), name="causality"),
        CheckConstraint(one_of("expectedness", Expectedness), name="expectedness"),
        CheckConstraint(one_of("action_taken", ActionTaken), name="action_taken"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("void_reason <> ''", name="void_reason"),
    )

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    reported_term: Mapped[str]
    term: Mapped[str]
    soc: Mapped[str]
    onset: Mapped[str]
    onset_lo: Mapped[date]
    onset_hi: Mapped[date]
    ended: Mapped[str | None]
    ended_lo: Mapped[date | None]
    ended_hi: Mapped[date | None]
    first_grade: Mapped[int]
    grade: Mapped[int]
    death: Mapped[bool]
    life_threatening: Mapped[bool]
    hospitalisation: Mapped[bool]
    disability: Mapped[bool]
    congenital_anomaly: Mapped[bool]
    medically_important: Mapped[bool]
    serious: Mapped[bool] = mapped_column(index=True)
    aware_at: Mapped[datetime]
    serious_aware_at: Mapped[datetime | None]
    causality: Mapped[str]
    expectedness: Mapped[str]
    action_taken: Mapped[str]
    outcome: Mapped[str]
    treatment: Mapped[str]
    narrative: Mapped[str]
    void_reason: Mapped[str | None] = mapped_column(default=None)

    @property
    def criteria(self) -> frozenset[SeriousnessCriterion]:
        """Return the seriousness criteria that are met."""
        return frozenset(one for one in SeriousnessCriterion if getattr(self, one))


def _of_the_event() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["adverse_event_id", "participant_id"], ["adverse_event.id", "adverse_event.participant_id"]
    )


class AdverseEventFollowUp(Base):
    """How an event was found on a later day; `observed` as written, with its bounds beside it."""

    __tablename__ = "adverse_event_follow_up"
    __table_args__ = (
        _of_the_event(),
        CheckConstraint("observed_lo <= observed_hi", name="observed"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("void_reason <> ''", name="void_reason"),
    )

    adverse_event_id: Mapped[int] = mapped_column(index=True)
    participant_id: Mapped[int]
    observed: Mapped[str]
    observed_lo: Mapped[date]
    observed_hi: Mapped[date]
    grade: Mapped[int]
    outcome: Mapped[str]
    aware_at: Mapped[datetime]
    note: Mapped[str]
    void_reason: Mapped[str | None] = mapped_column(default=None)


class SafetyReport(Base):
    """A report of a serious event that was sent; number 0 is the first one to this recipient.

    `means` says by what it was sent, `reference` how it is found again at the recipient's.
    """

    __tablename__ = "safety_report"
    __table_args__ = (
        _of_the_event(),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("recipient <> '' AND means <> ''", name="recipient_and_means"),
        CheckConstraint("void_reason <> ''", name="void_reason"),
        Index(
            "uq_safety_report_number",
            "adverse_event_id",
            "recipient",
            "number",
            unique=True,
            sqlite_where=_NOT_VOID,
            postgresql_where=_NOT_VOID,
        ),
    )

    adverse_event_id: Mapped[int] = mapped_column(index=True)
    participant_id: Mapped[int]
    recipient: Mapped[str]
    number: Mapped[int]
    sent_at: Mapped[datetime]
    means: Mapped[str]
    reference: Mapped[str]
    void_reason: Mapped[str | None] = mapped_column(default=None)


class GradeStanding(StrEnum):
    """What a person made of a proposed grade."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    SET_ASIDE = "set aside"


class GradeDecision(Base):
    """A person's decision on a grade that the rules proposed for one version of one value.

    `value` names the value: table, id and version of its row, and the item if the row has many.
    `grade` is None when the proposal was set aside.
    """

    __tablename__ = "grade_decision"
    __table_args__ = (
        UniqueConstraint("table_name", "row_id", "row_version", "item", "term"),
        ForeignKeyConstraint(
            ["adverse_event_id", "participant_id"],
            ["adverse_event.id", "adverse_event.participant_id"],
        ),
        CheckConstraint(one_of("standing", GradeStanding), name="standing"),
        CheckConstraint("proposed_grade BETWEEN 0 AND 5", name="proposed_grade"),
        CheckConstraint("grade BETWEEN 0 AND 5", name="grade"),
        CheckConstraint(
            "(standing = 'set aside') = (grade IS NULL)"
            " AND (standing = 'confirmed') = (coalesce(grade, -1) = proposed_grade)",
            name="grade_of_standing",
        ),
        CheckConstraint("standing = 'confirmed' OR reason <> ''", name="reason"),
    )
    append_only: ClassVar[bool] = True

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    table_name: Mapped[str]
    row_id: Mapped[int]
    row_version: Mapped[int]
    item: Mapped[str]
    term: Mapped[str]
    proposed_grade: Mapped[int]
    standing: Mapped[str]
    grade: Mapped[int | None]
    reason: Mapped[str]
    adverse_event_id: Mapped[int | None]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
