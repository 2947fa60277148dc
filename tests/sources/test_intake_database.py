"""The database: whole or not at all, the same from the same input, and updated by later exports."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.sources.fhir.exports import Export, Resource, coded, patient

from trialrun.errors import StoreError, UsageError
from trialrun.records.schema import TABLES
from trialrun.sources.intake.which_source import refuse_a_second_name

SENTINEL = "Zhuangzhou-1234567"


def condition(name: str, code: str = "86044005", who: str = "1", **fields: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "id": name,
        "code": coded(code),
        "subject": {"reference": f"Patient/{who}"},
        **fields,
    }


def value(name: str, number: float, who: str = "1", **fields: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": name,
        "code": coded("777-3", "http://loinc.org"),
        "subject": {"reference": f"Patient/{who}"},
        "valueQuantity": {"value": number, "unit": "10*9/L"},
        "effectiveDateTime": "2020-05-10",
        **fields,
    }


@pytest.fixture
def export(tmp_path: Path) -> Export:
    folder = tmp_path / "export"
    folder.mkdir()
    made = Export(folder, tmp_path / "hospital.duckdb")
    made.write("Patient.ndjson", patient("1"), patient("2"))
    return made


def contents(export: Export) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table, row for row."""
    return {table.name: export.rows(f"FROM {table.name} ORDER BY ALL") for table in TABLES}


def refs(export: Export, kind: str = "condition") -> list[str]:
    return [ref for (ref,) in export.rows(f"SELECT ref FROM {kind} ORDER BY ref")]


def beside(export: Export) -> list[str]:
    return sorted(path.name for path in export.database.parent.iterdir())


# --- repeatable -----------------------------------------------------------------------------


def write_much(export: Export) -> None:
    export.write("Patient.ndjson", *[patient(f"p{n}") for n in range(300)])
    rows = [value(f"o{n}", n, f"p{n * 7 % 300}") for n in range(3000)]
    export.write("Observation.0.ndjson", *rows[:1500])
    export.write("Observation.1.ndjson", *rows[1500:])
    export.write("Condition.ndjson", *[condition(f"c{n}", str(n), f"p{n}") for n in range(300)])


def test_the_same_input_gives_the_same_database(export: Export, tmp_path: Path) -> None:
    write_much(export)
    again = Export(export.folder, tmp_path / "again.duckdb")
    assert export.load() == again.load()
    assert contents(export) == contents(again)


def test_loading_the_same_export_again_changes_nothing(export: Export) -> None:
    write_much(export)
    first = export.load()
    before = contents(export)
    assert export.load() == first
    assert contents(export) == before


def test_row_numbers_are_unique_over_all_kinds(export: Export) -> None:
    write_much(export)
    export.load()
    export.write("Condition.ndjson", *[condition(f"d{n}", "1", f"p{n}") for n in range(9)])
    export.load()
    numbers = [
        number
        for table in ("measurement", "condition")
        for (number,) in export.rows(f"SELECT row_id FROM {table}")
    ]
    assert len(numbers) == len(set(numbers)) == 3309


# --- later exports --------------------------------------------------------------------------


def test_a_later_export_updates_what_it_speaks_of_and_leaves_the_rest(export: Export) -> None:
    export.write("Condition.ndjson", condition("a", "1"), condition("b", "2"))
    export.load()
    before = dict(export.rows("SELECT ref, row_id FROM condition"))
    export.clear()
    export.write("Patient.ndjson", patient("1", birthDate="1980-01-01"), patient("3"))
    export.write("Condition.ndjson", condition("b", "3"), condition("c", "4", "3"))
    export.load()
    found = export.rows(
        "SELECT ref, code, patient_id FROM condition JOIN coding USING (concept_id)"
        " JOIN patient USING (patient_no) ORDER BY ref"
    )
    assert found == [
        ("Condition/a", "1", "1"),
        ("Condition/b", "3", "1"),
        ("Condition/c", "4", "3"),
    ]
    after = dict(export.rows("SELECT ref, row_id FROM condition"))
    assert after["Condition/a"] == before["Condition/a"]
    assert export.rows("SELECT patient_id, birth_lo::VARCHAR FROM patient ORDER BY ALL") == [
        ("1", "1980-01-01"),
        ("2", "1970-01-01"),
        ("3", "1970-01-01"),
    ]


