from __future__ import annotations

import pytest

from trialrun.criteria.parse import parse
from trialrun.report.changes import Sort, moved
from trialrun.report.voice import Voice

MARKS = {Sort.KEPT: "{}", Sort.GONE: "-{}-", Sort.NEW: "+{}+"}


def marked(before: str, after: str, voice: Voice) -> str:
    return "".join(
        MARKS[piece.sort].format(piece.text) for piece in moved(parse(before), parse(after), voice)
    )


@pytest.mark.parametrize(
    ("before", "after", "english", "chinese"),
    [
        (
            "age from 18 to 70 years",
            "age from 18 to 75 years",
            "The patient is from 18 to -70-+75+ years old (both included).",
            "年龄18～-70-+75+周岁（含两端）。",
        ),
        (
            "latest [platelets] within 30 days < 80000 /mm3 or latest [alt] > 2.5 U/L",
            "latest [platelets] within 30 days < 40000 /mm3 or latest [alt] > 2.5 U/L",
            "The latest value of “platelets” within 30 days before enrolment is below "
            "-80000-+40000+ /mm3.",
            "入组前30天内“platelets”的最近一次结果低于 -80000-+40000+ /mm3。",
        ),
        (
            "not (sex is female and age at most 49 years)",
            "not (sex is female and age at most 44 years)",
            "The patient is at most -49-+44+ years old.",
            "年龄不超过-49-+44+周岁。",
        ),
    ],
)
def test_only_the_statement_that_was_changed_is_shown(
    before: str, after: str, english: str, chinese: str
) -> None:
    assert marked(before, after, Voice("en", {})) == english
    assert marked(before, after, Voice("zh", {})) == chinese


def test_two_changes_at_once_show_the_whole() -> None:
    said = marked(
        "sex is female and age at most 49 years",
        "sex is male and age at most 44 years",
        Voice("en", {}),
    )
    assert said == "The patient is -female-+male+, and the patient is at most -49-+44+ years old."
