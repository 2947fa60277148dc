"""Take data out of a trial: as ODM, SDTM, CSV and archives, into a folder or a download.

Everything is made from one reading of the database, in memory; then the trail records it with a
hash of each file, and only then it is let out: data that nobody has recorded never leave.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from trialrun.conduct.actions.exports import HandedOut, record_export
from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.database import open_database
from trialrun.conduct.reading.archive import oversight_of
from trialrun.conduct.reading.exports import consented_patients, protocol_of
from trialrun.conduct.reading.whole import Describe, nothing_known, whole_trial
from trialrun.criteria.wording import Language
from trialrun.engine.patients import find_patient, read_patients
from trialrun.errors import NotFoundError, UsageError
from trialrun.exchange.odm.document import odm_file
from trialrun.exchange.plain import csv_files
from trialrun.exchange.readme import readme
from trialrun.exchange.sdtm.course import Site, Study
from trialrun.exchange.sdtm.files import sdtm_files
from trialrun.exchange.unwritable import Marking
from trialrun.protocol.file import read_protocol
from trialrun.records.trial_data import Demographics, TrialData
from trialrun.report.archive_page import archive_page
from trialrun.workflows.export_folders import MANIFEST, put_into, refuse_foreign
from trialrun.workflows.hospital import hospital_briefly
from trialrun.workflows.running import RunningTrial


class Format(StrEnum):
    """What an export can be written as."""

    ODM = "odm"
    SDTM = "sdtm"
    CSV = "csv"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class ExportOrder:
    """What is asked for; no `numbers`: of every subject. `country` is that of the site."""

    formats: tuple[Format, ...] = tuple(Format)
    numbers: tuple[str, ...] = ()
    language: Language = "en"
    country: str = Site().country


@dataclass(frozen=True)
class Export:
    """An export that is made and not yet let out: its files, and what the trail will say."""

    files: Mapping[str, bytes]
    handed_out: HandedOut


def export_to_folder(
    trial: RunningTrial, order: ExportOrder, actor: Actor, at: datetime, out: Path
) -> HandedOut:
    """Write an export into a folder, which is new, empty, or an earlier export.

    Raises:
        StoreError: the folder holds something else, or cannot be written.
        NotFoundError: a subject that was named does not exist.
    """
    refuse_foreign(out)
    made = made_export(trial, order, at)
    with put_into(out, made.files) as let_out:
        record_export(trial.database, actor, at, made.handed_out)
        let_out()
    return made.handed_out


def export_to_download(
    trial: RunningTrial, order: ExportOrder, actor: Actor, at: datetime
) -> bytes:
    """Return an export as one ZIP file.

    Raises:
        NotFoundError: a subject that was named does not exist.
        ForbiddenError: the actor's role may not take data out.
    """
    made = made_export(trial, order, at)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in made.files.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
    record_export(trial.database, actor, at, made.handed_out)
    return packed.getvalue()


def export_from_command(
    protocol: str,
    database: str,
    data: Path | None,
    order: ExportOrder,
    out: Path,
    *,
    at: datetime,
    zone: ZoneInfo,
) -> HandedOut:
    """Open a trial's database, and export into a folder at the word of whoever runs the program.

    Raises:
        UsageError: the database is of another trial.
        NotFoundError, ProtocolError, StoreError: what was named cannot be used.
    """
    read = read_protocol(protocol)
    opened = open_database(database, must_exist=True)
    try:
        return export_to_folder(RunningTrial(opened, read, data, zone), order, PROGRAM, at, out)
    finally:
        opened.close()


def made_export(trial: RunningTrial, order: ExportOrder, at: datetime) -> Export:
    """Make every file of an export, from one reading of the database."""
    people = demographics(trial)
    with trial.database.reading() as session:
        refuse_other_trial(session, trial)
        everybody = whole_trial(session, trial.protocol, trial.zone, at, people)
        marking = Marking()
        data = marking.whole(_asked(everybody, order.numbers))
        files = dict(_files(trial, session, data, order, marking))
    hashes = {name: _sha256(content) for name, content in files.items()}
    told = (trial.protocol, data, order.formats, hashes, order.language)
    text = readme(*told, marked=marking.count)
    files["README.txt"] = text.encode("utf-8-sig")
    hashes["README.txt"] = _sha256(files["README.txt"])
    files[MANIFEST] = _manifest(trial, order, data, hashes)
    hashes[MANIFEST] = _sha256(files[MANIFEST])
    return Export(files, HandedOut(order.formats, _numbers(data), hashes, data.head))


def refuse_other_trial(session: Session, trial: RunningTrial) -> None:
    """Refuse a database that holds another trial than the protocol's."""
    held = protocol_of(session)
    if held is not None and held != trial.protocol.name:
        raise UsageError(f"this database holds the trial {held}, not {trial.protocol.name}")


def _asked(data: TrialData, numbers: Sequence[str]) -> TrialData:
    if not numbers:
        return data
    known = set(_numbers(data))
    for number in numbers:
        if number not in known:
            raise NotFoundError(f"the trial has no participant {number}")
    return data.of(frozenset(numbers))


def _numbers(data: TrialData) -> list[str]:
    return [subject.number for subject in data.subjects]


def _files(
    trial: RunningTrial,
    session: Session,
    data: TrialData,
    order: ExportOrder,
    marking: Marking,
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of each format; archives show what was said about the data, too."""
    protocol, language = trial.protocol, order.language
    if Format.ODM in order.formats:
        yield "odm/trial.xml", odm_file(protocol, data)
    if Format.SDTM in order.formats:
        study = Study(protocol, trial.zone, Site(country=order.country))
        yield from _within("sdtm", sdtm_files(study, data))
    if Format.CSV in order.formats:
        yield from _within("csv", csv_files(protocol, data, language))
    if Format.ARCHIVE in order.formats:
        for number in _numbers(data):
            oversight = oversight_of(session, number)
            page = archive_page(protocol, data, number, oversight, language, trial.zone)
            yield f"archive/{number}.html", marking.text(page).encode()


def _within(folder: str, files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from ((f"{folder}/{name}", content) for name, content in files.items())


def _manifest(
    trial: RunningTrial, order: ExportOrder, data: TrialData, hashes: Mapping[str, str]
) -> bytes:
    content = {
        "program": "trialrun",
        "trial": trial.protocol.registry.id,
        "protocol": trial.protocol.name,
        "protocol_version": trial.protocol.version,
        "taken_at": data.taken_at.isoformat(timespec="seconds"),
        "head": data.head,
        "formats": list(order.formats),
        "subjects": _numbers(data),
        "files": dict(sorted(hashes.items())),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- who the subjects are -----------------------------------------------------------------------


def demographics(trial: RunningTrial) -> Describe:
    """Return what tells sex and age by the hospital's records, if they are at hand."""
    if trial.data is None:
        return nothing_known
    with trial.database.reading() as session:
        names = consented_patients(session)
    with hospital_briefly(trial.data) as connection:
        found = {name: find_patient(connection, name) for name in names}
        records = read_patients(connection, [n for n in found.values() if n is not None])

    def describe(patient_id: str, on: date) -> Demographics:
        number = found[patient_id]
        if number is None:
            return Demographics()
        record = records[number]
        youngest, oldest = _age(record.birth.hi, on), _age(record.birth.lo, on)
        return Demographics(record.sex, youngest if youngest == oldest else None)

    return describe


def _age(born: date, on: date) -> int:
    """Return completed years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
