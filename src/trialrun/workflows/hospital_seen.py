"""What the hospital's database knows of the participants, and how far it reaches.

Refuses to name the day of anybody's record: `caveats` says its age in steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from trialrun.conduct.tables.candidates import Candidate
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.wording import Language
from trialrun.engine.newest import newest_record
from trialrun.engine.patients import find_patient, read_patients
from trialrun.records.rows import PatientRecord
from trialrun.records.schema import Kind
from trialrun.workflows.caveats import caveats
from trialrun.workflows.hospital import hospital_briefly


@dataclass(frozen=True)
class HospitalSeen:
    """The records of those whom the hospital knows, by participant, as of a day.

    `newest`: when the newest record of any patient begins; `covered`: the last day on which each
    kind is complete, of the participants' records.
    """

    on: date
    records: Mapping[int, PatientRecord] = field(default_factory=dict)
    newest: date | None = None

    @property
    def covered(self) -> dict[Kind, date]:
        """The last day of the coverage of each kind."""
        last: dict[Kind, date] = {}
        for record in self.records.values():
            for one in record.coverage:
                last[one.kind] = max(one.until, last.get(one.kind, one.until))
        return last

    @property
    def known_until(self) -> date | None:
        """The last day on which some kind is complete, at most the day asked; None: no coverage."""
        return min(max(self.covered.values()), self.on) if self.covered else None

    def caveats(self, language: Language) -> tuple[str, ...]:
        """Say what is too old to look after participants by."""
        return caveats(self.on, self.newest, self.covered.items(), {}, language)


def hospital_seen(
    session: Session, participants: Sequence[Participant], data: Path | None, on: date
) -> HospitalSeen | None:
    """Read the hospital's records of participants as of a day; None: no database was given.

    Raises:
        StoreError: the database cannot be read.
    """
    if data is None:
        return None
    ids = {one.id: session.get_one(Candidate, one.candidate_id).patient_id for one in participants}
    with hospital_briefly(data) as connection:
        numbers = {
            participant: number
            for participant, patient in ids.items()
            if (number := find_patient(connection, patient)) is not None
        }
        records = read_patients(connection, numbers.values())
        newest = newest_record(connection, on)
    found = {participant: records[number] for participant, number in numbers.items()}
    return HospitalSeen(on, found, newest)
