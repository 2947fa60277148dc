"""The clinic as a file tree: the same every time, whole, and of the mix that the table states."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trialrun.errors import UsageError
from trialrun.synthetic.clinic import Generated, generate
from trialrun.synthetic.criteria import CRITERIA
from trialrun.synthetic.diseases import MIX, Group
from trialrun.synthetic.patients import make_patient

ON = date(2022, 1, 15)
SUBJECTS = ("subject", "patient", "individual")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(tmp_path_factory.mktemp("made") / "clinic", patients=400, seed=5, on=ON)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def resources(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.ndjson")):
        if path.name != "log.ndjson":
            for line in path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)


def subject_of(resource: dict[str, Any]) -> str | None:
    for name in SUBJECTS:
        if name in resource:
            return str(resource[name]["reference"]).rsplit("/", 1)[1]
    return None


class TestTheSameEveryTime:
    def test_the_same_seed_gives_the_same_bytes(self, clinic: Generated, tmp_path: Path) -> None:
        again = generate(tmp_path / "again", patients=400, seed=5, on=ON)
        assert files_of(again.folder) == files_of(clinic.folder)
        assert again.truth.read_bytes() == clinic.truth.read_bytes()

    def test_another_seed_gives_other_patients(self, clinic: Generated, tmp_path: Path) -> None:
        other = generate(tmp_path / "other", patients=400, seed=6, on=ON)
        assert other.truth.read_bytes() != clinic.truth.read_bytes()

    def test_two_processes_give_the_same_bytes_as_one(
        self, clinic: Generated, tmp_path: Path
    ) -> None:
        two = generate(tmp_path / "two", patients=400, seed=5, on=ON, workers=2)
        assert files_of(two.folder) == files_of(clinic.folder)
        assert two.truth.read_bytes() == clinic.truth.read_bytes()

    def test_a_patient_does_not_depend_on_how_many_there_are(
        self, clinic: Generated, tmp_path: Path
    ) -> None:
        few = generate(tmp_path / "few", patients=30, seed=5, on=ON)
        for name, content in files_of(few.folder).items():
            assert (clinic.folder / name).read_bytes().startswith(content), name

    def test_compressed_files_hold_the_same_lines(self, clinic: Generated, tmp_path: Path) -> None:
        packed = generate(tmp_path / "packed", patients=400, seed=5, on=ON, gzip=True)
        for path in clinic.folder.glob("*.ndjson"):
            content = gzip.decompress((packed.folder / f"{path.name}.gz").read_bytes())
            assert content == path.read_bytes()


class TestWhole:
    def test_every_line_is_a_resource_of_its_file(self, clinic: Generated) -> None:
        for path in clinic.folder.glob("*.ndjson"):
            expected = path.name.split(".")[0]
            for line in path.read_text(encoding="utf-8").splitlines():
                read = json.loads(line)
                if expected != "log":
                    assert (read["resourceType"], bool(read["id"])) == (expected, True)

    def test_ids_are_unique_but_for_rows_written_twice(self, clinic: Generated) -> None:
        by_id: dict[tuple[str, str], dict[str, Any]] = {}
        for resource in resources(clinic.folder):
            key = resource["resourceType"], resource["id"]
            assert by_id.setdefault(key, resource) == resource

    def test_references_are_to_what_is_there_but_for_a_few_strangers(
        self, clinic: Generated
    ) -> None:
        found = list(resources(clinic.folder))
        patients = {r["id"] for r in found if r["resourceType"] == "Patient"}
        medicines = {f"Medication/{r['id']}" for r in found if r["resourceType"] == "Medication"}
        named = {subject_of(r) for r in found} - patients - {None}
        assert all(str(name).startswith("unknown-") for name in named)
        referred = {
            r["medicationReference"]["reference"] for r in found if "medicationReference" in r
        }
        assert referred <= medicines
        assert referred

    def test_both_kinds_of_reference_and_of_offset_occur(self, clinic: Generated) -> None:
        text = (clinic.folder / "Observation.1.ndjson").read_text(encoding="utf-8")
        for written in ('"Patient/', '"https://fhir.hospital.example/r4/Patient/', "+08:00", "00Z"):
            assert written in text, written

    def test_what_is_counted_is_what_is_written(self, clinic: Generated) -> None:
        assert Counter(r["resourceType"] for r in resources(clinic.folder)) == clinic.rows

    def test_a_patient_has_sixty_to_eighty_rows_on_average(self, clinic: Generated) -> None:
        assert 60 <= sum(clinic.rows.values()) / clinic.patients <= 80

    def test_the_truth_names_every_patient_and_criterion_once(self, clinic: Generated) -> None:
        with clinic.truth.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        expected = [(str(n), c) for n in range(1, 401) for c in CRITERIA]
        assert [(row["patient_id"], row["criterion"]) for row in rows] == expected
        assert {row["truth"] for row in rows} == {"true", "false", "unknown"}
        assert all(row["because"] for row in rows)

    def test_progress_ends_with_all_patients(self, tmp_path: Path) -> None:
        told: list[int] = []
        generate(tmp_path / "clinic", patients=150, seed=1, on=ON, progress=told.append)
        assert told == [100, 150]


class TestRefused:
    @pytest.mark.parametrize("patients", [0, -1])
    def test_no_patients(self, patients: int, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="at least one"):
            generate(tmp_path / "clinic", patients=patients, seed=1, on=ON)

    def test_a_folder_that_holds_something(self, clinic: Generated) -> None:
        with pytest.raises(UsageError, match="not an empty folder"):
            generate(clinic.folder, patients=1, seed=1, on=ON)

    def test_the_truth_inside_the_export(self, tmp_path: Path) -> None:
        out = tmp_path / "clinic"
        with pytest.raises(UsageError, match="own folder"):
            generate(out, patients=1, seed=1, on=ON, truth=out / "truth.csv")


class TestMix:
    def test_the_shares_add_up(self) -> None:
        assert sum(disease.share for disease in MIX) == 1000

    def test_the_groups_come_in_their_shares(self) -> None:
        made = Counter(make_patient(n, 3, ON).disease.group for n in range(2000))
        shares = {group: sum(d.share for d in MIX if d.group is group) / 1000 for group in Group}
        for group, share in shares.items():
            # Four standard deviations of a binomial share.
            assert abs(made[group] / 2000 - share) < 4 * (share * (1 - share) / 2000) ** 0.5, group


def test_no_text_breaks_the_json(clinic: Generated) -> None:
    """Nothing is escaped by the writers, so that no text of the room may need it."""
    for path in clinic.folder.glob("*.ndjson"):
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", path.read_text(encoding="utf-8"))
