"""Numbers in are numbers out: every row that stands is found again in each format, or counted."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.conduct.clinic import ZONE
from tests.exchange.world import HOSPITAL_IDS, PROTOCOL, SCRIPT

from trialrun.exchange.csv_files import csv_text, guarded
from trialrun.exchange.left_out import left_out_of_odm, left_out_of_sdtm
from trialrun.exchange.odm.document import odm_file
from trialrun.exchange.plain import csv_files
from trialrun.exchange.readme import readme
from trialrun.exchange.sdtm.course import Study
from trialrun.exchange.sdtm.datasets import datasets
from trialrun.exchange.sdtm.domains import Dataset
from trialrun.exchange.sdtm.files import sdtm_files
from trialrun.records.trial_data import TrialData
from trialrun.records.trial_rows import Entry, FormValue

NS = {"o": "http://www.cdisc.org/ns/odm/v1.3"}
STUDY = Study(PROTOCOL, ZONE)
# What SDTM shows within another row: a grade in its value's, a form in its values', a drug in its
# doses'; visits have no identifier of ours, and are counted.
WITHIN = {"grade_decision", "form_entry", "medication", "visit"}
NO_PLACE = {"criterion_answer", "adverse_event_follow_up", "safety_report"}


@pytest.fixture(scope="module")
def sdtm(data: TrialData) -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in datasets(STUDY, data)}


@pytest.fixture(scope="module")
def odm(data: TrialData) -> ET.Element:
    return ET.fromstring(odm_file(PROTOCOL, data))


def entries(data: TrialData) -> list[Entry]:
    return [one for subject in data.subjects for one in subject.entries()]


def values(data: TrialData) -> list[FormValue]:
    return [one for one in entries(data) if isinstance(one, FormValue)]


def column(dataset: Dataset, name: str) -> list[Any]:
    return [row[name] for row in dataset.rows if row.get(name) is not None]


def test_odm_has_every_row_once(data: TrialData, odm: ET.Element) -> None:
    found = Counter(one.text for one in odm.iterfind(".//o:SourceID", NS))
    moved = [one.ref for one in data.ledger if one.subject]
    assert found == Counter([*(one.ref for one in entries(data)), *moved])
    assert sum(one.count for one in left_out_of_odm(data)) == len(data.ledger) - len(moved)


def test_odm_has_every_number_exactly(data: TrialData, odm: ET.Element) -> None:
    held = {
        one.findtext("o:AuditRecord/o:SourceID", None, NS): one.get("Value")
        for one in odm.iterfind(".//o:ItemData", NS)
    }
    numbers = {one.ref: one.number for one in values(data) if one.number is not None}
    assert len(numbers) > 300
    assert {ref: Decimal(str(held[ref])) for ref in numbers} == numbers


def test_sdtm_has_every_row_or_counts_it(data: TrialData, sdtm: dict[str, Dataset]) -> None:
    found = {str(ref) for name, dataset in sdtm.items() for ref in column(dataset, f"{name}SPID")}
    unjudged = {one.ref for s in data.subjects for one in s.deviations if one.status != "confirmed"}
    expected = {one.ref for one in entries(data) if one.table not in WITHIN | NO_PLACE}
    moved = {one.ref for one in data.ledger if one.subject}
    derived = {ref for ref in found if ref.count("/") == 2}
    assert found - derived == (expected - unjudged) | moved
    counted = Counter(one.table for one in entries(data))
    without_place = sum(counted[table] for table in NO_PLACE) + len(unjudged)
    no_subject = sum(one.subject is None for one in data.ledger)
    assert sum(one.count for one in left_out_of_sdtm(data)) == without_place + no_subject
    assert len(sdtm["SV"].rows) == counted["visit"]
    assert len(column(sdtm["LB"], "LBTOXGR")) == counted["grade_decision"]


def test_sdtm_has_every_number_exactly(data: TrialData, sdtm: dict[str, Dataset]) -> None:
    found = {
        row[f"{name}SPID"]: row[f"{name}STRESN"]
        for name in ("EG", "LB", "QS", "RE", "VS", "XF")
        for row in sdtm[name].rows
        if row[f"{name}SPID"] and row.get(f"{name}STRESN") is not None
    }
    numbers = {one.ref: one.number for one in values(data) if one.number is not None}
    assert {ref: found[ref] for ref in numbers} == numbers
    typed = {
        row[f"{name}SPID"]: row.get(f"{name}ORRES")
        for name in ("EG", "LB", "QS", "RE", "VS", "XF")
        for row in sdtm[name].rows
    }
    assert {one.ref: typed[one.ref] for one in values(data)} == {
        one.ref: one.typed for one in values(data)
    }


def test_doses_and_events_are_counted_in_both(
    data: TrialData, sdtm: dict[str, Dataset], odm: ET.Element
) -> None:
    doses = [dose for subject in data.subjects for dose in subject.doses]
    given = [dose.amount for dose in doses if dose.amount is not None]
    assert column(sdtm["EX"], "EXDOSE") == given
    assert len(sdtm["EC"].rows) == len(doses) == 7
    amounts = odm.iterfind(".//o:ItemData[@ItemOID='IT.dose.amount']", NS)
    assert [Decimal(str(one.get("Value"))) for one in amounts] == given
    events = [event.grade for subject in data.subjects for event in subject.adverse_events]
    assert list(map(int, column(sdtm["AE"], "AETOXGR"))) == events
    grades = odm.iterfind(".//o:ItemData[@ItemOID='IT.adverse_event.grade']", NS)
    assert [int(str(one.get("Value"))) for one in grades] == events


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    text = files[name].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_every_value(data: TrialData) -> None:
    files = csv_files(PROTOCOL, data, "en")
    rows = table(files, "values.csv")
    numbers = {f"form_value/{row['Row']}": row["Number"] for row in rows}
    assert {ref: Decimal(text) for ref, text in numbers.items() if text} == {
        one.ref: one.number for one in values(data) if one.number is not None
    }
    assert len(rows) == len(values(data))
    counted = Counter(one.table for one in entries(data))
    for name in counted.keys() - {"form_value", "form_entry"}:
        assert len(table(files, f"{name}.csv")) == counted[name], name
    assert len(table(files, "ledger.csv")) == len(data.ledger)
    forms = [len(table(files, name)) for name in files if name.startswith("form_")]
    assert sum(forms) == counted["form_entry"]


def test_csv_opens_in_excel_and_computes_nothing(data: TrialData) -> None:
    files = csv_files(PROTOCOL, data, "zh")
    assert all(content.startswith(b"\xef\xbb\xbf") for content in files.values())
    events = table(files, "adverse_event.csv")
    assert events[0]["报告用语"] == "'" + SCRIPT
    assert {row["严重不良事件"] for row in events} == {"yes", "no"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("-1.5", "-1.5"),
        ("+3", "+3"),
        ("-1+2", "'-1+2"),
        ("@sum", "'@sum"),
        ("1-1", "1-1"),
        ("", ""),
    ],
)
def test_only_what_a_spreadsheet_would_compute_is_marked(text: str, shown: str) -> None:
    assert guarded(text) == shown
    assert table({"a": csv_text(["x"], [[text], ["end"]])}, "a")[0]["x"] == shown


def test_no_file_holds_a_hospital_id(data: TrialData) -> None:
    files = [*csv_files(PROTOCOL, data, "zh").values(), *sdtm_files(STUDY, data).values()]
    assert not any(name.encode() in content for name in HOSPITAL_IDS for content in files)


def test_the_readme_says_what_has_no_place(data: TrialData) -> None:
    text = readme(PROTOCOL, data, ["odm", "sdtm"], {"odm/trial.xml": "ab12"}, "en", marked=0)
    for line in (
        "- answers to criteria (IE holds only criteria that were not met): 1",
        "- deviations that nobody has confirmed, or that were dismissed: 2",
        "- steps in the course of adverse events: 1",
        "- reports of serious adverse events: 1",
        "- movements of the drug that concern no participant: 1",
        "adverse_event 1, criterion_answer 1, dose 1, form_entry 1, form_value 1,"
        " grade_decision 1, visit 1",
        "ab12  odm/trial.xml",
        data.head,
    ):
        assert line in text, line
    assert "csv/" not in text
