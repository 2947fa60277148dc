"""What is wrong with a line of the language, in words: where, what may stand there, did you mean.

It knows the grammar's terminals by name; it does not know what an expression is.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from trialrun.errors import ProtocolError


class LanguageError(ProtocolError):
    """A line that is not a statement of the language; line and column count from 1 within it."""

    def __init__(
        self,
        message: str,
        line: int | None = 1,
        column: int | None = 1,
        expected: tuple[str, ...] = (),
        did_you_mean: str | None = None,
        remedy: str = "",
    ) -> None:
        super().__init__(message)
        self.line = line or 1
        self.column = column or 1
        self.expected = expected
        self.did_you_mean = did_you_mean
        self.remedy = remedy or _remedy(expected, did_you_mean)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: {self.message}"
        return f"{place} ({self.remedy})" if self.remedy else place


def _remedy(expected: tuple[str, ...], did_you_mean: str | None) -> str:
    meant = f"did you mean “{did_you_mean}”?" if did_you_mean else ""
    may_stand = f"here may stand: {', '.join(expected)}" if expected else ""
    return " ".join(part for part in (meant, may_stand) if part)


WORDS: dict[str, tuple[str, ...]] = {
    "_IF": ("if",),
    "_THEN": ("then",),
    "_OR": ("or",),
    "_AND": ("and",),
    "_NOT": ("not",),
    "_NO": ("no",),
    "_OF": ("of",),
    "_IN": ("in",),
    "_TO": ("to",),
    "_IS": ("is",),
    "_FROM": ("from",),
    "ANY": ("any",),
    "EACH": ("each",),
    "EVERY": ("every",),
    "LATEST": ("latest",),
    "FIRST": ("first",),
    "LOWEST": ("lowest",),
    "HIGHEST": ("highest",),
    "_CURRENT": ("current",),
    "_AT_LEAST": ("at least",),
    "_AT_MOST": ("at most",),
    "_AT_ANY_TIME": ("at any time",),
    "_RECORDS_OF": ("records of",),
    "_AGE": ("age",),
    "_YEARS": ("years",),
    "_SEX": ("sex",),
    "SEX_NAME": ("female", "male"),
    "EVENT_KIND": (
        "condition",
        "finding",
        "procedure",
        "immunisation",
        "study participation",
        "consent",
        "encounter",
    ),
    "ALLERGY": ("allergy",),
    "_MEDICATION": ("medication",),
    "ROUTE": ("oral", "intravenous", "subcutaneous", "intramuscular", "topical", "inhaled"),
    "_DAILY_DOSE": ("with daily dose",),
    "FORMULA": ("creatinine clearance", "eGFR", "body mass index"),
    "_PREDNISONE_DOSE": ("prednisone-equivalent dose",),
    "_CHANGE_IN": ("change in",),
    "_DOSE_OF": ("dose of",),
    "_UNCHANGED": ("unchanged",),
    "_ATTESTED": ("attested",),
    "_COVERED": ("covered",),
    "QUALITY": ("positive", "negative", "abnormal", "normal"),
    "_WITHIN": ("within",),
    "DATE_UNIT": ("days", "weeks", "months", "years"),
    "DIRECTION": ("before enrolment", "after enrolment"),
    "_ACTIVE": ("active",),
    "ENROLMENT": ("enrolment",),
    "END_OF_FOLLOW_UP": ("end of follow-up",),
}
"""Terminal of the grammar -> the words that a person may write for it."""

PHRASES: dict[str, str] = {
    "OPERATOR": "a comparison (<, <=, >, >=, =)",
    "LIMIT": "x upper limit of normal",
    "DATE": "a date such as 2022-01-31",
    "NUMBER": "a number",
    "VALUE_SET": "a value set such as [platelets]",
    "TEXT": "a text between double quotes",
    "UNIT": "a unit",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "$END": "the end of the statement",
}
"""Terminal of the grammar -> what it stands for, where it is no word."""
_STATEMENT = frozenset(
    {
        *("_AGE", "_SEX", "EVENT_KIND", "ALLERGY", "_MEDICATION", "ROUTE", "_ATTESTED"),
        *("LATEST", "FIRST", "LOWEST", "HIGHEST", "ANY", "EVERY", "FORMULA", "_CURRENT"),
        *("_PREDNISONE_DOSE", "_CHANGE_IN", "_DOSE_OF", "_AT_LEAST", "LPAR", "_NOT", "_NO"),
    }
)
_ADVICE = (
    (r"[+\-−]?\d{1,3}(,\d{3})+(?!\d)", "a number is written without commas: {bare}"),
    (r"[+\-−]?\d+,\d+", "a decimal is written with a point: 1.5"),
    (r"[+\-−]?\d+(\.\d+)?e[+\-]?\d+", "a number is written in plain digits"),
    (r"[+\-−]?\.\d+", "a number begins with a digit: 0.5"),
    (r"[+\-−]?[\d.]*\d{19}", "a number has at most 18 digits on each side of its point"),
    (r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}", "a date is written year-month-day: 2022-01-31"),
    (r"(?<=equivalent dose )within", "write: highest prednisone-equivalent dose within …"),
    (r"with\s+daily\s+dose\b", "only a medication has a daily dose"),
    (
        r"(within|active|at\s+any\s+time)\b",
        "a window stands before the comparison: latest [platelets] within 30 days < 80000 /mm3",
    ),
    (r"if\b", "within a statement, (if … then …) stands between brackets"),
    (r"=[<>]", "a comparison is written <= or >="),
    (r"==|!=|<>", "a comparison is written <, <=, >, >= or ="),
    (r"\[[^\]]*\]", "the name of a value set is letters, digits and hyphens"),
    (r"\[", "a value set ends with ]"),
    (r'"', 'a text ends with a double quote; one within it is doubled: ""'),
    (r"[“”„‘’]", 'a text stands between straight double quotes: "'),
    (r"[（），；［］【】]", "brackets and commas are those of a western keyboard: ( ) , [ ]"),
)
"""What people write (pattern at the place of the error) -> how the language wants it written."""


def explain(error: UnexpectedInput, text: str) -> LanguageError:
    """Turn the parser's complaint into words."""
    position = len(text) if _is_at_end(error) else (error.pos_in_stream or 0)
    terminals = _expected(error)
    line, column = _place(text, position)
    found = _found(text, position)
    message = f"“{found}” cannot stand here" if found else "the statement stops too early"
    return LanguageError(
        message,
        line,
        column,
        expected=in_words(terminals),
        did_you_mean=_meant(text, position, terminals),
        remedy=_advice(text, position),
    )


