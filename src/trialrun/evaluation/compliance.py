"""How much of what was planned has been given."""

from __future__ import annotations

from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import Dose, TrialSubject


def compliance_of(study: Study, subject: TrialSubject) -> float | None:
    """Return the amount given in percent of the amount planned so far; None if none was planned.

    A dose that no plan asked for counts for neither. Of a placebo, whose amounts are all 0, the
    doses are counted instead.
    """
    planned = [one for one in study.doses.get(subject.id, ()) if one.planned is not None]
    if not planned:
        return None
    if due := sum((one.planned or 0) * days_of(one) for one in planned):
        return 100 * sum((one.given or 0) * days_of(one) for one in planned) / due
    given = sum(days_of(one) for one in planned if one.given is not None)
    return 100 * given / sum(map(days_of, planned))


def days_of(dose: Dose) -> int:
    """Return on how many days a dose was given, or was to be."""
    return dose.last_day - dose.first_day + 1