def test_a_record_that_turns_out_an_error_is_taken_away(export: Export) -> None:
    part = {"code": {"text": "part"}, "valueInteger": 1}
    export.write("Observation.ndjson", value("a", 1, component=[part]), value("b", 2))
    export.load()
    assert refs(export, "measurement") == ["Observation/a", "Observation/a#1", "Observation/b"]
    export.clear()
    export.write("Patient.ndjson", patient("1"))
    export.write("Observation.ndjson", value("a", 1, status="entered-in-error"))
    export.load()
    assert refs(export, "measurement") == ["Observation/b"]


def test_a_part_that_a_new_version_has_lost_is_taken_away(export: Export) -> None:
    parts = [{"code": {"text": name}, "valueInteger": 1} for name in "xy"]
    export.write("Observation.ndjson", value("a", 1, component=parts))
    export.load()
    export.write("Observation.ndjson", value("a", 1, component=parts[:1]))
    export.load()
    assert refs(export, "measurement") == ["Observation/a", "Observation/a#1"]


def test_a_row_that_names_nothing_is_a_doubt_and_a_result_of_nothing_is_none(
    export: Export,
) -> None:
    """The medicines of an order may stand in a file that was not exported: they were taken."""
    order = {"resourceType": "MedicationRequest", "subject": {"reference": "Patient/1"}}
    lost = {"medicationReference": {"reference": "Medication/lost"}}
    export.write("MedicationRequest.ndjson", *[{**order, **lost, "id": n} for n in ("a", "b")])
    export.write("Condition.ndjson", condition("c") | {"code": None}, condition("d"))
    export.write("Observation.ndjson", value("o", 1, code={"text": " "}))
    export.load()
    why = "it has neither a code nor a name"
    assert export.reasons() == {
        ("medication", f"{why}: it counts as a doubt only"): 2,
        ("condition", f"{why}: it counts as a doubt only"): 1,
        ("measurement", why): 1,
    }
    named = "SELECT ref, text FROM {} JOIN concept USING (concept_id) ORDER BY ref"
    nameless = "(no name)"
    assert export.rows(named.format("medication")) == [
        ("MedicationRequest/a", nameless),
        ("MedicationRequest/b", nameless),
    ]
    assert export.rows(named.format("condition")) == [
        ("Condition/c", nameless),
        ("Condition/d", None),
    ]
    before = contents(export)
    export.load()
    assert contents(export) == before


def test_an_export_that_is_whole_takes_away_what_it_lacks(export: Export) -> None:
    export.write("Condition.ndjson", condition("a"), condition("b"))
    export.write("Observation.ndjson", value("a", 1))
    export.load()
    export.clear()
    export.write("Patient.ndjson", patient("1"))
    export.write("Condition.ndjson", condition("b"))
    export.load(whole=True)
    assert refs(export) == ["Condition/b"]
    assert refs(export, "measurement") == []


