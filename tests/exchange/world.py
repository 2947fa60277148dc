"""A small trial that was conducted by its actions: everything that an export must carry.

001 had every form, doses, medication, events and deviations; 002 was enrolled by a waiver and
withdrew; S3 had consented and failed screening; a fourth candidate never consented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.conduct.clinic import ZONE
from tests.conduct.people import patient, screened, somebody

from trialrun.conduct.actions.adverse_events import (
    follow_up_adverse_event,
    report_adverse_event,
    void_adverse_event,
)
from trialrun.conduct.actions.asking import StatementAnswer, answer_statements
from trialrun.conduct.actions.candidates import Answer, answer_criterion, record_screen_failure
from trialrun.conduct.actions.consent import (
    Signature,
    obtain_consent,
    record_consent_form,
    withdraw_consent,
)
from trialrun.conduct.actions.deviations import (
    DeviationEntry,
    Judgement,
    judge_deviation,
    report_deviation,
    report_to_ethics,
)
from trialrun.conduct.actions.doses import record_dose, void_dose
from trialrun.conduct.actions.enrolment import (
    Enrolment,
    end_participation,
    enrol,
    waive_criterion,
)
from trialrun.conduct.actions.form_entries import (
    EnteredValue,
    Form,
    correct_form_value,
    fill_in_form,
)
from trialrun.conduct.actions.grades import Decision, ProposedGrade, decide_grade
from trialrun.conduct.actions.ledger import Moved, Receipt, move_drug, receive_drug
from trialrun.conduct.actions.medication import Drug, record_medication
from trialrun.conduct.actions.oversight import sign
from trialrun.conduct.actions.queries import answer_query, open_query
from trialrun.conduct.actions.safety_reports import ReportEntry, record_safety_report
from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    record_screening_visit,
    record_visit,
    void_visit,
)
from trialrun.conduct.asked import statements_of_participants
from trialrun.conduct.database import Database
from trialrun.conduct.dosing import Given, Limit, NotGiven, PlannedDose
from trialrun.conduct.event_rules import EventEntry, EventTerm, FollowUpEntry
from trialrun.conduct.periods import Period, Regimen
from trialrun.conduct.reading.visits import forms_of
from trialrun.conduct.roles import Role
from trialrun.conduct.rows import RowRef
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    AdverseEvent,
    Causality,
    Expectedness,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.candidates import Candidate, WithdrawalScope
from trialrun.conduct.tables.deviations import DeviationKind, DeviationStatus
from trialrun.conduct.tables.doses import DoseSite, DoseStatus, LedgerKind
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.visits import Contact, FormValue
from trialrun.criteria.truth import Truth
from trialrun.protocol.file import read_protocol
from trialrun.protocol.forms import Form as ProtocolForm
from trialrun.protocol.forms import Item, ItemType

PROTOCOL = read_protocol("ld-il2-immune-als")
FIRST = date(2022, 1, 17)
LAST = datetime(2023, 2, 1, 1, tzinfo=UTC)
"""The moment of every export in tests."""
LIMIT = Limit(Decimal(10_000_000), "[iU]")
FEVER = EventTerm("Fever", "General disorders and administration site conditions")
SEPSIS = EventTerm("Sepsis", "Infections and infestations")
TERMS = frozenset({FEVER, SEPSIS})
HOSPITAL_IDS = ("H-7001", "H-7002", "H-7003", "H-7004")
LONG_STORY = "Chills the evening after the injection, 39.1 °C; blood drawn; antibiotics. " * 6
SCRIPT = "=HYPERLINK(1) <script>alert(1)</script> 头晕"


def day(number: int) -> date:
    """The day of the trial; 0 is that of enrolment."""
    return FIRST + timedelta(days=number)


def noon(number: int) -> datetime:
    """Noon at the hospital on a day of the trial."""
    return datetime.combine(day(number), datetime.min.time(), ZONE) + timedelta(hours=12)


def conducted(database: Database) -> None:
    """Conduct the trial."""
    Conducted(database).all()


class Conducted:
    """The trial in the making."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.investigator = somebody(database)
        self.data_manager = somebody(database, Role.DATA_MANAGER)
        self.monitor = somebody(database, Role.MONITOR)
        self.pharmacist = somebody(database, Role.PHARMACIST)

    def all(self) -> None:
        screened(self.database, *(patient(name) for name in HOSPITAL_IDS), on=day(-14))
        form = record_consent_form(
            self.database,
            self.investigator,
            noon(-13),
            form_version="1.0",
            effective_on=date(2021, 12, 1),
            asks_again=False,
        )
        for candidate_id in (1, 2, 3):
            self._consent(candidate_id, form.id)
        self._answer()
        first, second = self._enrol()
        self._fail()
        self._ledger(first)
        self._visits(first)
        self._visit_in_error(first)
        self._doses(first)
        self._medication(first)
        self._events(first)
        self._deviations(first)
        self._oversee(first)
        self._leave(second)

    def _version(self, candidate_id: int) -> int:
        with self.database.reading() as session:
            return session.get_one(Candidate, candidate_id).version

    def _consent(self, candidate_id: int, form_id: int) -> None:
        obtain_consent(
            self.database,
            self.investigator,
            noon(-7),
            candidate_id,
            Signature(form_id, noon(-7), day(-7), "Dr Fan"),
            version=self._version(candidate_id),
        )

    def _answer(self) -> None:
        statement = "response to glucocorticoids or immunoglobulin was poor"
        answer_criterion(
            self.database,
            self.investigator,
            noon(-6),
            1,
            Answer("I4", statement, True, day(-6), "no gain after two courses"),
            today=day(-6),
            statements={"I4": [statement]},
            investigators=(),
            judge=lambda _session, candidate: patient(candidate.patient_id),
        )

    def _enrol(self) -> tuple[Participant, Participant]:
        waive_criterion(
            self.database,
            self.investigator,
            noon(-1),
            2,
            criterion="E4",
            reason="platelets clumped",
            known=frozenset({"E4"}),
        )
        record_screening_visit(
            self.database,
            self.investigator,
            noon(-3),
            1,
            Held(day(-3), Contact.VISIT),
            zone=ZONE,
            plan=VisitPlan("V0", (day(-7), day(0))),
        )
        permits = [{"I1": Truth.TRUE}, {"I1": Truth.TRUE, "E4": Truth.UNKNOWN}]
        one, two = (
            enrol(
                self.database,
                self.investigator,
                noon(0),
                candidate_id,
                Enrolment("IL-2", noon(0) - timedelta(hours=3), FIRST, permissions),
                version=self._version(candidate_id),
            )
            for candidate_id, permissions in zip((1, 2), permits, strict=True)
        )
        return one, two

    def _fail(self) -> None:
        record_screen_failure(
            self.database,
            self.investigator,
            noon(-2),
            3,
            version=self._version(3),
            failed_on=day(-2),
            criteria=["E4", "I3"],
            reason="white blood cells too low",
            today=day(-2),
        )

    def _ledger(self, one: Participant) -> None:
        receipt = Receipt(day(-5), "L1", 50, "vial", day(700))
        receive_drug(self.database, self.pharmacist, noon(-5), receipt, today=day(-5))
        for kind, on, amount in ((LedgerKind.DISPENSED, 0, 7), (LedgerKind.RETURNED, 28, 2)):
            moved = Moved(kind, day(on), "L1", amount, one.id)
            move_drug(self.database, self.pharmacist, noon(on), moved, today=day(on))

    def _visits(self, one: Participant) -> None:
        for visit_id, on in (("V1", 0), ("V4", 85), ("V7", 168)):
            planned = next(v for v in PROTOCOL.design.visits if v.id == visit_id)
            window = (day(planned.day - planned.before), day(planned.day + planned.after))
            visit = record_visit(
                self.database,
                self.investigator,
                noon(on),
                one.id,
                Held(day(on), Contact.VISIT),
                zone=ZONE,
                plan=VisitPlan(visit_id, window),
            )
            for form in _forms_at(visit_id):
                self._fill_in(visit.id, form, noon(on), worse=on // 40)
        record_visit(
            self.database,
            self.investigator,
            noon(70),
            one.id,
            Missed("travelling"),
            zone=ZONE,
            plan=VisitPlan("V3", (day(53), day(59))),
        )
        for on in (40, 41):
            record_visit(
                self.database,
                self.investigator,
                noon(on),
                one.id,
                Held(day(on), Contact.PHONE, note="dizzy"),
                zone=ZONE,
            )

    def _visit_in_error(self, one: Participant) -> None:
        visit = record_visit(
            self.database,
            self.investigator,
            noon(90),
            one.id,
            Held(day(90), Contact.VISIT),
            zone=ZONE,
        )
        form = next(form for form in PROTOCOL.forms if form.id == "pregnancy-test")
        self._fill_in(visit.id, form, noon(90), worse=0)
        asked = statements_of_participants(PROTOCOL)[:1]
        answer_statements(
            self.database,
            self.investigator,
            noon(90),
            visit.id,
            {one.name: StatementAnswer(one.statement, one.permits) for one in asked},
            asked=asked,
        )
        void_visit(
            self.database,
            self.investigator,
            noon(91),
            visit.id,
            version=visit.version,
            reason="another participant came",
        )

    def _fill_in(self, visit_id: int, form: ProtocolForm, at: datetime, worse: int) -> None:
        fill_in_form(
            self.database,
            self.investigator,
            at,
            visit_id,
            Form(form.id, PROTOCOL.version, [item.id for item in form.items]),
            {item.id: _value(item, worse) for item in form.items},
        )

    def _doses(self, one: Participant) -> None:
        plans = [
            PlannedDose(day(number), 1, index + 1, Decimal(1_000_000))
            for index, number in enumerate(PROTOCOL.design.arms[0].regimen.days[:7])
        ]
        for index, plan in enumerate(plans):
            given = Given(
                noon((plan.on - FIRST).days),
                Decimal(500_000 if index == 5 else 1_000_000),
                "[iU]",
                DoseSite.ABDOMEN_LEFT if index % 2 else DoseSite.UPPER_ARM_RIGHT,
                "L1",
                "half after fever" if index == 5 else "",
            )
            missed = NotGiven(DoseStatus.HELD, "fever of grade 2")
            what = missed if index == 3 else given
            self._dose(one, what, plan, noon(20))
        extra = Given(noon(15), Decimal(1_000_000), "[iU]", DoseSite.THIGH_LEFT, "L1", "makes up")
        wrong = self._dose(one, extra, None, noon(20))
        void_dose(
            self.database,
            self.investigator,
            noon(21),
            wrong,
            version=1,
            reason="entered for the wrong participant",
        )

    def _dose(
        self, one: Participant, what: Given | NotGiven, plan: PlannedDose | None, at: datetime
    ) -> int:
        return record_dose(
            self.database,
            self.investigator,
            at,
            one.id,
            what,
            zone=ZONE,
            limit=LIMIT,
            plan=plan,
        ).id

    def _medication(self, one: Participant) -> None:
        taken = (
            (
                Drug("riluzole", "N07XX02", "ATC", "ALS", "oral"),
                Period("2021-05", Regimen(Decimal(50), "mg", Decimal(2))),
            ),
            (
                Drug("vitamin B12", indication="", route="intramuscular"),
                Period(
                    "unknown", Regimen(Decimal("0.5"), "mg", Decimal("0.143")), "2022-04", False
                ),
            ),
        )
        for drug, period in taken:
            record_medication(
                self.database, self.investigator, noon(1), one.id, drug, period, today=day(200)
            )

    def _events(self, one: Participant) -> None:
        fever = self._report(one, FEVER, SCRIPT, "2022-01-23", ended="2022-01-25", aware_at=noon(6))
        follow_up_adverse_event(
            self.database,
            self.investigator,
            noon(201),
            fever.id,
            FollowUpEntry("2022-01-24", 2, Outcome.RECOVERED, noon(8)),
            version=fever.version,
        )
        sepsis = self._report(
            one,
            SEPSIS,
            "sepsis",
            "2022-07",
            grade=4,
            criteria=frozenset(
                {SeriousnessCriterion.HOSPITALISATION, SeriousnessCriterion.LIFE_THREATENING}
            ),
            outcome=Outcome.RECOVERING,
            narrative=LONG_STORY.strip(),
            treatment="ceftriaxone",
        )
        record_safety_report(
            self.database,
            self.investigator,
            noon(200),
            sepsis.id,
            ReportEntry("sponsor", 0, noon(200) - timedelta(hours=2), "fax", "F-17"),
            recipients={"sponsor"},
        )
        wrong = self._report(one, FEVER, "not his", "2022-02")
        void_adverse_event(
            self.database,
            self.investigator,
            noon(200),
            wrong.id,
            version=wrong.version,
            reason="another participant's",
        )

    def _report(
        self, one: Participant, term: EventTerm, said: str, onset: str, **other: object
    ) -> AdverseEvent:
        told: dict[str, object] = {
            "reported_term": said,
            "term": term,
            "onset": onset,
            "grade": 1,
            "criteria": frozenset(),
            "aware_at": noon(199),
            "causality": Causality.POSSIBLE,
            "expectedness": Expectedness.EXPECTED,
            "action_taken": ActionTaken.NOT_CHANGED,
            "outcome": Outcome.RECOVERED if "ended" in other else Outcome.NOT_RECOVERED,
        }
        entry = EventEntry(**{**told, **other})  # type: ignore[arg-type]
        return report_adverse_event(
            self.database, self.investigator, noon(200), one.id, entry, terms=TERMS
        )

    def _deviations(self, one: Participant) -> None:
        entries = (
            DeviationEntry(DeviationKind.MISSED_VISIT, "V3", "visit V3 was missed", "2022-03"),
            DeviationEntry(DeviationKind.OTHER, "", "wrong tube", "2022-01-20"),
        )
        ids = [
            report_deviation(
                self.database, self.investigator, noon(201), one.id, entry, today=day(201)
            )
            for entry in entries
        ]
        judged = judge_deviation(
            self.database,
            self.investigator,
            noon(201),
            ids[0].id,
            Judgement(DeviationStatus.CONFIRMED, True, "the next visit was called for"),
            version=1,
            reason="may hide a change of function",
        )
        report_to_ethics(
            self.database,
            self.investigator,
            noon(202),
            judged.id,
            day(202),
            version=judged.version,
            today=day(202),
        )
        judge_deviation(
            self.database,
            self.investigator,
            noon(202),
            ids[1].id,
            Judgement(DeviationStatus.DISMISSED, None, ""),
            version=1,
            reason="the right tube after all",
        )

    def _oversee(self, one: Participant) -> None:
        value = self._value_of("wbc")
        query = open_query(
            self.database,
            self.monitor,
            noon(202),
            RowRef("form_value", value.id),
            "wbc",
            "please check the source",
        )
        answer_query(
            self.database, self.investigator, noon(203), query.id, "checked", version=query.version
        )
        corrected = correct_form_value(
            self.database,
            self.data_manager,
            noon(203),
            value.id,
            EnteredValue("1.95", Decimal("1.95"), "10*9/L", Decimal("3.5"), Decimal("9.5")),
            version=value.version,
            reason="misread from the sheet",
        )
        proposed = ProposedGrade(
            RowRef("form_value", value.id),
            corrected.version,
            "wbc",
            "White blood cell decreased",
            2,
        )
        decide_grade(self.database, self.investigator, noon(204), proposed, Decision(2))
        other = self._value_of("ast")
        place = RowRef("form_value", other.id)
        aside = ProposedGrade(place, other.version, "ast", "AST increased", 1)
        set_aside = Decision(None, "haemolysed")
        decide_grade(self.database, self.investigator, noon(204), aside, set_aside)
        with self.database.reading() as session:
            seen = content_to_sign(session, one.id)
        sign(
            self.database,
            self.investigator,
            noon(205),
            one.id,
            meaning="I have reviewed these data",
            seen=seen,
            signs_in_again=lambda: True,
        )

    def _value_of(self, item: str) -> FormValue:
        with self.database.reading() as session:
            for visit_id in range(1, 9):
                for form in forms_of(session, visit_id):
                    if item in form.values:
                        return form.values[item]
        raise LookupError(item)

    def _leave(self, two: Participant) -> None:
        withdraw_consent(
            self.database,
            self.investigator,
            noon(30),
            2,
            withdrawn_at=noon(30),
            scope=WithdrawalScope.FOLLOW_UP,
            reason="too far to travel",
        )
        with self.database.reading() as session:
            version = session.get_one(Participant, two.id).version
        end_participation(
            self.database,
            self.investigator,
            noon(30),
            two.id,
            version=version,
            ended_on=day(30),
            why=EndOfParticipation.PARTICIPANT,
            note="too far to travel",
            today=day(30),
        )


def _forms_at(visit_id: str) -> Iterator[ProtocolForm]:
    for assessment in PROTOCOL.design.assessments_at(visit_id):
        yield from PROTOCOL.forms_of(assessment.id)


def _value(item: Item, worse: int) -> EnteredValue:
    """Return a value of an item: some not done, some below detection, one out of range."""
    if item.id == "tnf-alpha":
        return EnteredValue(None, reason="tube broke")
    if item.id == "il-6":
        return EnteredValue("<1.5", None, "pg/mL")
    if item.id == "platelets":
        return EnteredValue("12", Decimal(12), "10*9/L", out_of_range=True, reason="clumped")
    if item.type.is_numeric:
        number = _number(item, worse)
        limits = (Decimal(1), Decimal(100)) if item.limits_of_normal else (None, None)
        return EnteredValue(str(number), number, item.unit or None, *limits)
    if item.type is ItemType.CHOICE:
        return EnteredValue(item.choices[0].code)
    return EnteredValue("2022-01-17" if item.type is ItemType.DATE else SCRIPT)


def _number(item: Item, worse: int) -> Decimal:
    bounds = item.plausible or item.range
    assert bounds is not None
    low, high = bounds.low or Decimal(0), bounds.high or Decimal(100)
    return max(low, high - worse) if item.range == bounds else (low + high) / 2
