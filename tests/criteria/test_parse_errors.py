"""What is said about a line that cannot be read: where, and what to do."""

from __future__ import annotations

import re

import pytest

from trialrun.criteria.language_errors import PHRASES, WORDS
from trialrun.criteria.parse import LanguageError, _parser, parse

ERRORS: list[tuple[str, int, int, str, str]] = [
    # text, line, column, what was found, what to do (a part of it)
    ("", 1, 1, "the statement stops too early", "here may stand: a statement"),
    ("lates [x] < 5", 1, 1, "“lates” cannot stand here", "did you mean “latest”?"),
    ("latest [x] is postive", 1, 15, "“postive” cannot stand here", "“positive”"),
    ("latest [x] wihtin 30 days < 5", 1, 12, "“wihtin” cannot stand here", "“within”"),
    ("condition [x]", 1, 11, "“[” cannot stand here", "letters, digits and hyphens"),
    ("condition in [white cells]", 1, 14, "“[” cannot stand here", "letters, digits and hyphens"),
    ("condition in [x", 1, 14, "“[” cannot stand here", "ends with ]"),
    ("age", 1, 4, "the statement stops too early", "a comparison (<, <=, >, >=, =), at least"),
    ("age from 18.5 to 70 years", 1, 10, "18.5 is not a whole number", ""),
    ("age > 18\nand age <\n  ?", 3, 3, "“?” cannot stand here", "a number"),
    ("condition in [x] within 1.5 months", 1, 25, "1.5 is not a whole number", ""),
    ("latest [x] < 80,000 /mm3", 1, 14, "“80” cannot stand here", "without commas: 80000"),
    ("latest [x] < 1,5 mg", 1, 14, "“1” cannot stand here", "written with a point: 1.5"),
    ("latest [x] < 1e5", 1, 14, "“1e5” cannot stand here", "plain digits"),
    ("latest [x] < .5", 1, 14, "“.” cannot stand here", "begins with a digit"),
    ("latest [x] < " + "9" * 5000, 1, 14, "cannot stand here", "at most 18 digits"),
    ("latest [x] => 5", 1, 12, "“=” cannot stand here", "written <= or >="),
    ("latest [x] == 5", 1, 12, "“=” cannot stand here", "<, <=, >, >= or ="),
    ("latest [x] != 5", 1, 12, "“!” cannot stand here", "<, <=, >, >= or ="),
    ("latest [x] < 5 annd sex is male", 1, 21, "“sex” cannot stand here", "did you mean “and”?"),
    ("latest [x] < 5 mg within 30 days", 1, 19, "“within” cannot", "before the comparison"),
    ("latest [x] within 30 days", 1, 26, "the statement stops too early", "a comparison"),
    ("condition in [x] from 2020-02-30 to enrolment", 1, 23, "2020-02-30 is no day", ""),
    ("condition in [x] from 2020-2-3 to enrolment", 1, 23, "“2020-2-3”", "year-month-day"),
    ("condition in [x] from enrollment to 2020-01-01", 1, 23, "“enrollment”", "“enrolment”"),
    ("(age > 3", 1, 9, "the statement stops too early", ")"),
    ("age > 3)", 1, 8, "“)” cannot stand here", "the end of the statement"),
    ("attested consent given", 1, 10, "“consent” cannot stand here", "between double quotes"),
    ("attested “consent given”", 1, 10, "““” cannot stand here", "straight double quotes"),
    ('attested "consent', 1, 10, '“"” cannot stand here', "ends with a double quote"),
    ("（age > 3）", 1, 1, "“（” cannot stand here", "western keyboard"),
    ("oral condition in [x]", 1, 6, "“condition” cannot stand here", "medication"),
    (
        "condition in [x] with daily dose > 5 mg",
        1,
        18,
        "“with” cannot stand here",
        "only a medication",
    ),
    ("prednisone-equivalent dose within 3 days > 1 mg/kg/d", 1, 28, "“within”", "highest"),
    ("not if age > 3 then sex is male", 1, 5, "“if” cannot stand here", "(if … then …)"),
    ("not ?", 1, 5, "“?” cannot stand here", "here may stand: a statement"),
    ("sex is woman", 1, 8, "“woman” cannot stand here", "female, male"),
    ("at least 2 of age > 3", 1, 15, "“age” cannot stand here", "("),
    ("change in [x] from latest to first > 3 x ULN", 1, 40, "“x” cannot stand here", ""),
]


@pytest.mark.parametrize(("text", "line", "column", "found", "remedy"), ERRORS)
def test_a_bad_line(text: str, line: int, column: int, found: str, remedy: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(text)
    error = caught.value
    assert found in error.message
    assert (error.line, error.column) == (line, column)
    assert remedy in error.remedy


def test_the_error_says_it_all() -> None:
    with pytest.raises(LanguageError) as caught:
        parse("sex is femal")
    error = caught.value
    assert error.expected == ("female", "male")
    assert error.did_you_mean == "female"
    assert str(error) == (
        "line 1, column 8: “femal” cannot stand here "
        "(did you mean “female”? here may stand: female, male)"
    )
    assert error.exit_code == 3


def test_every_terminal_of_the_grammar_has_words() -> None:
    ignored = {"__IGNORE_0"}
    assert {t.name for t in _parser().terminals} - ignored == (WORDS.keys() | PHRASES.keys()) - {
        "$END"
    }


@pytest.mark.parametrize(("name", "word"), [(n, w) for n, words in WORDS.items() for w in words])
def test_words_named_in_errors_are_those_of_the_grammar(name: str, word: str) -> None:
    assert re.fullmatch(_parser().get_terminal(name).pattern.to_regexp(), word)
