"""What is said of the rows behind an answer: computed quantities, contradictions, exact gaps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.report.world import (
    ON,
    concept,
    diagnosis,
    lab,
    open_by_hand,
    prednisone,
    said,
    shipped,
)

from trialrun.criteria.answers import Computed, Gap, LeafAnswer
from trialrun.criteria.expressions import Attested, SexIs
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language
from trialrun.criteria.wording_gaps import GAP_WORDS, LIST_IS_SILENT, NO_UNIT, GapWords
from trialrun.records.dates import Span
from trialrun.records.rows import Bounds, Row
from trialrun.report.behind import computed_line, contradiction_line, gap_words
from trialrun.report.opened import OpenedPatient, Part, lay_out
from trialrun.report.voice import Voice
from trialrun.terminology.codes import Concept

EN = Voice("en", {})
QUESTION = "is allergic or intolerant to interleukin-2"
G20 = diagnosis(1, "G20", "Parkinson's disease", "2020")
LOCAL = replace(G20, concept=concept("local", "X1", "PD"))
NAMELESS = replace(G20, concept=Concept((), "PD"))
WEIGHED = lab(1, "29463-7", "Body weight", "2022-01-02", "64", "kg")


def opened(name: str, language: Language, *, pseudonymised: bool = False) -> OpenedPatient:
    judged = replace(open_by_hand(name), pseudonymised=pseudonymised)
    return lay_out(judged, 1, Voice.of(shipped(), language))


def parts_of(patient: OpenedPatient, criterion: str) -> list[Part]:
    """The parts of a criterion, at every depth."""
    found = [part for c in patient.criteria if c.id == criterion for part in c.parts]
    for part in found:
        found.extend(part.parts)
    return found


def computed_in(patient: OpenedPatient, criterion: str) -> list[str]:
    rows = [row for part in parts_of(patient, criterion) for row in part.rows]
    return [row.value for row in rows if row.what == "computed"]


def test_the_clearance_is_shown() -> None:
    """51 years, 64 kg, 70 µmol/L = 0.79184 mg/dL (113.12 g/mol): 89 x 64 / (72 x 0.79184)."""
    assert computed_in(opened("m-eligible", "en"), "E7") == ["99.91 mL/min"]


def test_the_dose_per_kg_is_shown() -> None:
    """60 mg of prednisone a day, and 64 kg."""
    assert computed_in(opened("m-to-confirm", "en"), "E2a") == ["0.9375 mg/kg/d"]


def test_a_clearance_would_tell_the_age_of_a_pseudonym() -> None:
    hidden = opened("m-to-confirm", "en", pseudonymised=True)
    assert computed_in(hidden, "E7") == []
    assert computed_in(hidden, "E2a") == ["0.9375 mg/kg/d"]


@pytest.mark.parametrize(
    ("between", "shown"),
    [
        (Bounds(Fraction(1, 3), Fraction(1, 3)), ["0.3333 mL/min"]),
        (Bounds(Fraction(1, 3), Fraction(2, 3)), ["0.3333–0.6667 mL/min"]),
        (Bounds(Fraction(1, 2), None), ["≥0.5 mL/min"]),
        (Bounds(Fraction(0), None), []),
        (Bounds(None, None), []),
    ],
)
def test_what_is_known_of_a_quantity(between: Bounds, shown: list[str]) -> None:
    answer = LeafAnswer(Truth.TRUE, computed=Computed(between, "mL/min"))
    lines = computed_line(SexIs("male"), answer, EN, pseudonymised=False)
    assert [line.value for line in lines] == shown


UNREAD = Gap.CODE_NOT_UNDERSTOOD
GAPS: tuple[tuple[Gap, tuple[Row, ...], GapWords], ...] = (
    (UNREAD, (G20,), LIST_IS_SILENT["en"]),
    (UNREAD, (G20, LOCAL), GAP_WORDS["en"][UNREAD]),
    (UNREAD, (NAMELESS,), GAP_WORDS["en"][UNREAD]),
    (UNREAD, (), GAP_WORDS["en"][UNREAD]),
    (Gap.UNIT_NOT_COMPARABLE, (WEIGHED,), GAP_WORDS["en"][Gap.UNIT_NOT_COMPARABLE]),
    (Gap.UNIT_NOT_COMPARABLE, (replace(WEIGHED, unit=None),), NO_UNIT["en"]),
    (Gap.UNIT_NOT_COMPARABLE, (replace(prednisone(1, 5), dose_unit=None),), NO_UNIT["en"]),
    (Gap.LIST_OPEN, (G20,), GAP_WORDS["en"][Gap.LIST_OPEN]),
)


@pytest.mark.parametrize(("gap", "rows", "said_of_it"), GAPS)
def test_a_gap_is_told_by_its_rows(gap: Gap, rows: tuple[Row, ...], said_of_it: GapWords) -> None:
    answer = LeafAnswer(Truth.UNKNOWN, tuple(row.row_id for row in rows), gap)
    assert gap_words(answer, rows, EN) == said_of_it


def test_a_standard_code_is_not_to_be_mapped() -> None:
    assert "map" not in LIST_IS_SILENT["en"].settled_by
    assert "映射" not in LIST_IS_SILENT["zh"].settled_by


YES, NO = said(1, QUESTION), said(2, QUESTION, answer=False)
EARLIER = replace(NO, start=Span.of(ON.replace(day=1)))


@pytest.mark.parametrize(
    ("rows", "lines"), [((YES, NO), 1), ((YES, EARLIER), 0), ((YES,), 0), ((), 0)]
)
def test_contradicting_answers_of_one_day(rows: tuple[Row, ...], lines: int) -> None:
    found = contradiction_line(Attested(QUESTION), rows, EN)
    assert len(found) == lines
    assert all("the one against enrolment counts" in line.what for line in found)


def test_one_line_needs_no_heading() -> None:
    """E5 asks of several lists, answered alike: one line, and nothing to be one or more of."""
    headings = [
        part
        for c in opened("m-eligible", "en").criteria
        for part in parts_of(opened("m-eligible", "en"), c.id)
        if part.parts
    ]
    assert headings
    assert all(len(part.parts) > 1 or part.statement.startswith(("not", "at")) for part in headings)


def test_chinese_says_what_a_person_was_asked_about() -> None:
    (part,) = (p for p in parts_of(opened("m-eligible", "zh"), "I8") if p.rows)
    assert part.statement == "经人工确认：“已签署本试验的知情同意书”。"
    (part,) = (p for p in parts_of(opened("m-eligible", "en"), "I8") if p.rows)
    assert "about:" not in part.statement