def in_words(terminals: frozenset[str]) -> tuple[str, ...]:
    """Say which terminals may stand somewhere; all beginnings of a statement are one phrase."""
    head: tuple[str, ...] = ()
    if terminals >= _STATEMENT:
        head, terminals = ("a statement",), terminals - _STATEMENT - {"_IF"}
    words = (WORDS.get(name) or (PHRASES.get(name, name),) for name in sorted(terminals))
    return head + tuple(word for group in words for word in group)


def _is_at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _expected(error: UnexpectedInput) -> frozenset[str]:
    if isinstance(error, UnexpectedCharacters):
        return frozenset(error.allowed or ())
    # `accepts` asks the parser itself; `expected` would also name what other places allow.
    return frozenset(error.accepts if isinstance(error, UnexpectedToken) else ())


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _found(text: str, position: int) -> str:
    match = re.match(r"[\w\-]+|\S", text[position:])
    return match.group() if match else ""


def _advice(text: str, position: int) -> str:
    for pattern, advice in _ADVICE:
        match = re.compile(pattern, re.IGNORECASE).match(text, position)
        if match:
            return advice.format(bare=match.group().replace(",", ""))
    return ""


def _meant(text: str, position: int, terminals: frozenset[str]) -> str | None:
    """Guess the word meant here; failing that, a misspelt word before it, read as a unit."""
    here = _closest(_found(text, position), terminals)
    before = re.search(r"([^\W\d]+)\s*$", text[:position])
    return here or (_closest(before.group(1), terminals) if before else None)


def _closest(word: str, terminals: frozenset[str]) -> str | None:
    if word.lower() in _single_words(frozenset(WORDS)):
        return None
    words = _single_words(terminals)
    found = get_close_matches(word.lower(), list(words), n=1, cutoff=0.7)
    return words[found[0]] if found else None


def _single_words(terminals: frozenset[str]) -> dict[str, str]:
    """Return the first word of each phrase -> the phrase."""
    phrases = [phrase for name in sorted(terminals) for phrase in WORDS.get(name, ())]
    return {phrase.lower().split()[0]: phrase for phrase in phrases}
