"""How many of the planned doses were given."""

from __future__ import annotations

from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import TrialSubject


def compliance_of(study: Study, subject: TrialSubject) -> float | None:
    """Return the doses given in percent of those planned so far; None if none was planned.

    A dose that no plan asked for counts for neither.
    """
    planned = given = 0
    for dose in study.doses.get(subject.id, ()):
        if dose.planned is not None:
            days = dose.last_day - dose.first_day + 1
            planned += days
            given += days if dose.given is not None else 0
    return 100 * given / planned if planned else None
