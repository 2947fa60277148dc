"""One patient's record in memory: what the reference interpreter reads.

The same facts as the canonical tables of `schema`, as frozen objects with exact numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, UNKNOWN_DATE, Span
from trialrun.records.schema import Kind, Route
from trialrun.terminology.bounds import Bounds as Bounds
from trialrun.terminology.codes import Concept


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record that counts: when, what, and its name in the source."""

    row_id: int
    kind: Kind
    concept: Concept
    start: Span
    end: Span | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Row):
    """A sign that was looked for, and whether it was found (None: not said)."""

    present: bool | None = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication(Row):
    """A medicine over a period; `daily_dose` in `dose_unit` per day."""

    route: Route | None = None
    daily_dose: Fraction | None = None
    dose_unit: str | None = None
    basis: str = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Row):
    """A value of a day, in the unit as written, with the row's own reference range."""

    value: Bounds | None = None
    unit: str | None = None
    ref_lo: Fraction | None = None
    ref_hi: Fraction | None = None
    polarity: Literal["positive", "negative"] | None = None
    abnormal: bool | None = None
    value_concept: Concept | None = None
    value_text: str | None = None

    @property
    def has_value(self) -> bool:
        """Whether anything was measured: a number, a code, a text, or a polarity or flag."""
        return not (
            self.value is None
            and self.polarity is None
            and self.abnormal is None
            and self.value_concept is None
            and self.value_text is None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation(Row):
    """What a person said about a statement; `answer` None: asked, and not known."""

    question: str
    answer: bool | None
    attested_by: str | None = None
    reason: str | None = None


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class PatientRecord:
    """Everything a database holds about one patient, and what its silence proves."""

    patient_id: str
    sex: Literal["female", "male"] | None = None
    birth: Span = UNKNOWN_DATE
    death: Span = ALIVE
    rows: tuple[Row, ...] = ()
    coverage: tuple[Coverage, ...] = ()

    def of_kind(self, kind: Kind) -> Iterator[Row]:
        """Return the rows of one kind."""
        return (row for row in self.rows if row.kind is kind)

    def of_type(self, row_type: type[R]) -> Iterator[R]:
        """Return the rows of one class, with that class's fields."""
        return (row for row in self.rows if isinstance(row, row_type))
