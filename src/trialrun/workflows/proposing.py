"""Write what departs from the protocol as proposed deviations: nothing twice, nothing judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from trialrun.conduct.actions.deviations import (
    DeviationEntry,
    DeviationProposal,
    propose_deviations,
)
from trialrun.conduct.actions.oversight import open_lock
from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.proposals import DeviationCategory, ProposedDeviation, proposals_of_schedule
from trialrun.conduct.schedule import schedule
from trialrun.conduct.surveillance import Evidence, Participation
from trialrun.conduct.tables.deviations import Deviation, DeviationKind
from trialrun.errors import RefusedError
from trialrun.protocol.design import Design
from trialrun.workflows.dose_departures import departing_doses
from trialrun.workflows.enrolled import enrolled_one
from trialrun.workflows.looking_after import planned_doses

_KINDS: Mapping[DeviationCategory, DeviationKind] = {
    DeviationCategory.OBLIGATION: DeviationKind.OBLIGATION,
    DeviationCategory.EXCLUSION: DeviationKind.EXCLUSION,
    DeviationCategory.VISIT_DAY: DeviationKind.VISIT_WINDOW,
    DeviationCategory.VISIT_MISSED: DeviationKind.MISSED_VISIT,
    DeviationCategory.DOSE_DAY: DeviationKind.DOSE,
    DeviationCategory.DOSE_MISSED: DeviationKind.MISSED_DOSE,
    DeviationCategory.DOSE_INTERVAL: DeviationKind.DOSE,
    DeviationCategory.DOSE_AMOUNT: DeviationKind.DOSE,
    DeviationCategory.DOSE_LOT: DeviationKind.DOSE,
    DeviationCategory.DOSE_EXPIRED: DeviationKind.DOSE,
    DeviationCategory.AFTER_WITHDRAWAL: DeviationKind.CONSENT,
}


def propose_departing_dose(
    database: Database,
    design: Design,
    participant_id: int,
    name: str,
    at: datetime,
    *,
    zone: tzinfo,
) -> tuple[Deviation, ...]:
    """Propose at once how a dose that was given departs, as the program itself."""
    on = day_of(at, zone)
    with database.reading() as session:
        one = enrolled_one(session, design, participant_id, zone=zone)
        planned = planned_doses(schedule(design, one.known, on).doses)
        found = (
            *proposals_of_schedule(planned, Participation(one.row.enrolled_on, on, on)),
            *departing_doses(session, design, one.row, on),
        )
    of_dose = [proposal for proposal in found if proposal.about == name]
    return propose(database, PROGRAM, at, participant_id, of_dose, on)[0]


def propose(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    found: Sequence[ProposedDeviation],
    today: date,
) -> tuple[tuple[Deviation, ...], bool]:
    """Write what is new, as one act; say if the data are locked, so that it was held back.

    Raises:
        RefusedError: it cannot be written for another reason.
    """
    proposals = [_proposal(one) for one in found]
    try:
        return (
            propose_deviations(database, actor, at, participant_id, proposals, today=today),
            False,
        )
    except RefusedError:
        with database.reading() as session:
            if open_lock(session, participant_id, None) is None:
                raise
        return (), True


def _proposal(found: ProposedDeviation) -> DeviationProposal:
    entry = DeviationEntry(
        _KINDS[found.category], found.about, found.description.en, found.first_day.isoformat()
    )
    evidence: dict[str, Any] = {
        "zh": found.description.in_language("zh"),
        "until": found.last_day.isoformat() if found.last_day else None,
        "rows": [_row(one) for one in found.rows],
    }
    return DeviationProposal(found.key, entry, evidence)


def _row(evidence: Evidence) -> dict[str, Any]:
    row = evidence.row
    codings = row.concept.codings
    return {
        "source": str(evidence.source),
        "kind": str(row.kind),
        "ref": row.ref,
        "what": getattr(row, "question", None) or row.concept.text or _first_name(codings),
        "from": row.start.lo.isoformat(),
        "to": row.start.hi.isoformat(),
    }


def _first_name(codings: Sequence[Any]) -> str:
    return next((coding.display or coding.code for coding in codings), "")
