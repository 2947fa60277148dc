"""Two hundred participants in the middle of a trial, written by acts: what the pages are timed on.

Each has 15 visits, with all 17 laboratory values that CTCAE grades, doses up to today, and adverse
events. The same seed and day give the same trial. Whole participants are one act each, so that the
trail is short of the events that single acts would have left, but whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trialrun.conduct.actions.candidates import ScreenedPatient
from trialrun.conduct.actions.screenings import TakenIn, take_in_screening
from trialrun.conduct.actions.signing_in import actor_of
from trialrun.conduct.acts import PROGRAM, Act, Actor, act
from trialrun.conduct.creation import create
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.sessions import open_session
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    AdverseEvent,
    Causality,
    Expectedness,
    Outcome,
)
from trialrun.conduct.tables.candidates import Candidate, CandidateStatus, Consent, ConsentForm
from trialrun.conduct.tables.deviations import Deviation, DeviationKind, DeviationOrigin
from trialrun.conduct.tables.doses import Dose, DoseSite, DoseStatus
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.queries import Query, QueryMessage, QueryStep
from trialrun.conduct.tables.visits import Contact, FormEntry, FormValue, Visit
from trialrun.protocol.forms import Form, Item
from trialrun.protocol.model import TrialProtocol
from trialrun.screening.verdict import Verdict
from trialrun.synthetic.form_values import LEVELS
from trialrun.workflows.loading import DEFAULT_TIME_ZONE

VISITS = 15
ZONE = ZoneInfo(DEFAULT_TIME_ZONE)
_WEIGHT = (66.0, 6.0)
_OUT_OF_TEN = 4.0
"""By how many spreads a value is drawn off its mean, one time in ten: mostly beyond its limit."""


def screened(trial: TrialProtocol, names: Sequence[str]) -> Iterator[ScreenedPatient]:
    """Yield patients of whom a screening left most undetermined."""
    draw = Random(1)
    for name in names:
        verdict = draw.choice((Verdict.ELIGIBLE, *[Verdict.UNDETERMINED] * 4))
        words = ["permits"] if verdict is Verdict.ELIGIBLE else ["permits", "permits", "unknown"]
        said = {one.id: draw.choice(words) for one in trial.screening_criteria}
        yield ScreenedPatient(name, verdict, said)


def make_candidates(
    database: Database, trial: TrialProtocol, names: Sequence[str], now: datetime
) -> None:
    """Make the trial's database, with a candidate for each patient of the hospital."""
    create(database)
    patients = list(screened(trial, names))
    verdicts = Counter(str(one.verdict) for one in patients)
    counts = {"patients": len(patients), "deceased": 0}
    counts |= {str(verdict): verdicts[verdict] for verdict in Verdict}
    taken = TakenIn(now.date(), trial.name, trial.version, counts, patients, 0)
    take_in_screening(database, PROGRAM, now, taken, between=lambda: None)


def make_people(
    database: Database, roles: Mapping[str, Role], now: datetime
) -> dict[str, tuple[int, str]]:
    """Make accounts by name, and let them in; return the id and the open session of each."""
    people = {}
    for name, role in roles.items():
        row = Account(name=name, full_name="x", role=role, password_hash=None)
        with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=now) as doing:
            account = doing.add(row)
        with act(database, Verb.SIGN_IN, actor_of(account), at=now):
            pass
        people[name] = (account.id, open_session(database, account.id, now))
    return people


def run_to_the_middle(
    database: Database, trial: TrialProtocol, investigator: int, *, count: int, today: date
) -> None:
    """Enrol the first `count` candidates, and let their trial go on until `today`.

    `investigator` is the account of whoever does it all.
    """
    actor = Actor("user0", investigator, Role.INVESTIGATOR)
    first = today - timedelta(days=500)
    with act(database, Verb.RECORD_CONSENT_FORM, actor, at=_at(first)) as doing:
        form = doing.add(ConsentForm(form_version="1", effective_on=first, asks_again=False))
    with database.reading() as session:
        candidates = session.scalars(select(Candidate).order_by(Candidate.id).limit(count)).all()
    draw = Random(2)
    for number, candidate in enumerate(candidates, 1):
        enrolled = today - timedelta(days=draw.randint(60, 400))
        with act(database, Verb.ENROL, actor, at=_at(enrolled), candidate_id=candidate.id) as doing:
            participant = _enrolled(doing, trial, candidate, form.id, (number, enrolled))
            _visits(doing, trial, participant, today, draw)
            doing.add_all(list(_doses(trial, participant, today)))
            doing.add_all([_event(participant, enrolled, draw) for _ in range(3)])
            doing.add_all([_deviation(participant, enrolled, draw) for _ in range(3)])
            _medicines(doing, participant)
            _asks(doing, participant)


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def _enrolled(
    doing: Act, trial: TrialProtocol, candidate: Candidate, form: int, who: tuple[int, date]
) -> Participant:
    number, enrolled = who
    signed = _at(enrolled - timedelta(days=6))
    account = doing.event.account_id
    assert account is not None
    consent = doing.add(
        Consent(
            candidate_id=candidate.id,
            form_id=form,
            signed_at=signed,
            obtained_by="Dr Lin",
            account_id=account,
        )
    )
    doing.change(candidate, status=CandidateStatus.ENROLLED)
    return doing.add(
        Participant(
            number=f"{number:03}",
            candidate_id=candidate.id,
            consent_id=consent.id,
            consented_at=signed,
            enrolled_at=_at(enrolled),
            enrolled_on=enrolled,
            arm=trial.design.arms[0].id,
            first_dose_on=enrolled + timedelta(days=1),
        )
    )


