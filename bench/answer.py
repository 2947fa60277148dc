"""Answering alone: every question of the shipped protocol, with evidence, as files.

Opens the database that `trialrun load` made, answers, judges, and writes verdicts and judgements:
`trialrun screen` without opened patients, relaxed criteria and report.

    python bench/answer.py DATABASE OUT
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from trialrun.criteria.truth import Truth
from trialrun.engine.duckdb import Question, answer
from trialrun.engine.export import Dates, export
from trialrun.engine.store import open_store
from trialrun.engine.tallies import tally
from trialrun.protocol.file import read_protocol
from trialrun.records.pseudonyms import OWN_NAMES
from trialrun.screening.plan import plan, record_permits
from trialrun.screening.screen import READY

ON = date(2022, 1, 15)


def main(database: Path, out: Path) -> None:
    """Answer, judge, write."""
    protocol = read_protocol("ld-il2-immune-als")
    asked = plan(protocol)
    questions = [
        *(Question(a.criterion.id, a.expression, a.adverse) for a in asked),
        Question(READY, record_permits(protocol), Truth.FALSE),
    ]
    out.mkdir(parents=True, exist_ok=True)
    with open_store(database, writes_to=out) as connection:
        answers = answer(connection, questions, protocol.setting(ON))
        tallied = tally(answers, ON, len(asked))
        export(tallied, [a.criterion.id for a in asked], READY, Dates({}, {}), out, OWN_NAMES)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
