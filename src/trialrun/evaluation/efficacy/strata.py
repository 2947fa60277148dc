"""Which stratum a subject is in: the words of some characteristics; None where one is not known."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.evaluation.characteristics import characteristic, label_of
from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import TrialSubject


def stratum_of(study: Study, names: Sequence[str], subject: TrialSubject) -> tuple[str, ...] | None:
    """Return the subject's stratum; with no names everybody is in one."""
    known = [characteristic(study, name, subject).value for name in names]
    labels = tuple(label_of(value) for value in known if value is not None)
    return labels if len(labels) == len(names) else None
