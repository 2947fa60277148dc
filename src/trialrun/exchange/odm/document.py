"""The whole ODM file: study, people and site, data. A snapshot: what stands, and not what stood."""

from __future__ import annotations

from importlib.metadata import version
from xml.etree import ElementTree as ET

from trialrun.exchange.forms import forms_in
from trialrun.exchange.odm.clinical import LOCATION, add_clinical_data
from trialrun.exchange.odm.elements import NAMESPACE, add, add_text, moment, user
from trialrun.exchange.odm.metadata import add_study, version_oid
from trialrun.protocol.model import TrialProtocol
from trialrun.records.trial_data import Person, TrialData

_INVESTIGATOR = "investigator"


def odm_file(protocol: TrialProtocol, data: TrialData) -> bytes:
    """Return a trial as an ODM 1.3.2 file."""
    ET.register_namespace("", NAMESPACE)
    at = moment(data.taken_at)
    root = ET.Element(
        f"{{{NAMESPACE}}}ODM",
        {
            "FileType": "Snapshot",
            "Granularity": "All",
            "FileOID": f"{protocol.registry.id}.{at}",
            "CreationDateTime": at,
            "AsOfDateTime": at,
            "ODMVersion": "1.3.2",
            "Originator": protocol.registry.sponsor,
            "SourceSystem": "trialrun",
            "SourceSystemVersion": version("trialrun"),
            "Description": f"head of the audit trail: {data.head}",
        },
    )
    forms = forms_in(protocol, data)
    add_study(root, protocol, forms)
    _add_people(root, protocol, data)
    add_clinical_data(root, protocol, forms, data)
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add_people(root: ET.Element, protocol: TrialProtocol, data: TrialData) -> None:
    admin = add(root, "AdminData", StudyOID=protocol.registry.id)
    for person in _people(data):
        kind = "Investigator" if person.role == _INVESTIGATOR else "Other"
        element = add(admin, "User", OID=user(person.name), UserType=kind)
        add_text(element, "LoginName", person.name)
        add_text(element, "DisplayName", person.role)
        add_text(element, "FullName", person.full_name)
    sponsor = protocol.registry.sponsor
    site = add(admin, "Location", OID=LOCATION, Name=sponsor, LocationType="Site")
    add(
        site,
        "MetaDataVersionRef",
        StudyOID=protocol.registry.id,
        MetaDataVersionOID=version_oid(protocol),
        EffectiveDate=_first_day(data),
    )


def _people(data: TrialData) -> list[Person]:
    """Return those with accounts, and whoever else has written: the program itself."""
    known = {person.name for person in data.people}
    entries = [one for subject in data.subjects for one in subject.entries()]
    others = {one.stamp.by for one in (*entries, *data.ledger)} - known
    return [*data.people, *(Person(name, name, "program") for name in sorted(others))]


def _first_day(data: TrialData) -> str:
    """Return the day of the first consent: since then the metadata are in use."""
    days = [consent.signed_on for subject in data.subjects for consent in subject.consents]
    return str(min(days, default=data.taken_at.date()))
