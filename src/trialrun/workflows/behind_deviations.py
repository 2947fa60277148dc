"""What was recorded of the visit or dose that a deviation is about: whoever judges reads why."""

from __future__ import annotations

from sqlalchemy.orm import Session

from trialrun.conduct.reading.doses import doses_of
from trialrun.conduct.reading.visits import visits_of
from trialrun.conduct.tables.deviations import Deviation
from trialrun.conduct.tables.doses import Dose
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.workflows.dose_departures import dose_name


def recorded_visit_of(session: Session, deviation: Deviation) -> Visit | None:
    """Return the visit that stands; None: the deviation is about none, or nobody recorded it."""
    of = session.get_one(Participant, deviation.participant_id).candidate_id
    planned = (one for one in visits_of(session, of) if one.planned == deviation.concerns)
    return next(planned, None) if deviation.concerns else None


def recorded_dose_of(session: Session, deviation: Deviation) -> Dose | None:
    """Return the dose that stands; None: the deviation is about none, or nobody recorded it."""
    doses = doses_of(session, deviation.participant_id)
    return next((one for one in doses if _name(one) == deviation.concerns), None)


def _name(dose: Dose) -> str | None:
    if dose.course is not None and dose.number is not None:
        return f"{dose.course}.{dose.number}"
    return None if dose.given_on is None else dose_name(None, dose.given_on)