def test_a_patient_of_whom_no_source_speaks_any_more(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"), patient("2"))
    export.write("Condition.ndjson", condition("a", who="1"), condition("b", who="2"))
    export.load(source_name="ward")
    export.write("Patient.ndjson", patient("2"))
    export.write("Condition.ndjson", condition("c", who="1"), condition("d", who="2"))
    export.load(source_name="laboratory")
    export.load(source_name="ward", whole=True)
    assert export.rows("SELECT patient_id FROM patient") == [("2",)]
    assert export.rows(
        "SELECT name, ref FROM condition JOIN source USING (source_id) ORDER BY ALL"
    ) == [("laboratory", "Condition/d"), ("ward", "Condition/d")]
    reason = ("condition", "of a patient that no source has named")
    assert export.reasons() == {reason: 2}


def test_rows_that_come_before_their_patient_count_once_he_is_known(export: Export) -> None:
    export.write("Condition.ndjson", condition("a", who="3"))
    export.load()
    assert refs(export) == []
    export.write("Patient.ndjson", patient("3"))
    export.load()
    assert refs(export) == ["Condition/a"]


# --- several sources ------------------------------------------------------------------------

BIRTHS = "SELECT patient_id, sex, birth_lo::VARCHAR, birth_hi::VARCHAR FROM patient ORDER BY ALL"


def test_two_sources_in_one_database(export: Export) -> None:
    export.write("Condition.ndjson", condition("a"))
    export.load(source_name="ward")
    export.clear()
    export.write("Patient.ndjson", patient("1", gender="male"), patient("9"))
    export.write("Condition.ndjson", condition("a", "2"), condition("b", who="2"))
    export.load(source_name="laboratory")
    assert export.rows(
        "SELECT name, ref, patient_id FROM condition JOIN source USING (source_id)"
        " JOIN patient USING (patient_no) ORDER BY ALL"
    ) == [
        ("laboratory", "Condition/a", "1"),
        # The laboratory need not name a patient whom the ward has named.
        ("laboratory", "Condition/b", "2"),
        ("ward", "Condition/a", "1"),
    ]
    export.load(source_name="laboratory", whole=True)
    assert [name for (name,) in export.rows("SELECT name FROM source ORDER BY ALL")] == [
        "laboratory",
        "ward",
    ]


# the later export, under a name that nobody gave it | the patients of it whom `ward` has, too
UNNAMED: dict[str, tuple[dict[str, list[Resource]], str | None]] = {
    "the next month": (
        {"Patient": [patient("1"), patient("2")], "Condition": [condition("z")]},
        "2 patients",
    ),
    "one patient in common": ({"Patient": [patient("2"), patient("7")]}, "1 patient"),
    "nobody in common": ({"Patient": [patient("8")]}, None),
}


@pytest.mark.parametrize("what", UNNAMED)
def test_a_second_folder_of_the_same_patients_must_say_what_it_is(
    export: Export, what: str
) -> None:
    export.write("Condition.ndjson", condition("a"))
    export.load(source_name="ward 1")
    before = export.database.read_bytes()
    later = Export(export.folder.with_name("export-feb"), export.database)
    later.folder.mkdir()
    resources, shared = UNNAMED[what]
    for name, rows in resources.items():
        later.write(f"{name}.ndjson", *rows)
    if shared is None:
        later.load(source_name=None)
        assert export.rows("SELECT name FROM source ORDER BY 1") == [("export-feb",), ("ward 1",)]
        return
    with pytest.raises(UsageError, match="does not say which source") as refused:
        later.load(source_name=None)
    (problem,) = refused.value.problems
    assert f"the source 'ward 1' already has records of {shared} that" in problem.found
    assert "--source 'ward 1'" in problem.remedy
    assert "--source NAME" in problem.remedy
    assert export.database.read_bytes() == before
    # Either way out works; the next time, the folder's name is known.
    later.load(source_name="export-feb")
    later.load(source_name=None)


RESULT = """
INSERT INTO store.source VALUES (9, 'lab-jan', 'csv', 'UTC', '');
INSERT INTO store.measurement BY NAME
SELECT
  99 AS row_id, patient_no, 1 AS concept_id, DATE '2020-01-01' AS start_lo,
  DATE '2020-01-01' AS start_hi, 9 AS source_id, 'r' AS ref, false AS lo_open, false AS hi_open
FROM store.patient WHERE patient_id = '1'
"""


def test_rows_without_their_patients_are_recognised_too(export: Export) -> None:
    """Results alone, as a laboratory sends them month by month; the ward had no results."""
    export.write("Condition.ndjson", condition("a"))
    export.load(source_name="ward")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{export.database}' AS store")
        connection.execute("CREATE TABLE staged_measurement AS SELECT '1' AS patient_id")
        staged = ["measurement"]
        refuse_a_second_name(connection, export.folder, "lab-jan", staged)
        connection.execute(RESULT)
        refuse_a_second_name(connection, export.folder, "lab-jan", staged)
        with pytest.raises(UsageError, match="lab-jan"):
            refuse_a_second_name(connection, export.folder, "lab-feb", staged)


def test_sources_that_contradict_each_other_about_a_patient(export: Export) -> None:
    export.write("Patient.ndjson", patient("1", gender="male"), patient("2"))
    export.load(source_name="ward")
    export.write("Patient.ndjson", patient("1", gender="female", birthDate="1980"))
    export.load(source_name="laboratory")
    both = [("1", None, "1970-01-01", "1980-12-31"), ("2", None, "1970-01-01", "1970-01-01")]
    assert export.rows(BIRTHS) == both
    # The laboratory corrects itself: nothing is left of the contradiction.
    export.write("Patient.ndjson", patient("1", gender="male", birthDate="1970"))
    export.load(source_name="laboratory")
    assert export.rows(BIRTHS) == [
        ("1", "male", "1970-01-01", "1970-01-01"),
        ("2", None, "1970-01-01", "1970-01-01"),
    ]
    assert export.reasons() == {}


# --- whole or not at all --------------------------------------------------------------------

LOAD = """
import sys, time
from pathlib import Path
from trialrun.sources.intake import load
def pause(what, share):
    print(what, flush=True)
    if what == sys.argv[3]:
        time.sleep(60)
load(Path(sys.argv[1]), Path(sys.argv[2]), source_name="hospital", time_zone="Asia/Shanghai",
     progress=pause)
"""


def start(export: Export, pause_at: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOAD, str(export.folder), str(export.database), pause_at]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert running.stdout is not None
    for line in running.stdout:
        if line.strip() == pause_at:
            return running
    raise AssertionError(f"the load never came to {pause_at}")


def stop(running: subprocess.Popen[str]) -> None:
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert running.stdout is not None
    running.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
@pytest.mark.parametrize("pause_at", ["reading Condition", "merging", "summing up"])
def test_a_kill_leaves_the_old_database(export: Export, pause_at: str) -> None:
    export.write("Condition.ndjson", condition("a"))
    export.load()
    before = contents(export)
    export.write("Condition.ndjson", condition("a", "2"), condition("b"))
    stop(start(export, pause_at))
    assert contents(export) == before
    assert len(beside(export)) > 2
    export.load()
    assert refs(export) == ["Condition/a", "Condition/b"]
    assert beside(export) == ["export", "hospital.duckdb"]


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_two_loads_at_a_time_are_refused(export: Export) -> None:
    export.write("Condition.ndjson", condition("a"))
    running = start(export, "merging")
    try:
        with pytest.raises(StoreError, match="being loaded by another program"):
            export.load()
        # The refused load has swept up nothing of the one that is running.
        assert "hospital.duckdb.tmp-build" in beside(export)
    finally:
        stop(running)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from trialrun.errors import StoreError
from trialrun.sources.intake import load
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    load(Path(sys.argv[1]), Path(sys.argv[2]), source_name="hospital", time_zone="Asia/Shanghai")
except StoreError as error:
    sys.exit(f"{error}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
@pytest.mark.parametrize("limit", [1_000, 100_000, 2_000_000])
def test_a_full_disk_leaves_the_old_database(export: Export, limit: int) -> None:
    export.write("Condition.ndjson", condition("a"))
    export.load()
    before = contents(export)
    rows = [value(f"{n}{SENTINEL}{n * n}", n) for n in range(60_000)]
    export.write("Observation.ndjson", *rows)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(export.folder), str(export.database), str(limit)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert SENTINEL not in done.stderr
    assert contents(export) == before
    assert beside(export) == ["export", "hospital.duckdb"]


def test_an_error_of_the_program_leaves_the_old_database(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    export.write("Condition.ndjson", condition("a"))
    export.load()
    before = contents(export)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("trialrun.sources.intake.loading.summarise", fail)
    export.write("Condition.ndjson", condition("b"))
    with pytest.raises(RuntimeError):
        export.load()
    assert contents(export) == before
    assert beside(export) == ["export", "hospital.duckdb"]


def opened_elsewhere(export: Export, *, read_only: bool) -> subprocess.Popen[str]:
    """Open the database in another program, which closes it when it is told a line."""
    program = (
        f"import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only={read_only});"
        " print('open', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(export.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    return other


def test_a_lock_that_was_left_half_made_is_no_lock(export: Export) -> None:
    export.database.with_name("hospital.duckdb.tmp-lock").write_bytes(b"\x00" * 100)
    export.load()
    assert beside(export) == ["export", "hospital.duckdb"]


def test_a_reader_goes_on_reading_the_old_database(export: Export) -> None:
    export.write("Condition.ndjson", condition("a"))
    export.load()
    reader = opened_elsewhere(export, read_only=True)
    export.write("Condition.ndjson", condition("b"))
    export.load()
    reader.communicate("done\n")
    assert refs(export) == ["Condition/a", "Condition/b"]


def test_a_database_that_another_program_writes(export: Export) -> None:
    export.load()
    writer = opened_elsewhere(export, read_only=False)
    try:
        with pytest.raises(StoreError, match="is in use"):
            export.load()
    finally:
        writer.communicate("done\n")


def test_databases_that_are_not_ours(export: Export) -> None:
    export.database.write_text("a text\n" * 1000)
    with pytest.raises(StoreError, match="not a DuckDB database"):
        export.load()
    export.database.unlink()
    with duckdb.connect(str(export.database)) as other:
        other.execute("CREATE TABLE t AS SELECT 1")
    with pytest.raises(StoreError, match="not a database of this program"):
        export.load()
    with duckdb.connect(str(export.database)) as other:
        other.execute("CREATE TABLE meta AS SELECT 'schema_version' AS key, '0' AS value")
    with pytest.raises(StoreError, match="of another version"):
        export.load()


def test_a_folder_that_is_not_there(export: Export, tmp_path: Path) -> None:
    lost = Export(export.folder, tmp_path / "nowhere" / "hospital.duckdb")
    with pytest.raises(StoreError, match="no such folder"):
        lost.load()


def test_a_time_zone_that_does_not_exist(export: Export) -> None:
    with pytest.raises(UsageError, match="did you mean 'Asia/Shanghai'"):
        export.load(time_zone="Asia/Shanghaii")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_files_are_readable_by_their_owner_only(export: Export) -> None:
    export.write("Condition.ndjson", condition("a"))
    running = start(export, "merging")
    try:
        for path in export.database.parent.iterdir():
            if path.name != "export":
                assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    finally:
        stop(running)
    before = os.umask(0o022)
    try:
        export.load()
        assert stat.S_IMODE(export.database.stat().st_mode) == 0o600
        made = export.folder / "made-afterwards"
        made.touch()
        assert stat.S_IMODE(made.stat().st_mode) == 0o644
    finally:
        os.umask(before)


def test_names_with_quotes_and_wildcards(export: Export, tmp_path: Path) -> None:
    export.write("it's [a] 100% 中文.ndjson", condition("a"))
    odd = Export(export.folder, tmp_path / "it's [x]*.duckdb")
    odd.load()
    assert refs(odd) == ["Condition/a"]
    assert len(beside(odd)) == 2


def test_the_source_says_where_it_came_from(export: Export) -> None:
    export.load()
    ((name, form, zone, first),) = export.rows(
        "SELECT name, format, time_zone, fingerprint FROM source"
    )
    assert (name, form, zone) == ("hospital", "fhir", "Asia/Shanghai")
    export.write("Patient.ndjson", patient("1", gender="male"))
    export.load()
    ((second,),) = export.rows("SELECT fingerprint FROM source")
    assert len(first) == 64
    assert first != second
