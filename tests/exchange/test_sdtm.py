"""SDTM: what the Implementation Guide asks of every dataset, and what this trial must show."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.conduct.clinic import ZONE
from tests.exchange.world import HOSPITAL_IDS, LAST, LONG_STORY, PROTOCOL, SCRIPT, day

from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.doses import DoseSite, LedgerKind
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.conduct.tables.visits import Contact
from trialrun.exchange.dataset_json import dataset_json
from trialrun.exchange.sdtm import terms
from trialrun.exchange.sdtm.course import Course, Study, without_zero
from trialrun.exchange.sdtm.datasets import datasets
from trialrun.exchange.sdtm.domains import Core, Dataset, domains
from trialrun.records.dates import Span, parse_span
from trialrun.records.trial_data import TrialData
from trialrun.records.trial_rows import Written

STUDY = Study(PROTOCOL, ZONE)
# ISO 8601, to the year, the month, the day or the second (SDTM IG 3.4, 4.4.1).
ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2})?)?)?")
NAME = re.compile(r"[A-Z][A-Z0-9]{0,7}")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def written(data: TrialData) -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in datasets(STUDY, data)}


def rows(written: dict[str, Dataset], name: str, **having: object) -> Rows:
    """Return the rows of a dataset that have these values."""
    return [
        row
        for row in written[name].rows
        if all(row.get(column) == value for column, value in having.items())
    ]


def test_every_domain_has_rows(written: dict[str, Dataset]) -> None:
    assert [name for name in written if not name.startswith("SUPP")] == list(domains())


def test_required_variables_have_values(written: dict[str, Dataset]) -> None:
    missing = {
        (dataset.name, variable.name)
        for dataset in written.values()
        for variable in dataset.variables
        for row in dataset.rows
        if variable.core is Core.REQUIRED and row[variable.name] in (None, "")
    }
    assert missing == set()


def test_expected_variables_are_there(written: dict[str, Dataset]) -> None:
    for name, domain in domains().items():
        expected = [v.name for v in domain.variables if v.core is not Core.PERMISSIBLE]
        assert set(expected) <= {v.name for v in written[name].variables}


def test_variables_stand_in_the_order_of_the_guide(written: dict[str, Dataset]) -> None:
    for name, domain in domains().items():
        there = [variable.name for variable in written[name].variables]
        assert there == [v.name for v in domain.variables if v.name in there]


def test_names_labels_and_values_are_short_enough(written: dict[str, Dataset]) -> None:
    # SDTM IG 3.4, 2.2 and 4.5.3: names of 8 characters, labels of 40, values of 200.
    for dataset in written.values():
        assert len(dataset.label) <= 40
        for variable in dataset.variables:
            assert NAME.fullmatch(variable.name)
            assert 0 < len(variable.label) <= 40
        for row in dataset.rows:
            assert max(len(str(value)) for value in row.values()) <= 200
    for name, dataset in written.items():
        if name.startswith("SUPP"):
            for row in dataset.rows:
                assert NAME.fullmatch(str(row["QNAM"])), row
                assert 0 < len(str(row["QLABEL"])) <= 40
                assert row["QVAL"]


def test_codes_of_tests_are_names_and_mean_one_thing(written: dict[str, Dataset]) -> None:
    for name, dataset in written.items():
        code = f"{name}TESTCD"
        if code in {variable.name for variable in dataset.variables}:
            pairs = {(row[code], row[f"{name}TEST"]) for row in dataset.rows}
            assert len({one for one, _ in pairs}) == len(pairs)
            assert all(NAME.fullmatch(str(one)) for one, _ in pairs)
            if name != "IE":
                assert all(len(str(test)) <= 40 for _, test in pairs)


def test_dates_are_iso_8601(written: dict[str, Dataset]) -> None:
    for dataset in written.values():
        for row in dataset.rows:
            for column, value in row.items():
                if column.endswith("DTC") and value is not None:
                    assert ISO.fullmatch(str(value)), (dataset.name, column)


def test_keys_are_unique(written: dict[str, Dataset]) -> None:
    for dataset in written.values():
        keys = [variable.name for variable in dataset.variables if variable.key]
        found = Counter(tuple(row[key] for key in keys) for row in dataset.rows)
        assert found.most_common(1)[0][1] == 1, dataset.name


def test_sequence_numbers_count_from_1_within_a_subject(written: dict[str, Dataset]) -> None:
    for name, domain in domains().items():
        if domain.sequence is None:
            continue
        by_subject: dict[object, list[object]] = {}
        for row in written[name].rows:
            by_subject.setdefault(row["USUBJID"], []).append(row[domain.sequence])
        assert all(held == list(range(1, len(held) + 1)) for held in by_subject.values())


def test_subjects_are_in_dm_and_supplements_find_their_rows(written: dict[str, Dataset]) -> None:
    subjects = {row["USUBJID"] for row in written["DM"].rows}
    for name, dataset in written.items():
        assert {row["USUBJID"] for row in dataset.rows} <= subjects
        if name.startswith("SUPP"):
            for row in dataset.rows:
                parent = {"USUBJID": row["USUBJID"]}
                held = rows(written, str(row["RDOMAIN"]), **parent)
                values = [str(one[str(row["IDVAR"])]) for one in held]
                assert values.count(str(row["IDVARVAL"])) == 1


@pytest.mark.parametrize(
    ("days", "study_day"),
    [(-2, -2), (-1, -1), (0, 1), (1, 2)],  # SDTM IG 3.4, 4.4.4
)
def test_study_days_have_no_zero(days: int, study_day: int) -> None:
    assert without_zero(days) == study_day


def test_no_dataset_has_a_study_day_0(written: dict[str, Dataset]) -> None:
    for dataset in written.values():
        for row in dataset.rows:
            assert all(v != 0 for c, v in row.items() if c.endswith("DY"))
    assert [row["SVSTDY"] for row in rows(written, "SV", VISIT="SCREENING")] == [-3]


def test_subjects_and_their_arms(written: dict[str, Dataset]) -> None:
    shown = [
        (
            row["SUBJID"],
            row["RFSTDTC"],
            row["RFPENDTC"],
            row["ARMCD"],
            row["ACTARMCD"],
            row["ARMNRS"],
        )
        for row in written["DM"].rows
    ]
    assert shown == [
        ("001", "2022-01-17", None, "IL-2", "IL-2", None),
        ("002", None, "2022-02-16", "IL-2", None, "ASSIGNED, NOT TREATED"),
        ("S3", None, "2022-01-15", None, None, "SCREEN FAILURE"),
    ]


def test_dispositions(written: dict[str, Dataset]) -> None:
    shown = [(str(row["USUBJID"])[-3:].strip("-"), row["DSDECOD"]) for row in written["DS"].rows]
    assert sorted(shown) == [
        ("001", "ENTERED INTO TRIAL"),
        ("001", "INFORMED CONSENT OBTAINED"),
        ("002", "ENTERED INTO TRIAL"),
        ("002", "INFORMED CONSENT OBTAINED"),
        ("002", "INFORMED CONSENT WITHDRAWN"),
        ("002", "WITHDRAWAL BY SUBJECT"),
        ("S3", "INFORMED CONSENT OBTAINED"),
        ("S3", "SCREEN FAILURE"),
    ]


def test_criteria_not_met(written: dict[str, Dataset]) -> None:
    shown = [
        (str(row["USUBJID"])[-3:].strip("-"), row["IETESTCD"], row["IECAT"], row["IEORRES"])
        for row in written["IE"].rows
    ]
    # An exclusion that is met is answered yes, an inclusion that is not, no (SDTM IG 3.4, IE).
    assert shown == [
        ("002", "E4", "EXCLUSION", "Y"),
        ("S3", "E4", "EXCLUSION", "Y"),
        ("S3", "I3", "INCLUSION", "N"),
    ]


def test_doses_given_and_not_given(written: dict[str, Dataset]) -> None:
    assert [str(row["EXDOSE"]) for row in written["EX"].rows] == ["1000000"] * 4 + [
        "500000",
        "1000000",
    ]
    assert {(row["EXDOSU"], row["EXROUTE"], row["EXTRT"]) for row in written["EX"].rows} == {
        ("IU", "SUBCUTANEOUS", "INTERLEUKIN-2")
    }
    (held,) = rows(written, "EC", ECOCCUR="N")
    assert (held["ECREASOC"], held["ECDOSE"], held["ECSTDTC"]) == (
        "fever of grade 2",
        None,
        "2022-01-23",
    )
    assert rows(written, "EX", EXADJ="half after fever")


def test_medication_keeps_partial_dates(written: dict[str, Dataset]) -> None:
    riluzole, vitamin = written["CM"].rows
    assert (riluzole["CMSTDTC"], riluzole.get("CMSTDY"), riluzole["CMDOSFRQ"]) == (
        "2021-05",
        None,
        "BID",
    )
    assert (riluzole["CMENRTPT"], riluzole["CMENTPT"]) == ("ONGOING", "2023-02-01")
    assert (vitamin["CMSTDTC"], vitamin["CMENDTC"]) == (None, "2022-04")
    assert {(row["QNAM"], row["QVAL"]) for row in written["SUPPCM"].rows} == {
        ("CMCODE", "N07XX02"),
        ("CMCODSYS", "ATC"),
        ("CMPERDAY", "0.143"),
    }


def test_adverse_events(written: dict[str, Dataset]) -> None:
    fever, sepsis = written["AE"].rows
    assert (fever["AETERM"], fever["AETOXGR"], fever["AEOUT"]) == (
        SCRIPT,
        "2",
        "RECOVERED/RESOLVED",
    )
    assert (fever["AESTDTC"], fever["AESTDY"], fever["EPOCH"]) == ("2022-01-23", 7, "TREATMENT")
    assert (sepsis["AESTDTC"], sepsis["AESTDY"], sepsis["EPOCH"]) == ("2022-07", None, None)
    flags = {name: sepsis[name] for name in sepsis if name.startswith("AES") and len(name) > 5}
    assert [name for name, value in flags.items() if value == "Y"] == ["AESHOSP", "AESLIFE"]
    assert (sepsis["AESER"], sepsis["AEREL"], sepsis["AEENRTPT"]) == ("Y", "POSSIBLE", "ONGOING")


def test_a_long_narrative_goes_on_in_further_qualifiers(written: dict[str, Dataset]) -> None:
    pieces = [r["QVAL"] for r in written["SUPPAE"].rows if str(r["QNAM"]).startswith("AENARR")]
    assert len(pieces) > 1
    assert "".join(map(str, pieces)) == LONG_STORY.strip()


def test_treatment_emergence_is_a_supplement(written: dict[str, Dataset]) -> None:
    flags = rows(written, "SUPPAE", QNAM="AETRTEM")
    assert [row["QVAL"] for row in flags] == ["Y", "Y"]


def test_laboratory_results(written: dict[str, Dataset]) -> None:
    graded, later = rows(written, "LB", LBTESTCD="WBC")
    assert (graded["LBORRES"], str(graded["LBSTRESN"]), graded["LBORRESU"]) == (
        "1.95",
        "1.95",
        "10^9/L",
    )
    assert (graded["LBNRIND"], graded["LBORNRLO"]) == ("LOW", "3.5")
    assert (graded["LBTOX"], graded["LBTOXGR"]) == ("White blood cell decreased", "2")
    # Nobody has graded the later one, however low it is.
    assert (later["LBTOX"], later["LBTOXGR"]) == (None, None)
    below = rows(written, "LB", LBTESTCD="INTLK6")[0]
    assert (below["LBORRES"], below["LBSTRESC"], below["LBSTRESN"]) == ("<1.5", "<1.5", None)
    not_done = rows(written, "LB", LBTESTCD="TNFA")[0]
    assert (not_done["LBSTAT"], not_done["LBREASND"]) == ("NOT DONE", "tube broke")


def test_alsfrs_r_has_each_item_and_its_total(written: dict[str, Dataset]) -> None:
    first = rows(written, "QS", QSCAT="ALSFRS-R", VISITNUM=2)
    assert [row["QSTEST"] for row in first][:2] == ["ALSFRS-R-Speech", "ALSFRS-R-Salivation"]
    (total,) = [row for row in first if row["QSDRVFL"] == "Y"]
    assert len(first) == 13
    assert (str(total["QSSTRESN"]), total["QSTEST"]) == ("48", "ALSFRS-R-Total score")


def test_the_last_result_before_the_first_dose_is_flagged_once(written: dict[str, Dataset]) -> None:
    flagged = Counter(
        (row["USUBJID"], row["QSTESTCD"]) for row in written["QS"].rows if row["QSLOBXFL"] == "Y"
    )
    assert flagged
    assert set(flagged.values()) == {1}
    assert {row["QSDTC"] for row in rows(written, "QS", QSLOBXFL="Y")} == {"2022-01-17"}


def test_visits(written: dict[str, Dataset]) -> None:
    shown = [(str(row["VISITNUM"]), row["VISIT"], row["SVOCCUR"]) for row in written["SV"].rows]
    assert shown == [
        ("1", "SCREENING", "Y"),
        ("2", "WEEK 0, BASELINE", "Y"),
        ("2.001", "UNSCHEDULED 2.001", None),
        ("2.002", "UNSCHEDULED 2.002", None),
        ("4", "WEEK 8", "N"),
        ("5", "WEEK 12", "Y"),
        ("8", "WEEK 24", "Y"),
    ]
    missed = rows(written, "SV", SVOCCUR="N")[0]
    assert (missed["SVREASOC"], missed["SVSTDTC"], missed["VISITDY"]) == ("travelling", None, 57)


def test_only_confirmed_deviations(written: dict[str, Dataset]) -> None:
    (one,) = rows(written, "DV", DVCAT="IMPORTANT")
    assert (one["DVDECOD"], one["DVSTDTC"]) == ("MISSED VISIT", "2022-03")
    assert "wrong tube" not in {row["DVTERM"] for row in written["DV"].rows}


def test_accountability(written: dict[str, Dataset]) -> None:
    shown = [(r["DATESTCD"], r["DAORRES"], r["DAREFID"]) for r in written["DA"].rows]
    assert shown == [("DISPAMT", "7", "L1"), ("RETAMT", "2", "L1")]


def test_every_word_of_the_trial_has_a_term() -> None:
    assert set(terms.OUTCOME) == set(Outcome)
    assert set(terms.ACTION_TAKEN) == set(ActionTaken)
    assert set(terms.SERIOUSNESS) == set(SeriousnessCriterion)
    assert set(terms.END_OF_PARTICIPATION) == set(EndOfParticipation)
    assert set(terms.SITE) == set(DoseSite)
    assert set(terms.CONTACT) == set(Contact)
    to_people = {LedgerKind.DISPENSED, LedgerKind.RETURNED, LedgerKind.LOST}
    assert set(terms.MOVEMENT) == to_people


def test_nobody_can_be_found_by_a_hospital_id(written: dict[str, Dataset]) -> None:
    assert not any(name in repr(written) for name in HOSPITAL_IDS)


# Dataset-JSON 1.1 (CDISC, 2024-12-05): the attributes that it requires, and their patterns.
TOP = ["datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records", "name"]
TOP += ["label", "columns"]
TYPES = {"string", "integer", "decimal", "float", "double", "boolean", "datetime", "date", "time"}


def test_dataset_json(written: dict[str, Dataset]) -> None:
    for dataset in written.values():
        content = json.loads(dataset_json(STUDY, dataset, LAST))
        assert not [name for name in TOP if name not in content]
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", content["datasetJSONCreationDateTime"]
        )
        assert re.fullmatch(r"1\.1(\.(0|[1-9]\d*))?", content["datasetJSONVersion"])
        assert content["records"] == len(content["rows"]) == len(dataset.rows)
        for column in content["columns"]:
            assert column["dataType"] in TYPES
            assert column.get("targetDataType") == (
                "decimal" if column["dataType"] == "decimal" else None
            )
        assert all(len(row) == len(content["columns"]) for row in content["rows"])
        for row in content["rows"]:
            for column, value in zip(content["columns"], row, strict=True):
                kind = int if column["dataType"] == "integer" else str
                assert value is None or isinstance(value, kind)


def test_dataset_json_rounds_nothing(written: dict[str, Dataset]) -> None:
    content = json.loads(dataset_json(STUDY, written["LB"], LAST))
    names = [column["name"] for column in content["columns"]]
    values = {row[names.index("LBSTRESN")] for row in content["rows"]}
    assert "1.95" in values


def ended(data: TrialData, why: str) -> TrialData:
    """Return the trial as if the first participant's part in it had ended, after week 48."""
    first, *others = data.subjects
    assert first.participation is not None
    end = replace(first.participation, ended_on=day(340), ended_why=why, ended_note="as told")
    return replace(data, subjects=(replace(first, participation=end), *others))


