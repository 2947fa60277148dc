"""Positive or negative, as laboratories write and code it; in Python and in SQL."""

from __future__ import annotations

import duckdb
import pytest

from trialrun.terminology.code_forms import form_problem
from trialrun.terminology.codes import Coding
from trialrun.terminology.polarity import (
    NEGATIVE_CODES,
    NEGATIVE_TEXTS,
    POSITIVE_CODES,
    POSITIVE_TEXTS,
    TRANSLATE_FROM,
    TRANSLATE_TO,
    normalise,
    polarity_of,
)

NEGATIVE = [
    *("negative", "Negative", "NEG", "neg.", "ＮＥＧ", "(-)", "（－）", "（—）", " (-) "),
    *("阴性", "阴性(-)", "阴性（－）", "阴性 (—)", "(-)阴性", "阴性。", "阴", "未检出"),
    *("not detected", "Not  Detected", "undetected", "non-reactive", "Nonreactive", "absent"),
]  # fmt: skip
POSITIVE = [
    *("positive", "POS", "pos", "+", "++", "+++", "(+)", "（＋）", "2+", "detected", "reactive"),
    *("阳性", "阳性(+)", "阳性（＋＋）", "+阳性", "阳性↑", "弱阳性", "弱阳性(+)", "强阳性", "检出"),
    *("weakly positive", "Weak Positive"),
]  # fmt: skip
NEITHER = [
    *("", " ", "±", "+-", "+/-", "-/+", "可疑", "1:80", "阳性 1:80", "阴性?", "见报告", "未做"),
    *("ND", "equivocal", "trace", "borderline", "not done", "negative or positive", "5.2", "<5"),
    *("A+", "O-", "-", "—", "－", " - "),
]  # fmt: skip
TEXTS = [
    *((text, "negative") for text in NEGATIVE),
    *((text, "positive") for text in POSITIVE),
    *((text, None) for text in NEITHER),
]


@pytest.mark.parametrize(("text", "polarity"), TEXTS)
def test_written(text: str, polarity: str | None) -> None:
    assert polarity_of(text) == polarity


INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

CODED = [
    ([("SNOMED CT", "260385009")], "negative"),
    ([("SNOMED CT", "10828004")], "positive"),
    ([("SNOMED CT", "260373001")], "positive"),
    ([("SNOMED CT", "260415000")], "negative"),
    ([("LOINC", "LA6577-6")], "negative"),
    ([(INTERPRETATION, "POS")], "positive"),
    ([(INTERPRETATION, "NEG")], "negative"),
    ([(INTERPRETATION, "H")], None),
    ([("local:lis", "POS")], None),
    ([("local:lis", "1"), ("SNOMED CT", "10828004")], "positive"),
    ([("SNOMED CT", "10828004"), ("SNOMED CT", "260385009")], None),
    ([], None),
]


@pytest.mark.parametrize(("codings", "polarity"), CODED)
def test_coded(codings: list[tuple[str, str]], polarity: str | None) -> None:
    assert polarity_of(None, [Coding(*coding) for coding in codings]) == polarity


def test_a_text_that_contradicts_its_code_is_neither() -> None:
    negative = [Coding("SNOMED CT", "260385009")]
    assert polarity_of("阳性", negative) is None
    assert polarity_of("阴性", negative) == "negative"
    assert polarity_of("see report", negative) == "negative"


@pytest.mark.parametrize("text", NEGATIVE + POSITIVE + NEITHER)
def test_sql_looks_up_the_same_text(text: str) -> None:
    row = duckdb.execute(
        "SELECT lower(translate(?, ?, ?))", [text, TRANSLATE_FROM, TRANSLATE_TO]
    ).fetchone()
    assert row == (normalise(text),)


def test_the_lists_are_fit_for_lookup() -> None:
    for text in NEGATIVE_TEXTS | POSITIVE_TEXTS:
        assert normalise(text) == text
    assert not NEGATIVE_TEXTS & POSITIVE_TEXTS
    assert not NEGATIVE_CODES & POSITIVE_CODES
    for system, code in NEGATIVE_CODES | POSITIVE_CODES:
        assert not form_problem(system, code)
