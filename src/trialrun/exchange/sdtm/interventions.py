"""EX, EC, CM and DA: the drug of the trial, what else was taken, and what was handed out.

EC holds every dose as it was planned and recorded, EX those that were given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from trialrun.exchange.sdtm.course import Course, as_written
from trialrun.exchange.sdtm.domains import Record, Row, Supplement
from trialrun.exchange.sdtm.terms import FREQUENCY, INJECTED, MOVEMENT, SITE, unit
from trialrun.records.trial_rows import DoseRecord, LedgerRecord, MedicationPeriod

GIVEN = "given"


def exposures(course: Course) -> Iterator[Record]:
    """Yield the doses that were given, each with the reason why it was not as planned."""
    for dose in course.subject.doses:
        if dose.status == GIVEN:
            yield Record(_dose(course, "EX", dose) | {"EXDOSE": dose.amount})


def exposures_as_collected(course: Course) -> Iterator[Record]:
    """Yield every dose: planned or not, given or not and why."""
    for dose in course.subject.doses:
        given = dose.status == GIVEN
        planned = dose.planned_on is not None
        yield Record(
            _dose(course, "EC", dose)
            | {
                "ECPRESP": "Y" if planned else None,
                "ECOCCUR": ("Y" if given else "N") if planned else None,
                "ECREASOC": None if given else dose.reason,
                "ECDOSE": dose.amount if given else None,
            },
            tuple(_plan(dose)),
        )


def _dose(course: Course, domain: str, dose: DoseRecord) -> Row:
    regimen = course.arm.regimen if course.arm else None
    route = str(regimen.route) if regimen else None
    place, side = SITE[dose.site] if dose.site else (None, None)
    day = dose.given_on or dose.planned_on
    at = course.moment(dose.given_at) or (str(day) if day else None)
    given = dose.status == GIVEN
    values: Row = {
        "SPID": dose.ref,
        "TRT": regimen.drug.upper() if regimen else "STUDY DRUG",
        "DOSU": unit(dose.unit),
        "DOSFRM": "INJECTION" if route in INJECTED else None,
        "DOSFRQ": "ONCE",
        "ROUTE": route.upper() if route else None,
        "LOT": dose.lot,
        "LOC": place,
        "LAT": side,
        "ADJ": (dose.reason or None) if given else None,
        "STDTC": at,
        "ENDTC": at,
        "STDY": course.study_day(day),
        "ENDY": course.study_day(day),
    }
    named: Row = {domain + name: value for name, value in values.items()}
    return course.identified(domain) | named | {"EPOCH": course.epoch(day)}


def _plan(dose: DoseRecord) -> Iterator[Supplement]:
    yield Supplement("ECSTATUS", "Status of Dose", dose.status.upper())
    if dose.planned_on is not None:
        yield Supplement("ECPLDTC", "Planned Date", str(dose.planned_on))
        yield Supplement("ECPLDOSE", "Planned Dose", str(dose.planned_amount))
        yield Supplement("ECCOURSE", "Course of Treatment", str(dose.course))
        yield Supplement("ECDOSENO", "Number of Dose within Course", str(dose.number))


def medications(course: Course, taken_on: date) -> Iterator[Record]:
    """Yield each dose of each concomitant drug; a drug without a dose is a row, too."""
    for drug in course.subject.medication:
        shared = course.identified("CM") | {
            "CMGRPID": drug.ref,
            "CMSPID": drug.ref,
            "CMTRT": drug.name,
            "CMCAT": "VACCINATION" if drug.is_vaccination else "CONCOMITANT MEDICATION",
            "CMINDC": drug.indication or None,
            "CMROUTE": drug.route.upper() or None,
        }
        coded = (
            (
                Supplement("CMCODE", "Code of Medication", drug.code),
                Supplement("CMCODSYS", "System of Code of Medication", drug.system),
            )
            if drug.code and drug.system
            else ()
        )
        for period in drug.periods:
            yield Record(
                shared | _period(course, period, taken_on), (*coded, *_frequency(period.per_day))
            )
        if not drug.periods:
            yield Record(shared, coded)


def _period(course: Course, period: MedicationPeriod, taken_on: date) -> Row:
    started, stopped = period.started, period.stopped
    return {
        "CMSPID": period.ref,
        "CMDOSE": period.amount,
        "CMDOSU": unit(period.unit),
        "CMDOSFRQ": FREQUENCY.get(_plain(period.per_day)),
        "EPOCH": course.epoch(started.span),
        "CMSTDTC": as_written(started),
        "CMENDTC": as_written(stopped),
        "CMSTDY": course.study_day(started.day),
        "CMENDY": course.study_day(stopped.day if stopped else None),
        "CMENRTPT": "ONGOING" if period.ongoing else None,
        "CMENTPT": str(taken_on) if period.ongoing else None,
    }


def _frequency(per_day: Decimal | None) -> tuple[Supplement, ...]:
    if per_day is None or _plain(per_day) in FREQUENCY:
        return ()
    return (Supplement("CMPERDAY", "Administrations per Day", _plain(per_day)),)


def _plain(number: Decimal | None) -> str:
    return "" if number is None else format(number.normalize(), "f")


def accountability(course: Course, ledger: Sequence[LedgerRecord]) -> Iterator[Record]:
    """Yield what was handed out to a subject, returned and lost."""
    for moved in ledger:
        if moved.subject != course.subject.number:
            continue
        code, name = MOVEMENT[moved.kind]
        reason = (Supplement("DAREAS", "Reason", moved.reason),) if moved.reason else ()
        yield Record(
            course.identified("DA")
            | {
                "DAREFID": moved.lot,
                "DASPID": moved.ref,
                "DATESTCD": code,
                "DATEST": name,
                "DAORRES": str(moved.amount),
                "DAORRESU": moved.unit.upper(),
                "DASTRESC": str(moved.amount),
                "DASTRESN": moved.amount,
                "DASTRESU": moved.unit.upper(),
                "EPOCH": course.epoch(moved.day),
                "DADTC": str(moved.day),
                "DADY": course.study_day(moved.day),
            },
            reason,
        )