def _visits(
    doing: Act, trial: TrialProtocol, participant: Participant, today: date, draw: Random
) -> None:
    """Write the planned visits that are due, and unscheduled ones until there are 15."""
    enrolled = participant.enrolled_on
    days: list[tuple[str | None, date]] = [
        (visit.id, enrolled + timedelta(days=visit.day))
        for visit in trial.design.visits[1:]
        if enrolled + timedelta(days=visit.day) < today
    ]
    extra = range(VISITS - len(days))
    days += [(None, enrolled + timedelta(days=3 + 4 * number)) for number in extra]
    visits = [
        Visit(
            candidate_id=participant.candidate_id,
            participant_id=participant.id,
            enrolled_on=enrolled,
            planned=name,
            window_from=day if name else None,
            window_to=day if name else None,
            day=day,
            contact=Contact.VISIT,
        )
        for name, day in days
    ]
    ids = doing.add_all(visits)
    forms = {form.id: graded for form in trial.forms if (graded := _graded(form))}
    for form in trial.forms:
        if form.id not in forms:
            continue
        asked = [item.id for item in form.items]
        entries = doing.add_all(
            [
                FormEntry(visit_id=visit, form=form.id, protocol_version=trial.version, items=asked)
                for visit in ids
            ]
        )
        values = (_value(entry, item, draw) for entry in entries for item in forms[form.id])
        doing.add_all(list(values))


def _graded(form: Form) -> list[Item]:
    """Return the items that CTCAE may grade: numbers that are of a value set."""
    return [item for item in form.items if item.measures and item.type.is_numeric]


def _value(entry: int, item: Item, draw: Random) -> FormValue:
    known = LEVELS.get(item.id)
    mean, spread = (known.mean, known.spread) if known else _WEIGHT
    off = _OUT_OF_TEN if draw.random() < 0.1 else 1.0
    number = max(0.01, draw.gauss(mean, spread * off))
    typed = f"{number:.{known.decimals if known else 1}f}"
    return FormValue(
        entry_id=entry,
        item=item.id,
        typed=typed,
        number=Decimal(typed),
        unit=item.unit or None,
        normal_low=Decimal(known.low) if known else None,
        normal_high=Decimal(known.high) if known else None,
    )


def _doses(trial: TrialProtocol, participant: Participant, today: date) -> Iterator[Dose]:
    regimen = trial.design.arms[0].regimen
    assert regimen is not None
    assert participant.first_dose_on is not None
    for place, number in enumerate(regimen.days):
        day = participant.first_dose_on + timedelta(days=number)
        if day < today:
            course, injection = divmod(place, regimen.injections)
            yield Dose(
                participant_id=participant.id,
                enrolled_at=participant.enrolled_at,
                unit=regimen.unit,
                status=DoseStatus.GIVEN,
                planned_on=day,
                course=course + 1,
                number=injection + 1,
                planned_amount=regimen.dose,
                given_at=_at(day, 17),
                given_on=day,
                amount=regimen.dose,
                site=DoseSite.ABDOMEN_LEFT,
                lot="L1",
            )


def _event(participant: Participant, enrolled: date, draw: Random) -> AdverseEvent:
    onset = enrolled + timedelta(days=draw.randint(1, 50))
    serious = draw.random() < 0.1
    return AdverseEvent(
        participant_id=participant.id,
        reported_term="felt hot",
        term="Fever",
        soc="General disorders and administration site conditions",
        onset=onset.isoformat(),
        onset_lo=onset,
        onset_hi=onset,
        ended=None,
        ended_lo=None,
        ended_hi=None,
        first_grade=2,
        grade=2,
        death=False,
        life_threatening=False,
        hospitalisation=serious,
        disability=False,
        congenital_anomaly=False,
        medically_important=False,
        serious=serious,
        aware_at=_at(onset),
        serious_aware_at=_at(onset) if serious else None,
        causality=Causality.POSSIBLE,
        expectedness=Expectedness.EXPECTED,
        action_taken=ActionTaken.NOT_CHANGED,
        outcome=Outcome.NOT_RECOVERED,
        treatment="",
        narrative="",
    )


def _deviation(participant: Participant, enrolled: date, draw: Random) -> Deviation:
    day = enrolled + timedelta(days=draw.randint(1, 50))
    return Deviation(
        participant_id=participant.id,
        origin=DeviationOrigin.PERSON,
        kind=DeviationKind.VISIT_WINDOW,
        concerns="V2",
        description="the visit was late",
        occurred=day.isoformat(),
        occurred_lo=day,
        occurred_hi=day,
    )


def _medicines(doing: Act, participant: Participant) -> None:
    names = ("riluzole", "edaravone")
    ids = doing.add_all([Medication(participant_id=participant.id, name=name) for name in names])
    doing.add_all(
        [
            MedicationPeriod(
                medication_id=medication,
                started="2020-01-01",
                start_lo=date(2020, 1, 1),
                start_hi=date(2020, 1, 1),
                stopped=None,
                stop_lo=date.max,
                stop_hi=date.max,
                ongoing=True,
            )
            for medication in ids
        ]
    )


def _asks(doing: Act, participant: Participant) -> None:
    account = doing.event.account_id
    assert account is not None
    query = doing.add(
        Query(
            participant_id=participant.id,
            table_name="participant",
            row_id=participant.id,
            item="enrolled_on",
        )
    )
    doing.add(
        QueryMessage(
            query_id=query.id,
            step=QueryStep.OPENED,
            words="is the day right?",
            account_id=account,
            written_at=doing.event.at,
        )
    )