@pytest.mark.parametrize(
    ("why", "term", "died"),
    [("death", "DEATH", "2022-12-23"), ("completed", "COMPLETED", None)],
)
def test_the_end_of_participation(data: TrialData, why: str, term: str, died: str | None) -> None:
    made = {dataset.name: dataset for dataset in datasets(STUDY, ended(data, why))}
    first = made["DM"].rows[0]
    assert (first["DTHFL"], first["DTHDTC"]) == ("Y" if died else None, died)
    assert (first["RFENDTC"], first["RFPENDTC"]) == ("2022-12-23", "2022-12-23")
    (row,) = rows(made, "DS", DSDECOD=term)
    assert (row["DSCAT"], row["DSTERM"], row["EPOCH"]) == (
        "DISPOSITION EVENT",
        "as told",
        "FOLLOW-UP",
    )


def test_a_fatal_event_is_a_death_whose_day_may_be_known_in_part(data: TrialData) -> None:
    first, *others = data.subjects
    fever, sepsis = first.adverse_events
    month = Written("2022-08", parse_span("2022-08"))
    fatal = replace(sepsis, outcome="fatal", ended=month, criteria=frozenset({"death"}), grade=5)
    subject = replace(first, adverse_events=(fever, fatal))
    made = datasets(STUDY, replace(data, subjects=(subject, *others)))
    assert (made[0].rows[0]["DTHFL"], made[0].rows[0]["DTHDTC"]) == ("Y", "2022-08")
    (row,) = rows({one.name: one for one in made}, "AE", AEOUT="FATAL")
    assert (row["AESDTH"], row["AEENRTPT"], row["AEENDTC"]) == ("Y", None, "2022-08")


def test_an_emergence_that_is_not_known_is_said(data: TrialData) -> None:
    first, *others = data.subjects
    events = tuple(replace(event, emergent=None) for event in first.adverse_events)
    made = datasets(STUDY, replace(data, subjects=(replace(first, adverse_events=events), *others)))
    flags = rows({one.name: one for one in made}, "SUPPAE", QNAM="AETRTEM")
    assert [row["QVAL"] for row in flags] == ["U", "U"]


@pytest.mark.parametrize(
    ("first", "last", "epoch"),
    [
        (-1, -1, "SCREENING"),
        (0, 0, "TREATMENT"),
        (167, 167, "TREATMENT"),
        (168, 168, "FOLLOW-UP"),
        (400, 400, "FOLLOW-UP"),
        (160, 170, None),  # known to the month only, across the end of treatment
        (150, 160, "TREATMENT"),
    ],
)
def test_epochs(data: TrialData, first: int, last: int, epoch: str | None) -> None:
    # The protocol's periods: administration from day 0 to 167, follow-up from 168.
    course = Course(STUDY, data.subjects[0])
    assert course.epoch(Span(day(first), day(last))) == epoch
