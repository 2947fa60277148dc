"""Datasets that say less than the pilot's: nothing is guessed, and what is lost is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.exchange.cdisc.writers import Table, as_dataset_json
from tests.oracles.pilot import PROTOCOL

from trialrun.errors import SourceError
from trialrun.exchange.cdisc.cells import Cell
from trialrun.exchange.cdisc.read import read_cdisc
from trialrun.records.analysis_data import AnalysisData, Standing

CellsOf: TypeAlias = Mapping[str, Cell]
DM: CellsOf = {
    "USUBJID": "S-1",
    "ARMCD": "Xan_Lo",
    "RFSTDTC": "2014-01-02",
    "AGE": 70,
    "SEX": "F",
}
ADSL: CellsOf = {"USUBJID": "S-1", "TRT01P": "Placebo", "TRTSDT": "2014-01-02"}


def read(folder: Path, **tables: Sequence[CellsOf]) -> AnalysisData:
    """Write datasets of which only a few cells are told, and read them."""
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        table = Table(name, columns, [[row.get(column) for column in columns] for row in rows])
        (folder / f"{name}.json").write_bytes(as_dataset_json(table))
    return read_cdisc(folder, PROTOCOL)


def counts(data: AnalysisData) -> dict[str, int]:
    return {one.what: one.count for one in data.left_out}


def test_an_old_dm_has_no_actual_arm_and_no_first_exposure(tmp_path: Path) -> None:
    (one,) = read(tmp_path, dm=[DM]).subjects
    assert (one.arm, one.treated_as, one.first_dose_day) == ("Xan_Lo", "Xan_Lo", 0)


def test_a_dm_that_has_them_and_says_nothing_means_untreated(tmp_path: Path) -> None:
    (one,) = read(tmp_path, dm=[{**DM, "RFXSTDTC": None, "ACTARMCD": None}]).subjects
    assert (one.arm, one.treated_as, one.first_dose_day) == ("Xan_Lo", None, None)
    assert one.standing is Standing.ONGOING


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({"ARMCD": "SCRNFAIL"}, Standing.SCREEN_FAILURE),
        ({"ARMCD": None, "ARMNRS": "SCREEN FAILURE"}, Standing.SCREEN_FAILURE),
        ({"ARMCD": "NOTASSGN"}, Standing.ONGOING),
    ],
)
def test_who_has_no_arm(tmp_path: Path, said: dict[str, Cell], standing: Standing) -> None:
    (one,) = read(tmp_path, dm=[{**DM, **said}]).subjects
    assert (one.enrolled, one.arm, one.standing) == (False, None, standing)


def test_a_subject_of_dm_with_an_arm_is_no_screen_failure(tmp_path: Path) -> None:
    others: list[CellsOf] = [
        {**DM, "USUBJID": "S-2"},
        {**DM, "USUBJID": "S-3", "ARMCD": "Scrnfail"},
    ]
    data = read(tmp_path, adsl=[ADSL], dm=[DM, *others])
    assert [one.id for one in data.subjects] == ["S-1", "S-3"]
    assert counts(data) == {"DM row": 1}


def test_study_days_have_no_zero(tmp_path: Path) -> None:
    rows: list[CellsOf] = [
        {"USUBJID": "S-1", "VSTESTCD": "WEIGHT", "VSSTRESN": day, "VSDY": day, "VSDTC": ""}
        for day in (-1, 1, 2)
    ]
    assert [row.day for row in read(tmp_path, dm=[DM], vs=rows).observations] == [-1, 0, 1]


@pytest.mark.parametrize(
    ("written", "day", "counted"),
    [
        ("2014-01-05", 3, {}),
        ("2014-01-05T10:30", 3, {}),
        ("2014-01", None, {"day known in part": 1}),
        ("2014", None, {"day known in part": 1}),
        ("2014---05", None, {"day known in part": 1}),
        ("2014-02-30", None, {"day that is none": 1}),
        ("0014-01-05", None, {"day that is none": 1}),
        ("2114-01-05", None, {"day that is none": 1}),
        ("early", None, {"day that is none": 1}),
        ("", None, {"VS row": 1}),
    ],
)
def test_a_date_stands_in_for_a_study_day(
    tmp_path: Path, written: str, day: int | None, counted: dict[str, int]
) -> None:
    row: CellsOf = {"USUBJID": "S-1", "VSTESTCD": "WEIGHT", "VSSTRESN": 70, "VSDTC": written}
    data = read(tmp_path, dm=[DM], vs=[row])
    assert [one.day for one in data.observations] == [day]
    assert counts(data) == counted


def test_a_day_needs_a_day_0(tmp_path: Path) -> None:
    row: CellsOf = {"USUBJID": "S-1", "AEDECOD": "RASH", "AESTDTC": "2014-01-05"}
    data = read(tmp_path, dm=[{**DM, "RFSTDTC": ""}], ae=[row])
    assert [one.onset_day for one in data.events] == [None]
    assert counts(data) == {"day of a subject without day 0": 1}


@pytest.mark.parametrize("study_day", [0, 1e15, -36_526, "week 8", True])
def test_what_is_no_study_day_leaves_it_to_the_date(tmp_path: Path, study_day: Cell) -> None:
    row: CellsOf = {"USUBJID": "S-1", "VSTESTCD": "WEIGHT", "VSSTRESN": 70, "VSDY": study_day}
    rows: list[CellsOf] = [{**row, "VSDTC": "2014-01-05"}, row]
    data = read(tmp_path, dm=[DM], vs=rows)
    assert [one.day for one in data.observations] == [3, None]
    assert counts(data) == {"day that is none": 1}


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        # 1 January 1960 and 19,728 days are 5 January 2014.
        ({"ADT": 19_728}, 3),
        ({"ADTM": 19_728 * 86_400 + 86_399}, 3),
        ({"ADT": 1e12}, None),
        ({"ADT": 10**400}, None),
    ],
)
def test_days_and_seconds_since_1960(tmp_path: Path, cells: CellsOf, day: int | None) -> None:
    row: CellsOf = {"USUBJID": "S-1", "PARAMCD": "WEIGHT", "AVAL": 70, **cells}
    assert [one.day for one in read(tmp_path, adsl=[ADSL], advs=[row]).observations] == [day]


@pytest.mark.parametrize("written", ["<70", "7_0", "７０", "nan", "1e400", 10**400, 2e15])
def test_what_is_no_number_is_counted(tmp_path: Path, written: Cell) -> None:
    adam: CellsOf = {"USUBJID": "S-1", "PARAMCD": "WEIGHT", "AVAL": written, "ADY": 2}
    sdtm: CellsOf = {"USUBJID": "S-1", "VSTESTCD": "WEIGHT", "VSSTRESN": written, "VSDY": 2}
    for folder, tables in (("adam", {"adsl": [ADSL], "advs": [adam]}), ("sdtm", {"vs": [sdtm]})):
        (tmp_path / folder).mkdir()
        data = read(tmp_path / folder, dm=[DM], **tables)
        assert [one.value for one in data.observations] == [None]
        assert [one.count for one in data.left_out] == [1]
        assert "is no number" in data.left_out[0].reason


@pytest.mark.parametrize("character", ["\0", "\x1b", "\f", "\ud800", "\uffff"])
def test_a_character_that_no_page_holds_is_shown_as_unknown(tmp_path: Path, character: str) -> None:
    """A figure of it would end the program, and a page could not be written."""
    id_ = f"S{character}1"
    row: CellsOf = {"USUBJID": id_, "AEDECOD": f"RA{character}SH"}
    data = read(tmp_path, adsl=[{**ADSL, "USUBJID": id_, "RACE": f"A{character}B"}], adae=[row])
    (one,), (event,) = data.subjects, data.events
    assert (one.id, event.subject, event.term) == ("S\ufffd1", "S\ufffd1", "RA\ufffdSH")
    assert one.characteristics["RACE"] == "A\ufffdB"


def test_specimens_of_one_code_are_two_parameters(tmp_path: Path) -> None:
    glucose: CellsOf = {"USUBJID": "S-1", "LBTESTCD": "GLUC", "LBSTRESN": 5}
    rows: list[CellsOf] = [{**glucose, "LBSPEC": "SERUM"}, {**glucose, "LBSPEC": "URINE"}]
    data = read(tmp_path, dm=[DM], lb=rows)
    assert [one.parameter for one in data.observations] == ["GLUC.SERUM", "GLUC.URINE"]


@pytest.mark.parametrize(
    ("frequency", "given", "counted"),
    [("QD", [54.0], {}), ("BID", [108.0], {}), ("QW", [], {"EX row": 1})],
)
def test_a_dose_is_that_of_a_day(
    tmp_path: Path, frequency: str, given: list[float], counted: dict[str, int]
) -> None:
    row: CellsOf = {"USUBJID": "S-1", "EXDOSE": 54, "EXDOSFRQ": frequency, "EXSTDY": 1, "EXENDY": 7}
    data = read(tmp_path, dm=[DM], ex=[row])
    assert [one.given for one in data.doses] == given
    assert [(one.first_day, one.last_day) for one in data.doses] == [(0, 6)] * len(given)
    assert counts(data) == counted


@pytest.mark.parametrize(
    ("causality", "related"),
    [
        ("RELATED", True),
        ("POSSIBLE", True),
        ("NOT ASSESSABLE", True),
        ("NOT RELATED", False),
        ("REMOTE", False),
        ("", None),
        ("SEE NARRATIVE", None),
    ],
)
def test_causality(tmp_path: Path, causality: str, related: bool | None) -> None:
    row: CellsOf = {"USUBJID": "S-1", "AEDECOD": "RASH", "AEREL": causality, "AETOXGR": "Grade 3"}
    (event,) = read(tmp_path, dm=[DM], ae=[row]).events
    assert (event.related, event.grade, event.serious) == (related, 3, None)


@pytest.mark.parametrize(("onset", "emergent"), [(-1, False), (1, True), (None, None)])
def test_an_event_without_a_flag(tmp_path: Path, onset: int | None, emergent: bool | None) -> None:
    row: CellsOf = {"USUBJID": "S-1", "AEDECOD": "RASH", "AESTDY": onset}
    (event,) = read(tmp_path, dm=[DM], ae=[row]).events
    assert event.emergent is emergent


def test_rows_of_strangers_are_counted(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        dm=[DM],
        ae=[{"USUBJID": "S-9", "AEDECOD": "RASH"}],
        vs=[{"USUBJID": "S-9", "VSTESTCD": "WEIGHT", "VSSTRESN": 70}],
        ex=[{"USUBJID": "S-9", "EXDOSE": 54, "EXSTDY": 1}],
        dv=[{"USUBJID": "S-9", "DVDECOD": "OTHER"}],
    )
    assert (data.events, data.observations, data.doses, data.departures) == ((), (), (), ())
    assert counts(data) == {"AE row": 1, "VS row": 1, "EX row": 1, "DV row": 1}


def test_an_imputed_value_keeps_the_word_of_the_source(tmp_path: Path) -> None:
    row: CellsOf = {
        "USUBJID": "S-1",
        "PARAMCD": "WEIGHT",
        "AVISIT": "week 8",
        "AVAL": 70,
        "ADY": 57,
    }
    data = read(tmp_path, adsl=[ADSL], advs=[row, {**row, "DTYPE": "LOCF"}])
    assert [(one.imputed, one.visit, one.day) for one in data.observations] == [
        ("", "Week-8", 56),
        ("LOCF", "Week-8", 56),
    ]
    assert counts(data) == {"ADVS row": 1}


def test_collected_doses_are_planned_given_or_left_out(tmp_path: Path) -> None:
    def row(number: int, **cells: Cell) -> CellsOf:
        return {"USUBJID": "S-1", "ECSEQ": number, "ECDOSE": 54, "ECSTDY": 1, "ECENDY": 1, **cells}

    rows = [
        row(1, ECOCCUR="Y", ECMOOD="PERFORMED"),
        row(2, ECOCCUR="N", ECMOOD="PERFORMED"),
        row(3, ECMOOD="SCHEDULED"),
    ]
    plan: list[CellsOf] = [
        {"USUBJID": "S-1", "IDVAR": "ECSEQ", "IDVARVAL": n, "QNAM": "ECPLDOSE", "QVAL": "54"}
        for n in ("1", "2")
    ]
    data = read(tmp_path, dm=[DM], ec=rows, suppec=plan)
    assert [(one.planned, one.given) for one in data.doses] == [(54, 54), (54, None)]
    assert counts(data) == {"EC row": 1}


def test_a_column_of_years_is_no_column_of_days(tmp_path: Path) -> None:
    (tmp_path / "dm.csv").write_text("USUBJID,ARMCD,RFSTDTC\nS-1,Pbo,2014-01-02\n")
    (tmp_path / "vs.csv").write_text("USUBJID,VSTESTCD,VSSTRESN,VSDTC\nS-1,WEIGHT,70,2014\n")
    data = read_cdisc(tmp_path, PROTOCOL)
    assert [(one.value, one.day) for one in data.observations] == [(70, None)]
    assert counts(data) == {"day known in part": 1}


@pytest.mark.parametrize("name", ["dm", "adsl"])
def test_a_subject_has_one_row(tmp_path: Path, name: str) -> None:
    first = DM if name == "dm" else ADSL
    rows: list[CellsOf] = [first, {**first, "USUBJID": "S-2"}, {**first, "AGE": 71}]
    with pytest.raises(
        SourceError, match=f"{name.upper()} has several rows of one subject: rows 1, 3 "
    ) as raised:
        read(tmp_path, **{name: rows})
    assert "S-1" not in str(raised.value)


def test_a_row_that_names_nobody_is_counted(tmp_path: Path) -> None:
    data = read(tmp_path, dm=[DM, {**DM, "USUBJID": " "}, {**DM, "USUBJID": None}])
    assert [one.id for one in data.subjects] == ["S-1"]
    assert counts(data) == {"DM row": 2}


def test_rows_that_stand_there_twice_count_once(tmp_path: Path) -> None:
    """Of rows without a sequence number nobody can tell: a dose may be given twice."""
    numbered: dict[str, list[CellsOf]] = {
        "ae": [{"USUBJID": "S-1", "AESEQ": 1, "AEDECOD": "RASH"}] * 2,
        "dv": [{"USUBJID": "S-1", "DVSEQ": 1, "DVDECOD": "OTHER"}] * 2,
        "ex": [{"USUBJID": "S-1", "EXSEQ": 1, "EXDOSE": 54, "EXSTDY": 1, "EXENDY": 1}] * 2,
        "vs": [{"USUBJID": "S-1", "VSSEQ": 1, "VSTESTCD": "PULSE", "VSSTRESN": 70, "VSDY": 1}] * 2,
    }
    data = read(tmp_path, dm=[DM], **numbered)
    held = (data.events, data.departures, data.doses, data.observations)
    assert [len(rows) for rows in held] == [1, 1, 1, 1]
    assert counts(data) == {"AE row": 1, "DV row": 1, "EX row": 1, "VS row": 1}
    (tmp_path / "ae.json").unlink()
    unnumbered = read(tmp_path, ae=[{"USUBJID": "S-1", "AEDECOD": "RASH"}] * 2)
    assert len(unnumbered.events) == 2


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"EXENDY": 1}, "it ends before it begins"),
        ({"EXDOSE": -54}, "its amount is below 0"),
        ({"EXDOSE": "much"}, "it has no amount"),
        ({"EXSTDY": 1e15}, "its first day is not known"),
    ],
)
def test_a_dose_that_cannot_be(tmp_path: Path, cells: CellsOf, why: str) -> None:
    row: CellsOf = {"USUBJID": "S-1", "EXDOSE": 54, "EXSTDY": 3, "EXENDY": 7, **cells}
    data = read(tmp_path, dm=[DM], ex=[row])
    assert data.doses == ()
    assert [(one.what, one.reason) for one in data.left_out] == [("EX row", why)]


def test_a_planned_dose_that_is_no_number(tmp_path: Path) -> None:
    row: CellsOf = {
        "USUBJID": "S-1",
        "ECSEQ": 1,
        "ECDOSE": 54,
        "ECSTDY": 1,
        "ECENDY": 1,
        "ECOCCUR": "Y",
    }
    plan: CellsOf = {
        "USUBJID": "S-1",
        "IDVAR": "ECSEQ",
        "IDVARVAL": "1",
        "QNAM": "ECPLDOSE",
        "QVAL": "as ordered",
    }
    data = read(tmp_path, dm=[DM], ec=[row], suppec=[plan])
    assert [(one.planned, one.given) for one in data.doses] == [(None, 54)]
    assert counts(data) == {"planned dose": 1}


@pytest.mark.parametrize("name", ["dm", "adsl"])
def test_a_first_dose_without_a_day_is_counted(tmp_path: Path, name: str) -> None:
    first = DM if name == "dm" else ADSL
    column = "RFSTDTC" if name == "dm" else "TRTSDT"
    rows: list[CellsOf] = [{**first, column: "2014-01"}, {**first, "USUBJID": "S-2", column: ""}]
    data = read(tmp_path, **{name: rows})
    assert [one.first_dose_day for one in data.subjects] == [None, None]
    assert counts(data) == {"first dose": 1}


@pytest.mark.parametrize("name", ["dm", "adsl"])
def test_an_age_that_is_no_number_is_counted(tmp_path: Path, name: str) -> None:
    data = read(tmp_path, **{name: [{**(DM if name == "dm" else ADSL), "AGE": ">89"}]})
    assert [one.age for one in data.subjects] == [None]
    assert counts(data) == {"age": 1}


@pytest.mark.parametrize("cells", [{"DTHFL": "Y"}, {"DTHDTC": "2014-05"}, {"DTHDTC": "0014-05-01"}])
@pytest.mark.parametrize("name", ["dm", "adsl"])
def test_a_death_without_a_day_is_counted(tmp_path: Path, name: str, cells: CellsOf) -> None:
    data = read(tmp_path, **{name: [{**(DM if name == "dm" else ADSL), **cells}]})
    assert [one.death_day for one in data.subjects] == [None]
    assert counts(data) == {"death": 1}


@pytest.mark.parametrize(
    ("said", "flag"), [("Y", True), (True, True), ("N", False), (False, False)]
)
def test_a_flag_says_yes_or_no(tmp_path: Path, said: Cell, flag: bool) -> None:
    (one,) = read(tmp_path, adsl=[{**ADSL, "ITTFL": said}]).subjects
    assert one.flags == {"ITTFL": flag}


@pytest.mark.parametrize(("said", "counted"), [("", 0), ("maybe", 1), ("1", 1)])
def test_a_flag_that_says_neither_is_not_known(tmp_path: Path, said: str, counted: int) -> None:
    qualifier: CellsOf = {"USUBJID": "S-1", "QNAM": "ITT", "QVAL": said or "?"}
    for folder in ("adam", "sdtm"):
        (tmp_path / folder).mkdir()
    adam = read(tmp_path / "adam", adsl=[{**ADSL, "ITTFL": said}])
    sdtm = read(tmp_path / "sdtm", dm=[DM], suppdm=[qualifier])
    assert [one.flags for data in (adam, sdtm) for one in data.subjects] == [{}, {}]
    assert counts(sdtm) == {"ITT of SUPPDM": 1}
    assert counts(adam) == ({"ITTFL of ADSL": counted} if counted else {})


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("WITHDRAWAL BY SUBJECT", "withdrawal by participant"),
        ("LACK OF EFFICACY", "lack of efficacy"),
        ("Moved to Ankara", "Moved to Ankara"),
    ],
)
def test_reasons_of_discontinuation_read_alike(tmp_path: Path, code: str, why: str) -> None:
    ended: dict[str, Cell] = {
        "USUBJID": "S-1",
        "DSCAT": "DISPOSITION EVENT",
        "DSDECOD": code,
        "DSSEQ": 1,
    }
    (one,) = read(tmp_path, dm=[DM], ds=[{**ended, "DSSTDTC": "2014-02-02"}]).subjects
    assert one.discontinued_because == why
