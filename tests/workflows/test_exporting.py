"""Taking data out of a trial: what is written, what the trail says of it, what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest
from sqlalchemy import func, select
from tests.conduct.clinic import ZONE
from tests.exchange.world import HOSPITAL_IDS, LAST, PROTOCOL, conducted

from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.audit import verify
from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.reading.exports import past_exports
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.trail import Event
from trialrun.errors import ForbiddenError, NotFoundError, StoreError, UsageError
from trialrun.records.dates import UNKNOWN_DATE, Span, parse_span
from trialrun.records.rows import PatientRecord
from trialrun.workflows import exporting
from trialrun.workflows.exporting import (
    ExportOrder,
    Format,
    export_to_download,
    export_to_folder,
    made_export,
)
from trialrun.workflows.files import FOLDER_OWNER_ONLY
from trialrun.workflows.running import RunningTrial

SMALL = ExportOrder(formats=(Format.CSV,))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = connect(private_sqlite_url(tmp_path_factory.mktemp("trial") / "trial.db"))
    create(opened)
    conducted(opened)
    yield opened
    opened.close()


@pytest.fixture
def trial(held: Database) -> RunningTrial:
    return RunningTrial(held, PROTOCOL, None, ZONE)


def last_export(database: Database) -> Event:
    with database.reading() as session:
        query = select(Event).where(Event.verb == Verb.EXPORT).order_by(Event.id.desc())
        return session.scalars(query.limit(1)).one()


def exports(database: Database) -> int:
    with database.reading() as session:
        query = select(func.count()).select_from(Event).where(Event.verb == Verb.EXPORT)
        return session.scalar(query) or 0


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_format_is_written_and_recorded(trial: RunningTrial, tmp_path: Path) -> None:
    done = export_to_folder(trial, ExportOrder(), PROGRAM, LAST, tmp_path / "out")
    written = files_in(tmp_path / "out")
    assert {"odm/trial.xml", "sdtm/dm.json", "sdtm/suppae.csv", "csv/values.csv"} <= set(written)
    assert {name for name in written if name.startswith("archive/")} == {
        "archive/001.html",
        "archive/002.html",
        "archive/S3.html",
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    assert hashes == done.files
    event = last_export(trial.database)
    assert event.data == {
        "formats": ["odm", "sdtm", "csv", "archive"],
        "subjects": ["001", "002", "S3"],
        "files": hashes,
        "head": done.head,
    }
    assert (event.actor, event.at) == ("trialrun", LAST)
    assert verify(trial.database, done.head).problems == ()


def test_the_manifest_and_the_readme_say_what_it_is(trial: RunningTrial, tmp_path: Path) -> None:
    export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "export.json").read_bytes())
    assert (manifest["trial"], manifest["formats"]) == ("NCT04952155", ["csv"])
    assert "csv/dose.csv" in manifest["files"]
    assert manifest["head"] in (tmp_path / "out" / "README.txt").read_text("utf-8-sig")


def test_only_the_owner_may_read_it(trial: RunningTrial, tmp_path: Path) -> None:
    export_to_folder(trial, ExportOrder(), PROGRAM, LAST, tmp_path / "out")
    for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]:
        expected = FOLDER_OWNER_ONLY if path.is_dir() else 0o600
        assert path.stat().st_mode & 0o777 == expected, path


def test_no_file_holds_a_hospital_id(trial: RunningTrial) -> None:
    for language in ("en", "zh"):
        made = made_export(trial, ExportOrder(language=language), LAST)
        assert [
            (name, known)
            for name, content in made.files.items()
            for known in HOSPITAL_IDS
            if known.encode() in content
        ] == []


def test_one_participant_alone(trial: RunningTrial, tmp_path: Path) -> None:
    order = ExportOrder((Format.ARCHIVE, Format.SDTM), ("002",))
    export_to_folder(trial, order, PROGRAM, LAST, tmp_path / "out")
    written = files_in(tmp_path / "out")
    assert "archive/002.html" in written
    assert "archive/001.html" not in written
    assert len(json.loads(written["sdtm/dm.json"])["rows"]) == 1
    event = last_export(trial.database)
    assert (event.data["subjects"], event.participant_id) == (["002"], 2)


def test_a_participant_who_does_not_exist(trial: RunningTrial, tmp_path: Path) -> None:
    before = exports(trial.database)
    with pytest.raises(NotFoundError, match="no participant 017"):
        export_to_folder(trial, ExportOrder(numbers=("017",)), PROGRAM, LAST, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert exports(trial.database) == before


def test_an_earlier_export_is_replaced_as_a_whole(trial: RunningTrial, tmp_path: Path) -> None:
    export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    export_to_folder(trial, ExportOrder((Format.ODM,)), PROGRAM, LAST, tmp_path / "out")
    assert set(files_in(tmp_path / "out")) == {"odm/trial.xml", "README.txt", "export.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def something_else(out: Path) -> None:
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")


def a_file(out: Path) -> None:
    out.write_text("not a folder")


def a_link(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    out.symlink_to(out.parent / "elsewhere")


def another_manifest(out: Path) -> None:
    out.mkdir()
    (out / "export.json").write_text('{"program": "another", "files": {"a.csv": ""}}')
    (out / "a.csv").write_text("x")


@pytest.mark.parametrize("there", [something_else, a_file, a_link, another_manifest])
def test_nothing_else_is_overwritten(trial: RunningTrial, tmp_path: Path, there: object) -> None:
    before = exports(trial.database)
    there(tmp_path / "out")  # type: ignore[operator]
    with pytest.raises(StoreError, match="is not overwritten"):
        export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    assert exports(trial.database) == before


def test_an_export_that_somebody_added_to_is_kept(trial: RunningTrial, tmp_path: Path) -> None:
    export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    (tmp_path / "out" / "csv" / "my notes.csv").write_text("x")
    with pytest.raises(StoreError, match="files were added"):
        export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    assert (tmp_path / "out" / "csv" / "my notes.csv").is_file()


def test_an_empty_folder_is_filled(trial: RunningTrial, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    assert (tmp_path / "out" / "csv" / "visit.csv").is_file()


def test_nothing_leaves_that_the_trail_could_not_record(
    trial: RunningTrial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    before = files_in(tmp_path / "out")

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(exporting, "record_export", full)
    with pytest.raises(StoreError, match="disk"):
        export_to_folder(trial, ExportOrder((Format.ODM,)), PROGRAM, LAST, tmp_path / "out")
    assert files_in(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_written(trial: RunningTrial, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    before = exports(trial.database)
    with pytest.raises(StoreError, match="cannot be written"):
        export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "file" / "out")
    assert exports(trial.database) == before


def test_a_download_is_the_same_files(trial: RunningTrial) -> None:
    packed = export_to_download(trial, SMALL, PROGRAM, LAST)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        hashes = {
            name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()
        }
    assert last_export(trial.database).data["files"] == hashes


def somebody(database: Database, role: Role) -> Actor:
    with database.reading() as session:
        account = session.scalars(select(Account).where(Account.role == role)).one()
    return Actor(account.name, account.id, role)


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.DATA_MANAGER, Role.MONITOR])
def test_who_may(trial: RunningTrial, role: Role) -> None:
    assert export_to_download(trial, SMALL, somebody(trial.database, role), LAST)
    assert last_export(trial.database).role == role
    assert role in MAY[Verb.EXPORT]


def test_who_may_not(trial: RunningTrial) -> None:
    before = exports(trial.database)
    with pytest.raises(ForbiddenError):
        export_to_download(trial, SMALL, somebody(trial.database, Role.PHARMACIST), LAST)
    assert exports(trial.database) == before


def test_past_exports_are_listed_newest_first(trial: RunningTrial) -> None:
    export_to_download(trial, SMALL, PROGRAM, LAST)
    with trial.database.reading() as session:
        newest = past_exports(session)[0]
    assert (newest.by, newest.formats, newest.subjects) == (
        "trialrun",
        ["csv"],
        ["001", "002", "S3"],
    )
    assert newest.files > 20


def test_the_database_of_another_trial_is_refused(trial: RunningTrial) -> None:
    other = replace(trial, protocol=replace(PROTOCOL, name="another"))
    with pytest.raises(UsageError, match="holds the trial ld-il2-immune-als"):
        made_export(other, SMALL, LAST)


def test_the_database_that_was_exported_is_unchanged_but_for_its_trail(
    trial: RunningTrial, tmp_path: Path
) -> None:
    first = made_export(trial, ExportOrder((Format.ODM,)), LAST).files["odm/trial.xml"]
    export_to_folder(trial, SMALL, PROGRAM, LAST, tmp_path / "out")
    again = made_export(trial, ExportOrder((Format.ODM,)), LAST).files["odm/trial.xml"]
    body = first.partition(b"<Study ")[2]
    assert body
    assert body == again.partition(b"<Study ")[2]
    shutil.rmtree(tmp_path / "out")


def test_texts_of_an_earlier_version_break_no_file(held: Database, tmp_path: Path) -> None:
    """NUL was once let in. It is written past the gateway here, which refuses it today."""
    with held.reading() as session, closing(sqlite3.connect(tmp_path / "old.db")) as copy:
        session.connection().connection.dbapi_connection.backup(copy)  # type: ignore[union-attr]
        copy.execute("DROP TRIGGER adverse_event_is_versioned")
        copy.execute("UPDATE adverse_event SET narrative = 'a' || char(0) || 'b'")
        copy.execute("DROP TRIGGER query_message_stands")
        copy.execute("UPDATE query_message SET words = 'c' || char(0) || 'd'")
        copy.commit()
    old = connect(f"sqlite:///{tmp_path / 'old.db'}")
    files = made_export(RunningTrial(old, PROTOCOL, None, ZONE), ExportOrder(), LAST).files
    old.close()
    ET.fromstring(files["odm/trial.xml"])
    assert [name for name, content in files.items() if b"\0" in content] == []
    assert "a\ufffdb" in files["csv/adverse_event.csv"].decode()
    assert "c\ufffdd" in files["archive/001.html"].decode()
    assert "no file can hold (control characters): 4." in files["README.txt"].decode()


def test_sex_and_age_come_from_the_hospital(
    trial: RunningTrial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Consent was signed on 2022-01-10. Born in January of a year: 53 or 54 on that day.
    births: dict[int, tuple[str, Span]] = {
        1: ("female", parse_span("1970-05-05")),
        2: ("male", parse_span("1968-01")),
        3: ("male", UNKNOWN_DATE),
    }
    numbers = {name: number for number, name in enumerate(HOSPITAL_IDS, 1)}
    monkeypatch.setattr(exporting, "hospital_briefly", lambda _: duckdb.connect())
    monkeypatch.setattr(exporting, "find_patient", lambda _, name: numbers.get(name))
    monkeypatch.setattr(
        exporting,
        "read_patients",
        lambda _, asked: {
            number: PatientRecord(
                patient_id="x",
                sex=births[number][0],  # type: ignore[arg-type]
                birth=births[number][1],
            )
            for number in asked
        },
    )
    with_data = replace(trial, data=tmp_path / "hospital.duckdb")
    made = made_export(with_data, ExportOrder((Format.SDTM,)), LAST)
    dm = json.loads(made.files["sdtm/dm.json"])
    names = [column["name"] for column in dm["columns"]]
    shown = [dict(zip(names, row, strict=True)) for row in dm["rows"]]
    assert [(row["SEX"], row["AGE"], row["AGEU"]) for row in shown] == [
        ("F", 51, "YEARS"),
        ("M", None, None),
        ("M", None, None),
    ]
