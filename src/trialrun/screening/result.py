"""What a screening found: frozen results for the terminal, the report and the files.

Nothing here computes; `screen` fills it, `report` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.answers import Gap
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import TrialProtocol
from trialrun.records.rows import PatientRecord
from trialrun.records.schema import Kind
from trialrun.screening.attrition import Loss
from trialrun.screening.gains import Gain
from trialrun.screening.plan import Asked
from trialrun.screening.verdict import Death, Verdict


@dataclass(frozen=True)
class Judgement:
    """Criterion × patient: the answered tree, and whether it lets the patient in."""

    asked: Asked
    tree: Answered
    permission: Truth
    hint: Answered | None = None


@dataclass(frozen=True)
class JudgedPatient:
    """One patient, whatever the verdict: every judgement with its tree, and the record behind it.

    `name` is what the patient is called in everything written out: the id, or its pseudonym.
    `opens_on` is the first day on which nothing refuses, `lapses_on` the last of an eligibility;
    None: time alone does not bring it. `lapses_by` are the criteria that no longer permit on the
    day after. `death` says that the patient is no candidate, whatever the criteria say.
    """

    name: str
    verdict: Verdict
    record: PatientRecord
    judgements: tuple[Judgement, ...]
    opens_on: date | None = None
    lapses_on: date | None = None
    lapses_by: tuple[str, ...] = ()
    death: Death | None = None
    pseudonymised: bool = False


@dataclass(frozen=True)
class OpenGap:
    """One reason for which a criterion is unknown, and how many candidates it keeps open.

    `candidates` are those undetermined for this reason among others; `settles` those of whom it is
    the only open criterion.
    """

    asked: Asked
    gap: Gap
    candidates: int
    settles: int


@dataclass(frozen=True)
class Declared:
    """A source's coverage of one kind, as declared."""

    source: str
    kind: Kind
    since: date
    until: date


@dataclass(frozen=True)
class Screening:
    """The whole result for one protocol, one database and one index date.

    `patients` counts those alive on the index date; `deceased` those who have died by then, or may
    have, of whom `may_have_died` are not known to have: they are not judged, and in no other count.
    `opened` are the patients shown one by one, at most as many as were asked for: eligible first,
    then near misses by opening date, then undetermined by the number of their open criteria.
    `openings` are the days on which near misses open, one per patient, the earliest first.
    `pseudonymised`: names are keyed hashes, and nothing that could name a patient may be shown.
    """

    protocol: TrialProtocol
    on: date
    plan: tuple[Asked, ...]
    patients: int
    deceased: int
    may_have_died: int
    verdicts: Mapping[Verdict, int]
    ready_for_visit: int
    losses: tuple[Loss, ...]
    gains: tuple[Gain, ...]
    open_gaps: tuple[OpenGap, ...]
    openings: tuple[date, ...]
    opened: tuple[JudgedPatient, ...]
    coverage: tuple[Declared, ...]
    pseudonymised: bool = False

    @property
    def near_misses(self) -> int:
        """How many patients are refused only by what time alone will lift."""
        return len(self.openings)
