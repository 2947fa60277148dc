"""Faults made by rule rather than by hand: every comparison, every condition, every number.

Nothing here knows what a statement means. There are too many to try them all in each run, so that a
number of them is drawn, with a seed that can be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from tests.engine.planting import PROGRAM, ROOT, Fault
from tests.engine.rules_for_python import python_edits
from tests.engine.rules_for_sql import Edit, sql_edits

_MEASURED = "Measured or Change or Derived or PrednisoneEquivalent"
_NUMBERS = "Change or Derived or PrednisoneEquivalent"
_RECORDS = "Recorded or PrednisoneEquivalent or DoseUnchanged or RecordedThroughout"
_EVERYONE = "every_patient or connectives"
ASKED: Mapping[str, str] = {
    "person": "Age or SexIs",
    "records": "Recorded",
    "covered": _RECORDS,
    "silent": _RECORDS,
    "unread": _RECORDS,
    "unread_row": _RECORDS,
    "unread_concept": _RECORDS,
    "silence": _RECORDS,
    "measured_row": _MEASURED,
    "window_row": _MEASURED,
    "part_overview": _MEASURED,
    "chosen_row": _MEASURED,
    "part_missing": f"{_MEASURED} or look_ups",
    "parts": _MEASURED,
    "tested_row": "Measured",
    "tested_one": "Measured",
    "tested_several": "Measured",
    "tested_none": "Measured",
    "joined": "Measured",
    "measurements": "Measured or Change",
    "value_tests": "Measured",
    "part_value": _NUMBERS,
    "numbers": _NUMBERS,
    "change": "Change",
    "derived": "Derived or PrednisoneEquivalent",
    "prednisone": "PrednisoneEquivalent",
    "doses": "DoseUnchanged",
    "attested": "Attested",
    "recorded_throughout": "RecordedThroughout",
    "attested_throughout": "AttestedThroughout",
    "throughout": "RecordedThroughout or AttestedThroughout",
    "connectives": "connectives",
}
"""Which small worlds a file of the compiler matters to; the others: all of them."""

EQUIVALENT: Mapping[str, str] = {}
"""Why nothing can notice, by what was done."""


def sample(count: int, seed: int) -> list[Fault]:
    """Return so many of the faults that the rules give, drawn by lot.

    A fault keeps its lot when the program changes elsewhere, so that two runs can be compared.
    """
    faults = list(systematic())
    by_lot = sorted(range(len(faults)), key=lambda place: _lot(faults[place], seed))
    return [faults[place] for place in sorted(by_lot[:count])]


def _lot(fault: Fault, seed: int) -> str:
    return sha256(f"{seed} {fault.file} {fault.what}".encode()).hexdigest()


def systematic() -> Iterator[Fault]:
    """Yield every fault that the rules give in the compiler, file by file."""
    engine = ROOT / PROGRAM / "engine"
    for path in sorted([*engine.glob("sql/*.sql"), *engine.glob("compiler/*.py")]):
        text = path.read_text(encoding="utf-8")
        for edit in sql_edits(text) if path.suffix == ".sql" else python_edits(text):
            yield _fault(path, text, edit)


def _fault(path: Path, text: str, edit: Edit) -> Fault:
    at, before, after = edit
    what = _in_words(text, at, before, after)
    return Fault(
        what=what,
        asks=(ASKED.get(path.stem, _EVERYONE),),
        file=path.relative_to(ROOT / PROGRAM).as_posix(),
        before=before,
        after=after,
        equivalent=EQUIVALENT.get(what, ""),
        at=at,
    )


def _in_words(text: str, at: int, before: str, after: str) -> str:
    """Quote the lines as they were and as they are, without what both begin and end with."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at + len(before))
    line = " ".join(text[start:end].split())
    changed = " ".join((text[start:at] + after + text[at + len(before) : end]).split())
    return f"`{line}` becomes `{changed}`"
