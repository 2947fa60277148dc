"""The subjects of SDTM: DM with SUPPDM, and how far they came, by DS.

SDTM Implementation Guide 3.4, sections 5.2 and 6.2. Day 0 is that of RFSTDTC; of whoever has none,
that of enrolment or randomisation in DS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trialrun.exchange.cdisc.cells import Row
from trialrun.exchange.cdisc.counting import Days, Tally
from trialrun.exchange.cdisc.folder import Datasets
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.exchange.cdisc.names import Names
from trialrun.exchange.cdisc.people import (
    NEITHER,
    UNDATED_DEATH,
    actual,
    age,
    count_undated_dose,
    died,
    failed,
    one_each,
    sex,
)
from trialrun.exchange.sdtm.terms import END_OF_PARTICIPATION
from trialrun.records.analysis_data import Standing, TrialSubject

PLANNED, _GIVEN = ("ARMCD", "ARM"), ("ACTARMCD", "ACTARM")
_ENTERED = frozenset({"RANDOMIZED", "ENROLLED", "ENTERED INTO TRIAL"})
_FLAGS = {
    "SAFETY": "SAFFL",
    "ITT": "ITTFL",
    "EFFICACY": "EFFFL",
    "FULLSET": "FASFL",
    "PPROT": "PPROTFL",
}
"""Qualifiers of SUPPDM that name analysis sets (Appendix C), and the flags of ADaM."""
_WHY = {theirs: ours for ours, theirs in END_OF_PARTICIPATION.items()}


@dataclass(frozen=True)
class _Held:
    """What other datasets than DM hold, by subject."""

    dispositions: Mapping[str, Sequence[Row]]
    flags: Mapping[str, Mapping[str, bool]]
    last_visits: Mapping[str, date]


def subjects_of_sdtm(
    dm: Dataset, datasets: Datasets, names: Names, tally: Tally
) -> tuple[TrialSubject, ...]:
    """Return the subjects; who has no arm of the protocol was not enrolled.

    Raises:
        UsageError: the protocol does not have an arm of the data.
    """
    rows = one_each(dm, tally)
    unknown = [
        row.text("ARM", "ARMCD") for row in rows if names.is_unknown_arm(*_said(row, PLANNED))
    ]
    names.refuse_unknown_arms(str(dm.path), unknown)
    held = _Held(
        _by_subject(datasets.get("DS")),
        _flags(datasets.get("SUPPDM"), tally),
        _visits(datasets.get("SV")),
    )
    return tuple(_subject(row, held, names, tally) for row in rows)


def _said(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row.text(column) for column in columns)


def _by_subject(dataset: Dataset | None) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in dataset.rows() if dataset else ():
        found[row.text("USUBJID")].append(row)
    return found


def _flags(dataset: Dataset | None, tally: Tally) -> Mapping[str, Mapping[str, bool]]:
    """Return the flags by subject, each by its own name and by that of ADaM."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in dataset.rows() if dataset else ():
        name, said = row.text("QNAM").upper(), row.yes_or_no("QVAL")
        if said is not None:
            found[row.text("USUBJID")] |= dict.fromkeys((name, _FLAGS.get(name, name)), said)
        elif name in _FLAGS:
            tally.add(f"{name} of SUPPDM", NEITHER)
    return found


def _visits(dataset: Dataset | None) -> Mapping[str, date]:
    """Return the day of each subject's last visit."""
    found: dict[str, date] = {}
    for row in dataset.rows() if dataset else ():
        day = row.day("SVENDTC", "SVSTDTC")
        if day is not None:
            found[row.text("USUBJID")] = max(day, found.get(row.text("USUBJID"), day))
    return found


def _subject(row: Row, held: _Held, names: Names, tally: Tally) -> TrialSubject:
    id_ = row.text("USUBJID")
    steps = held.dispositions.get(id_, ())
    arm = names.arm(*_said(row, PLANNED))
    ended = _end(steps)
    if arm is None:
        return _not_enrolled(row, ended)
    # Before SDTM had RFXSTDTC, RFSTDTC was the first dose.
    first_dose = "RFXSTDTC" if "RFXSTDTC" in row.cells else "RFSTDTC"
    count_undated_dose(row, first_dose, tally)
    first, reference = row.day(first_dose), row.day("RFSTDTC") or _entered(steps)
    days = Days({id_: reference}, tally)
    last_seen = ended.day("DSSTDTC") if ended else held.last_visits.get(id_)
    return TrialSubject(
        id=id_,
        standing=_standing(ended),
        arm=arm,
        treated_as=names.arm(*_said(row, actual(row, _GIVEN, PLANNED))) if first else None,
        reference_date=reference,
        enrolled=True,
        first_dose_day=days.after(id_, first),
        last_dose_day=days.after(id_, row.day("RFXENDTC")),
        last_day=days.after(id_, last_seen or row.day("RFPENDTC", "RFENDTC")),
        death_day=_death_day(row, days, tally),
        discontinued_because=_because(ended),
        age=age(row, tally),
        sex=sex(row),
        site=row.text("SITEID") or None,
        characteristics={n: row.text(n) for n in ("RACE", "ETHNIC", "COUNTRY") if row.text(n)},
        flags=held.flags.get(id_, {}),
        rows=(row.ref(),),
    )


def _entered(steps: Iterable[Row]) -> date | None:
    entered = (row.day("DSSTDTC") for row in steps if row.text("DSDECOD").upper() in _ENTERED)
    return next(entered, None)


def _end(steps: Iterable[Row]) -> Row | None:
    """Return the last disposition of all."""
    ends = list(_dispositions(steps))
    return ends[-1] if ends else None


def _dispositions(steps: Iterable[Row]) -> Iterator[Row]:
    for row in steps:
        if row.text("DSCAT").upper() in ("", "DISPOSITION EVENT"):
            yield row


def _not_enrolled(row: Row, ended: Row | None) -> TrialSubject:
    names = " ".join(row.text(n) for n in (*PLANNED, "ARMNRS")).upper()
    has_failed = ended is not None or "SCREEN FAILURE" in names or "SCRNFAIL" in names
    said = ended.text("DSTERM") if ended else ""
    why = "" if said.upper() == "SCREEN FAILURE" else said
    return failed(row, Standing.SCREEN_FAILURE if has_failed else Standing.ONGOING, why)


def _standing(ended: Row | None) -> Standing:
    if ended is None:
        return Standing.ONGOING
    completed = ended.text("DSDECOD").upper() == "COMPLETED"
    return Standing.COMPLETED if completed else Standing.DISCONTINUED


def _because(ended: Row | None) -> str:
    if ended is None or _standing(ended) is Standing.COMPLETED:
        return ""
    said = ended.text("DSDECOD", "DSTERM")
    # Codes are in capitals (NCOMPLT); what we have no word for reads like the words that we have.
    return _WHY.get(said.upper(), said.lower() if said.isupper() else said)


def _death_day(row: Row, days: Days, tally: Tally) -> int | None:
    after = days.after(row.text("USUBJID"), row.day("DTHDTC"))
    if after is None and died(row):
        tally.add(*UNDATED_DEATH)
    return after
