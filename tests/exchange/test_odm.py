"""ODM 1.3.2: the file is valid by its schema, and says who wrote each value, when and why."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import odmlib
import pytest
import xmlschema
from tests.exchange.world import HOSPITAL_IDS, PROTOCOL, SCRIPT

from trialrun.exchange.odm.document import odm_file
from trialrun.exchange.readme import readme
from trialrun.exchange.unwritable import Marking, clean
from trialrun.protocol.design import Design
from trialrun.records.trial_data import TrialData

NS = {"o": "http://www.cdisc.org/ns/odm/v1.3"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def schema() -> xmlschema.XMLSchema:
    """CDISC's own schema, which the package odmlib carries."""
    folder = Path(str(odmlib.__file__)).parent / "schemas" / "odm" / "1.3.2"
    return xmlschema.XMLSchema(str(folder / "ODM1-3-2.xsd"), allow="local")


@pytest.fixture(scope="module")
def written(data: TrialData) -> bytes:
    return odm_file(PROTOCOL, data)


@pytest.fixture(scope="module")
def root(written: bytes) -> ET.Element:
    return ET.fromstring(written)


def test_it_is_valid(written: bytes) -> None:
    assert [str(error.reason) for error in schema().iter_errors(written.decode())] == []


def test_the_schema_would_find_a_fault(written: bytes) -> None:
    faulty = written.decode().replace('DataType="integer"', 'DataType="whole"', 1)
    assert not schema().is_valid(faulty)


def test_a_trial_without_schedule_or_subjects_is_valid(data: TrialData) -> None:
    bare = replace(PROTOCOL, design=Design(), forms=())
    assert schema().is_valid(odm_file(bare, replace(data, subjects=(), ledger=())).decode())


def test_items_of_an_older_version_are_kept(data: TrialData) -> None:
    shorter = tuple(
        replace(form, items=form.items[1:], derived=()) if form.id == "ecg" else form
        for form in PROTOCOL.forms
        if form.id != "nfl"
    )
    text = odm_file(replace(PROTOCOL, forms=shorter), data).decode()
    assert schema().is_valid(text)
    assert 'ItemDef OID="IT.nfl.serum"' in text
    assert 'ItemDef OID="IT.ecg.reading"' in text


def references(root: ET.Element, tag: str, attribute: str) -> set[str]:
    return {str(one.get(attribute)) for one in root.iterfind(f".//o:{tag}", NS)}


@pytest.mark.parametrize(
    ("tag", "attribute", "defined"),
    [
        ("StudyEventData", "StudyEventOID", "StudyEventDef"),
        ("FormData", "FormOID", "FormDef"),
        ("ItemGroupData", "ItemGroupOID", "ItemGroupDef"),
        ("ItemData", "ItemOID", "ItemDef"),
        ("ItemRef", "ItemOID", "ItemDef"),
        ("CodeListRef", "CodeListOID", "CodeList"),
        ("MeasurementUnitRef", "MeasurementUnitOID", "MeasurementUnit"),
        ("UserRef", "UserOID", "User"),
        ("LocationRef", "LocationOID", "Location"),
    ],
)
def test_what_is_named_is_defined(root: ET.Element, tag: str, attribute: str, defined: str) -> None:
    named = references(root, tag, attribute)
    assert named
    assert named <= references(root, defined, "OID")


def test_metadata_speak_both_languages(root: ET.Element) -> None:
    question = root.find(".//o:ItemDef[@OID='IT.alsfrs-r.speech']/o:Question", NS)
    assert question is not None
    words = {text.get(LANGUAGE): text.text for text in question}
    assert words == {"en": "Speech", "zh-CN": "言语"}
    choice = root.find(".//o:CodeList[@OID='CL.survival.event']/o:CodeListItem/o:Decode", NS)
    assert choice is not None
    assert [text.text for text in choice] == ["None so far", "尚无"]


