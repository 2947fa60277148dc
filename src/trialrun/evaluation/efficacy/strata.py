"""Which stratum a subject is in, and answers counted within strata.

A stratum is the words of some characteristics; whoever lacks one of them is in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialrun.evaluation.characteristics import characteristic, label_of
from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import TrialSubject


def stratum_of(study: Study, names: Sequence[str], subject: TrialSubject) -> tuple[str, ...] | None:
    """Return the subject's stratum, None for none; with no names everybody is in one."""
    known = [characteristic(study, name, subject).value for name in names]
    labels = tuple(label_of(value) for value in known if value is not None)
    return labels if len(labels) == len(names) else None


def without_stratum(study: Study, names: Sequence[str], subjects: Iterable[TrialSubject]) -> int:
    """Return how many subjects are in no stratum."""
    return sum(stratum_of(study, names, subject) is None for subject in subjects)


def counts_by_stratum(
    study: Study,
    names: Sequence[str],
    arms: Sequence[Iterable[tuple[TrialSubject, int]]],
    answers: int,
) -> list[list[list[int]]]:
    """Return the counts of strata x arms x answers; each arm gives its subjects' answers by number.

    Without any stratum there is one of nobody: a test says itself that it holds no data.
    """
    counts: dict[tuple[str, ...], list[list[int]]] = {}
    for at, arm in enumerate(arms):
        for subject, answer in arm:
            stratum = stratum_of(study, names, subject)
            if stratum is not None:
                counts.setdefault(stratum, _nobody(len(arms), answers))[at][answer] += 1
    return list(counts.values()) or [_nobody(len(arms), max(answers, 2))]


def _nobody(arms: int, answers: int) -> list[list[int]]:
    return [[0] * answers for _ in range(arms)]
