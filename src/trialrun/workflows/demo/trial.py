"""The demonstration's trial: thirteen participants in its middle or at its end, by its own actions.

The same seed, screening and day give the same trial, but for passwords. What was put in is
returned beside it, so that an evaluation can be held against it. Refuses a database that holds
something already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trialrun.conduct.actions.candidates import ScreenedPatient
from trialrun.conduct.actions.consent import record_consent_form
from trialrun.conduct.actions.ledger import Receipt, receive_drug
from trialrun.conduct.actions.screenings import TakenIn, take_in_screening
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.creation import create
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Candidate
from trialrun.criteria.wording import Language
from trialrun.screening.result import JudgedPatient, Screening
from trialrun.screening.verdict import Verdict
from trialrun.synthetic.course import Course, CourseModel, courses
from trialrun.workflows.demo import clinic, oversight, safety
from trialrun.workflows.demo.stage import Stage, Step, Story
from trialrun.workflows.demo.team import Team, make_team
from trialrun.workflows.loading import DEFAULT_TIME_ZONE

PARTICIPANTS = 13
FIRST_ENROLMENT = 20
"""The first is enrolled so many days after the screening."""
BETWEEN = 14
"""Days between two enrolments."""
AS_OF = FIRST_ENROLMENT + BETWEEN * (PARTICIPANTS - 1) + 63
"""Days from the screening to the day on which the trial is shown: the last is in week 9."""
AT_THE_END = FIRST_ENROLMENT + BETWEEN * (PARTICIPANTS - 1) + 350
"""Days from the screening to a day on which the last participant has had the visit of week 48."""
TIME_ZONE = ZoneInfo(DEFAULT_TIME_ZONE)
_LEFT = (4, 118, "withdrawal by participant")
_DIED = (1, 190, "death")
"""Who (from 0) is in the trial until which day only, and why."""
_WORDS = {"true": "permits", "false": "refuses", "unknown": "unknown"}


@dataclass(frozen=True)
class DemoTrial:
    """What was made: the people, the numbers of the participants, and the truth by number."""

    team: Team
    as_of: date
    participants: Mapping[str, Course]

    def truth(self) -> dict[str, Any]:
        """Return what was put in, as JSON can hold it: the model, and each participant's course."""
        model = CourseModel()
        return {
            "as_of": self.as_of.isoformat(),
            "model": {**asdict(model), "true_difference": model.true_difference},
            "against_the_protocol": {
                "dose of riluzole halved": _told(safety.DOSE_CHANGED, safety.DOSE_CHANGED_ON),
                "influenza vaccination": _told(safety.VACCINATED, safety.VACCINATED_ON),
            },
            "participants": {
                number: {key: value for key, value in asdict(course).items() if key != "model"}
                for number, course in self.participants.items()
            },
        }


def _told(index: int, day: int) -> dict[str, Any]:
    """Return who it was, by the number of enrolment, and on which day of the trial."""
    return {"participant": f"{index + 1:03}", "day": day}


def make_demo_trial(
    database: Database,
    screening: Screening,
    *,
    seed: int,
    days: int = AS_OF,
    language: Language = "en",
) -> DemoTrial:
    """Make the trial after a screening, as it stands so many days later."""
    create(database)
    started = screening.on - timedelta(days=30)
    as_of = screening.on + timedelta(days=days)
    team = make_team(database, datetime.combine(started, time(8), TIME_ZONE))
    stage = Stage(database, screening.protocol, team, TIME_ZONE, language)
    _prepare(stage, screening, started)
    stories = _stories(stage, screening, seed)
    steps = [step for story in stories for step in _steps(stage, story)]
    end = stage.moment(as_of, 8)
    for step in sorted((step for step in steps if step.at <= end), key=lambda step: step.at):
        step.do()
    numbers = {story.participant(stage).number: story.course for story in stories}
    return DemoTrial(team, as_of, numbers)


def _prepare(stage: Stage, screening: Screening, started: date) -> None:
    """Take the consent form and the first lots into use, and the screening in."""
    record_consent_form(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        stage.moment(started, 9),
        form_version="1.2",
        effective_on=started,
        asks_again=False,
    )
    expires = screening.on + timedelta(days=540)
    receive_drug(
        stage.database,
        stage.actor(Role.PHARMACIST),
        stage.moment(screening.on, 9),
        Receipt(screening.on, clinic.LOT, 600, stage.words("vials"), expires),
        today=screening.on,
    )
    counts = {"patients": screening.patients, "deceased": screening.deceased}
    counts |= {str(verdict): screening.verdicts.get(verdict, 0) for verdict in Verdict}
    patients = [_screened(one) for one in screening.opened]
    protocol = screening.protocol
    taken = TakenIn(screening.on, protocol.name, protocol.version, counts, patients, 0)
    at = stage.moment(screening.on, 10)
    take_in_screening(stage.database, PROGRAM, at, taken, between=_nobody_waits)


def _nobody_waits() -> None:
    """Between two batches of a screening: nobody else writes a demonstration."""


def _screened(one: JudgedPatient) -> ScreenedPatient:
    said = {j.asked.criterion.id: _WORDS[j.permission.value] for j in one.judgements}
    return ScreenedPatient(one.name, one.verdict, said, one.opens_on, one.lapses_on)


def _stories(stage: Stage, screening: Screening, seed: int) -> list[Story]:
    """Return the invented courses of the first who were eligible, in the order of enrolment."""
    eligible = [one for one in screening.opened if one.verdict is Verdict.ELIGIBLE]
    with stage.database.reading() as session:
        ids = {one.patient_id: one.id for one in session.scalars(select(Candidate))}
    first = screening.on + timedelta(days=FIRST_ENROLMENT)
    return [
        Story(
            index=index,
            patient_id=one.name,
            sex=one.record.sex,
            enrolled=first + timedelta(days=BETWEEN * index),
            course=course,
            candidate_id=ids[one.name],
        )
        for index, (one, course) in enumerate(zip(eligible, _courses(stage, seed), strict=False))
    ]


def _courses(stage: Stage, seed: int) -> Iterator[Course]:
    """Yield the courses; who leaves and who dies is laid down, so that there is one of each."""
    last_day = stage.protocol.design.end_of_follow_up_day
    assert last_day is not None
    drawn = courses(
        participants=PARTICIPANTS,
        seed=seed,
        doses=stage.arm.regimen.days,
        last_day=last_day,
        model=CourseModel(leaves_per_year=1e-9, dies_per_year=1e-9),
    )
    ends = {index: (day, why) for index, day, why in (_LEFT, _DIED)}
    for index, course in enumerate(drawn):
        if index in ends:
            day, why = ends[index]
            yield replace(course, last_day=day, why=why)
        else:
            yield course


def _steps(stage: Stage, story: Story) -> Sequence[Step]:
    of = (
        clinic.recruitment,
        safety.treatments,
        clinic.visits,
        clinic.doses,
        safety.events,
        safety.recoveries,
        safety.endings,
        oversight.queries,
        oversight.marks,
        oversight.deviations,
        oversight.signature_and_lock,
    )
    return [step for chapter in of for step in chapter(stage, story)]