def test_ranges_are_hard_or_soft(root: ET.Element) -> None:
    checks = root.findall(".//o:ItemDef[@OID='IT.laboratory.wbc']/o:RangeCheck", NS)
    shown = [(c.get("SoftHard"), c.get("Comparator"), c[0].text) for c in checks]
    assert shown == [
        ("Hard", "GE", "0"),
        ("Hard", "LE", "1000"),
        ("Soft", "GE", "1"),
        ("Soft", "LE", "40"),
    ]


def value(root: ET.Element, oid: str) -> ET.Element:
    found = root.find(f".//o:ItemData[@ItemOID='{oid}']", NS)
    assert found is not None
    return found


def text(element: ET.Element, path: str) -> str | None:
    return element.findtext(path, None, NS)


def test_a_value_says_who_wrote_it_when_and_why(root: ET.Element) -> None:
    corrected = value(root, "IT.laboratory.wbc")
    assert corrected.get("Value") == "1.95"
    user = corrected.find("o:AuditRecord/o:UserRef", NS)
    assert user is not None
    assert user.get("UserOID") == "U.data-manager"
    assert text(corrected, "o:AuditRecord/o:DateTimeStamp") == "2022-08-08T04:00:00Z"
    assert text(corrected, "o:AuditRecord/o:ReasonForChange") == "misread from the sheet"


def test_what_was_not_done_is_null_and_says_why(root: ET.Element) -> None:
    missing = value(root, "IT.inflammatory-factors.tnf-alpha")
    assert (missing.get("IsNull"), missing.get("Value")) == ("Yes", None)
    assert text(missing, "o:Annotation/o:Comment") == "tube broke"


def test_below_the_limit_of_detection_is_text(root: ET.Element) -> None:
    defined = root.find(".//o:ItemDef[@OID='IT.inflammatory-factors.il-6']", NS)
    assert defined is not None
    assert defined.get("DataType") == "text"
    assert value(root, "IT.inflammatory-factors.il-6").get("Value") == "<1.5"


def test_partial_and_unknown_dates(root: ET.Element) -> None:
    started = root.findall(".//o:ItemData[@ItemOID='IT.medication_period.started']", NS)
    assert [(one.get("Value"), one.get("IsNull")) for one in started] == [
        ("2021-05", None),
        (None, "Yes"),
    ]


def test_what_people_wrote_stays_text(root: ET.Element) -> None:
    assert value(root, "IT.adverse_event.reported_term").get("Value") == SCRIPT


def test_subjects_go_by_their_numbers(root: ET.Element, written: bytes) -> None:
    assert [s.get("SubjectKey") for s in root.iterfind(".//o:SubjectData", NS)] == [
        "001",
        "002",
        "S3",
    ]
    assert not any(name in written.decode() for name in HOSPITAL_IDS)


def test_what_xml_cannot_hold_is_marked() -> None:
    assert clean("a\x0bb\ud800c\n头") == "a\ufffdb\ufffdc\n头"


def with_nul(data: TrialData) -> TrialData:
    """The trial as an earlier version of the program let people write it."""
    one, *others = data.subjects
    event, *events = one.adverse_events
    spoilt = replace(event, narrative="fell\x00ill\x0b", reported_term="\x00")
    drug, *drugs = one.medication
    consent, *consents = one.consents
    one = replace(
        one,
        adverse_events=(spoilt, *events),
        medication=(replace(drug, name="pred\ufffeni"), *drugs),
        consents=(replace(consent, form_version="1\x00"), *consents),
    )
    return replace(data, subjects=(one, *others))


def test_old_texts_that_no_file_can_hold_are_marked_and_counted(data: TrialData) -> None:
    spoilt = with_nul(data)
    assert ET.fromstring(odm_file(PROTOCOL, spoilt)).tag.endswith("ODM")
    marking = Marking()
    marked = marking.whole(spoilt)
    assert marking.count == 5
    assert marked.subjects[0].adverse_events[0].narrative == "fell\ufffdill\ufffd"
    assert marked.subjects[1:] == data.subjects[1:]
    assert Marking().whole(data) == data
    text = readme(PROTOCOL, marked, ["odm"], {}, "en", marked=marking.count)
    assert "no file can hold (control characters): 5." in text
