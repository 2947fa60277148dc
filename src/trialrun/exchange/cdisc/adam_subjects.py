"""The subjects of ADaM: ADSL, and from DM beside it those who failed screening.

ADaM Implementation Guide 1.3, section 3.2. Day 0 is TRTSDT; of whoever was not treated, the day of
randomisation (RANDDT).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trialrun.exchange.cdisc.cells import Row
from trialrun.exchange.cdisc.counting import Days, Tally
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
from trialrun.records.analysis_data import Standing, StatedExposure, TrialSubject

PLANNED = ("TRT01P", "ARM", "ARMCD")
_GIVEN = ("TRT01A", "ACTARM", "ACTARMCD")
_END = ("EOSDT", "RFENDT", "RFENDTC", "TRTEDT")
_NO_CHARACTERISTICS = frozenset(
    {
        "AGE",
        "DCDECOD",
        "DCSREAS",
        "DOMAIN",
        "EOSSTT",
        "SEX",
        "SITEID",
        "STUDYID",
        "SUBJID",
        "USUBJID",
        *PLANNED,
        *_GIVEN,
    }
)


def subjects_of_adam(
    adsl: Dataset, dm: Dataset | None, names: Names, tally: Tally
) -> tuple[TrialSubject, ...]:
    """Return the subjects of ADSL; then those of DM who are not in it and failed screening.

    Raises:
        UsageError: the protocol does not have an arm of the data.
    """
    rows = one_each(adsl, tally)
    unknown = [row.text(*PLANNED) for row in rows if names.is_unknown_arm(*_said(row, PLANNED))]
    names.refuse_unknown_arms(str(adsl.path), unknown)
    demographics = {row.text("USUBJID"): row for row in one_each(dm, tally)} if dm else {}
    subjects = [_subject(row, demographics, names, tally) for row in rows]
    known = {subject.id for subject in subjects}
    others = [row for id_, row in demographics.items() if id_ not in known]
    allocated = [row for row in others if names.arm(*_said(row, PLANNED)) is not None]
    tally.add("DM row", "its subject has an arm, and is not in ADSL", len(allocated))
    return (*subjects, *(failed(row) for row in others if row not in allocated))


def _said(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row.text(column) for column in columns)


def _subject(row: Row, demographics: Mapping[str, Row], names: Names, tally: Tally) -> TrialSubject:
    id_ = row.text("USUBJID")
    arm = names.arm(*_said(row, PLANNED))
    if arm is None:
        return failed(row)
    first = row.day("TRTSDT")
    count_undated_dose(row, "TRTSDT", tally)
    days = Days({id_: first or row.day("RANDDT", "RFSTDTC")}, tally)
    return TrialSubject(
        id=id_,
        standing=_standing(row),
        arm=arm,
        treated_as=names.arm(*_said(row, actual(row, _GIVEN, PLANNED))) if first else None,
        reference_date=days.references[id_],
        enrolled=True,
        first_dose_day=0 if first else None,
        last_dose_day=days.after(id_, row.day("TRTEDT")),
        last_day=days.after(id_, row.day(*_END)),
        death_day=_death_day(row, demographics.get(id_), days, tally),
        discontinued_because=_because(row),
        age=age(row, tally),
        sex=sex(row),
        site=row.text("SITEID") or None,
        characteristics=dict(_characteristics(row)),
        flags=dict(_flags(row, tally)),
        exposure=_exposure(row) if first else None,
        rows=(row.ref(),),
    )


def _standing(row: Row) -> Standing:
    said = row.text("EOSSTT", "DCDECOD", "DCSREAS").upper()
    if said == "COMPLETED":
        return Standing.COMPLETED
    return Standing.ONGOING if said in ("", "ONGOING") else Standing.DISCONTINUED


def _because(row: Row) -> str:
    return row.text("DCSREAS", "DCDECOD") if _standing(row) is Standing.DISCONTINUED else ""


def _death_day(row: Row, demographics: Row | None, days: Days, tally: Tally) -> int | None:
    """Return the day of death, by ADSL or by DM; a death without a day is counted."""
    said = [one for one in (row, demographics) if one is not None]
    dated = (one.day("DTHDT", "DTHDTC") for one in said)
    day = next((one for one in dated if one is not None), None)
    after = days.after(row.text("USUBJID"), day)
    if after is None and any(died(one) for one in said):
        tally.add(*UNDATED_DEATH)
    return after


def _exposure(row: Row) -> StatedExposure:
    """Return what ADSL says of all doses; the guide names TRTDURD only."""
    return StatedExposure(
        duration=row.number_of("TRTDURD"),
        total=row.number_of("CUMDOSE"),
        daily=row.number_of("AVGDD"),
    )


def _flags(row: Row, tally: Tally) -> Iterator[tuple[str, bool]]:
    """Yield the analysis sets that say yes or no; one that is empty says neither."""
    for name in row.cells:
        if name.endswith("FL") and row.text(name):
            said = row.yes_or_no(name)
            if said is None:
                tally.add(f"{name} of ADSL", NEITHER)
            else:
                yield name, said


def _characteristics(row: Row) -> Iterator[tuple[str, float | str]]:
    """Yield numbers and words that were known at baseline, but for codes of words (RACEN)."""
    for name, value in row.cells.items():
        is_code = name.endswith("N") and name[:-1] in row.cells
        is_day = name.endswith(("DT", "DTC", "DTM", "TM"))
        if name in _NO_CHARACTERISTICS or name.endswith("FL") or is_code or is_day:
            continue
        if isinstance(value, str) and (word := row.text(name)):
            yield name, word
        elif (number := row.number_of(name)) is not None:
            yield name, number
