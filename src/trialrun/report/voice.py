"""The language that a report speaks: its own words, and statements in words.

Refuses a word that the table does not have, and a number that is not written as people read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Attested, Expression, Within
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language, in_words, when
from trialrun.criteria.wording_gaps import GAP_WORDS, TRUTH_WORDS, GapWords
from trialrun.protocol.model import Criterion, TrialProtocol
from trialrun.protocol.words import words_of_names
from trialrun.records.dates import EARLIEST, LATEST, UNKNOWN_DATE, Span
from trialrun.records.schema import Kind
from trialrun.report.numbers import count
from trialrun.report.words import WORDS
from trialrun.report.words_of_files import WORDS_OF_FILES
from trialrun.report.words_of_findings import chinese_finding
from trialrun.report.words_of_flow import WORDS_OF_FLOW
from trialrun.report.words_of_patients import WORDS_OF_PATIENTS
from trialrun.report.words_of_reasons import chinese_reason

ALL_WORDS: dict[str, tuple[str, str]] = WORDS | WORDS_OF_PATIENTS | WORDS_OF_FILES | WORDS_OF_FLOW

_NAMED_KINDS = frozenset([*Kind, "file", "line", "sheet", "resource"])
"""What rows are counted by, and has a name in each language."""


class Voice:
    """Speaks one language; value sets go by their titles in it."""

    def __init__(self, language: Language, titles: Mapping[str, str]) -> None:
        self.language: Language = language
        self._titles = titles
        self._sentences: dict[Expression, str] = {}
        self._words = {
            key: chinese if language == "zh" else english
            for key, (english, chinese) in ALL_WORDS.items()
        }

    @classmethod
    def of(cls, protocol: TrialProtocol, language: Language) -> Voice:
        """Return the voice that speaks of a protocol in a language."""
        return cls(language, words_of_names(protocol, language))

    def say(self, key: str, **values: str | int) -> str:
        """Return the words of a key, with its numbers and names filled in."""
        text = self._words[key]
        if not values:
            return text
        written = {name: _written(value) for name, value in values.items()}
        return _one_or_many(text, values.get("n")).format(**written)

    def sentence(self, expression: Expression) -> str:
        """Return a statement in words; each is put into words once."""
        if expression not in self._sentences:
            self._sentences[expression] = in_words(expression, self.language, self._titles)
        return self._sentences[expression]

    def translates(self, asked: Attested) -> bool:
        """Whether the protocol has the statement that people are asked in the language."""
        return self._titles.get(asked.question, asked.question) != asked.question

    def named(self, criterion: Criterion) -> str:
        """Return a criterion's title, or its sentence where it has none."""
        if criterion.title:
            return criterion.title.in_language(self.language)
        return " ".join(criterion.text.split())

    def must_be_confirmed(self, within: Within | None) -> str:
        """Return that a person must confirm, and when, if that is said."""
        return self.must_be_confirmed_when(when(within, self.language) if within else "")

    def must_be_confirmed_when(self, words: str) -> str:
        """Return that a person must confirm; `words` say when, or are ""."""
        if not words:
            return self.say("confirmed_by_person")
        return self.say("confirmed_by_person_when", when=words)

    def was_confirmed(self, within: Within | None) -> str:
        """Return the statement by which a person confirms, and when, if that is said."""
        if within is None:
            return self.say("confirmation")
        return self.say("confirmation_when", when=when(within, self.language))

    def truth(self, truth: Truth) -> str:
        """Return yes, no or unknown."""
        return TRUTH_WORDS[self.language][truth]

    def gap(self, gap: Gap) -> GapWords:
        """Return why an answer is unknown, and what would settle it."""
        return GAP_WORDS[self.language][gap]

    def reason(self, reason: str) -> str:
        """Return why a row was rejected, ignored or repaired, as the sources say it."""
        return chinese_reason(reason) if self.language == "zh" else reason

    def finding(self, said: str) -> str:
        """Return what a check of a protocol says, as the checks say it."""
        return chinese_finding(said) if self.language == "zh" else said

    def rows_of(self, kind: str) -> str:
        """Return the name of a table, or of what a file holds; a type of FHIR is a name itself."""
        if kind == "patient":
            return self.say("patient_row")
        return self.say(kind) if kind in _NAMED_KINDS else kind

    def listed(self, parts: list[str]) -> str:
        """Join the parts of an enumeration."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def together(self, parts: list[str]) -> str:
        """Join what is said of one thing; what is empty is left out."""
        return ("，" if self.language == "zh" else ", ").join(part for part in parts if part)

    def then(self, said: str) -> str:
        """Return what goes on with what was said before, after a comma."""
        return f"{'，' if self.language == 'zh' else ', '}{said}"

    def kinds(self, kinds: Iterable[Kind]) -> str:
        """Return the names of kinds of record."""
        return self.listed([self.say(kind) for kind in kinds])

    def day(self, span: Span) -> str:
        """Return a day that may be known to the month or year only."""
        if span == UNKNOWN_DATE:
            return self.say("unknown_date")
        text = str(span)
        if " to " not in text:
            return text
        return self.say("days_between", first=self._bound(span.lo), last=self._bound(span.hi))

    def covered(self, kind: Kind, since: date, until: date) -> str:
        """Return what is complete, and from when to when unless that is always."""
        ends = [
            *([self.say("covered_since", day=since.isoformat())] if since > EARLIEST else []),
            *([self.say("covered_until", day=until.isoformat())] if until < LATEST else []),
        ]
        return self.say("covered", kind=self.say(kind), ends="".join(ends))

    def covered_day(self, day: date) -> str:
        """Return an end of a coverage: its day, or that it has none."""
        endless = {EARLIEST: "whole_life", LATEST: "kept_current"}
        return self.say(endless[day]) if day in endless else day.isoformat()

    def _bound(self, day: date) -> str:
        endless = {EARLIEST: "any_time_before", LATEST: "any_time_after"}
        return self.say(endless[day]) if day in endless else day.isoformat()


def _one_or_many(text: str, number: str | int | None) -> str:
    one, _, many = text.partition("|")
    return one if number == 1 or not many else many


def _written(value: str | int) -> str:
    return count(value) if isinstance(value, int) else value
