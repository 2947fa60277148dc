"""A trial protocol in memory: the registry's record, the design, the criteria with their logic.

Frozen, and complete: every expression is parsed, every value set is read. Knows no file format
and no patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from trialrun.criteria.expressions import Expression, Not, Within
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.protocol.analysis import AnalysisPlan
from trialrun.protocol.design import Design
from trialrun.protocol.forms import Form
from trialrun.terminology.value_sets import ValueSet


class Category(StrEnum):
    """What a criterion is for: to let in, to keep out, or to be kept by participants."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    OBLIGATION = "obligation"

    @property
    def adverse(self) -> Truth:
        """The truth that speaks against enrolment."""
        return Truth.TRUE if self is Category.EXCLUSION else Truth.FALSE


class Stage(StrEnum):
    """Where a criterion can be answered: before inviting, face to face, or after enrolment."""

    RECORD = "record"
    VISIT = "visit"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True)
class Target:
    """A target enrolment, and where it is said."""

    number: int
    source: str


@dataclass(frozen=True)
class AgeLimits:
    """The registry's own minimum and maximum age in years."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class RegistryDates:
    """The registry's dates; the two completion dates may be expectations."""

    start: date | None = None
    primary_completion: date | None = None
    completion: date | None = None
    first_posted: date | None = None
    last_update_posted: date | None = None
    verified: str | None = None


@dataclass(frozen=True)
class Registry:
    """What the trial's public record says, as it says it."""

    id: str
    title: str
    status: str
    sponsor: str
    summary: str
    phase: str
    sex: str
    study_type: str
    healthy_volunteers: bool
    ages: AgeLimits = AgeLimits()
    dates: RegistryDates = RegistryDates()
    target_enrolment: tuple[Target, ...] = ()
    sources: tuple[str, ...] = ()
    official_title: str = ""
    later_status: str = ""
    organisation_study_id: str = ""
    principal_investigator: str = ""
    conditions: tuple[str, ...] = ()
    allocation: str = ""
    intervention_model: str = ""
    primary_purpose: str = ""
    masking: str = ""
    detailed_description: str = ""
    primary_outcome: str = ""


@dataclass(frozen=True)
class Wording:
    """Words for people, in English and, where written, in Chinese."""

    en: str
    zh: str = ""

    def in_language(self, language: str) -> str:
        """Return the words in a language, or in English where they are not written in it."""
        return self.zh if language == "zh" and self.zh else self.en


@dataclass(frozen=True)
class InChinese:
    """What we call in Chinese what the public record says in English only; "": nothing."""

    title: str = ""
    sponsor: str = ""


@dataclass(frozen=True)
class Criterion:
    """One thing that is asked of a patient: the registry's sentence, and our logic for it.

    `sentence` is the id of the sentence. `confirm`: a person must confirm what the record says
    before it permits; `confirmed_within`: an older confirmation no longer counts. `watch`: an
    exclusion that is looked for in participants, too. `consent`: the statement is that this trial's
    consent was signed, and the signature that the trial holds answers it. `hint` is shown to
    whoever answers. `asks` says what would settle it.
    `title` is what we call it where there is no room for the sentence, or the sentence has several.
    `where` is the place of the logic in the protocol's file, as `file:line`.
    """

    id: str
    sentence: str
    category: Category
    text: str
    logic: str
    expression: Expression
    stage: Stage
    confirm: bool = False
    confirmed_within: Within | None = None
    watch: bool = False
    consent: bool = False
    hint: Expression | None = None
    assumptions: tuple[str, ...] = ()
    assumptions_zh: tuple[str, ...] = ()
    asks: Wording | None = None
    title: Wording | None = None
    where: str = ""

    @property
    def permits(self) -> Expression:
        """The statement that holds of whoever the criterion lets in, without a confirmation."""
        return Not(self.expression) if self.category is Category.EXCLUSION else self.expression

    def assumptions_in(self, language: str) -> tuple[str, ...]:
        """Return our assumptions in a language, or in English where they are not written in it."""
        return self.assumptions_zh if language == "zh" and self.assumptions_zh else self.assumptions


@dataclass(frozen=True)
class Sentence:
    """One sentence of the registry, word for word, and the criteria that stand for it.

    `category` is the list in which it stands there: inclusion or exclusion.
    """

    id: str
    category: Category
    text: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class TrialProtocol:
    """One trial, one version.

    `places` leads from a part of the file, such as `registry.dates`, to its `file:line`;
    `own_value_sets` are the ids of those that stand beside the file. `statements` are what people
    are asked, word for word as the logic has it (`en`), with the translation.
    """

    name: str
    version: str
    registry: Registry
    design: Design
    sentences: tuple[Sentence, ...]
    value_sets: Mapping[str, ValueSet]
    path: Path
    places: Mapping[str, str] = field(default_factory=dict)
    own_value_sets: frozenset[str] = frozenset()
    forms: tuple[Form, ...] = ()
    statements: tuple[Wording, ...] = ()
    in_chinese: InChinese = InChinese()
    analysis: AnalysisPlan | None = None

    def title_in(self, language: str) -> str:
        """Return the title in a language, or the record's where we have none in it."""
        return (self.in_chinese.title if language == "zh" else "") or self.registry.title

    def sponsor_in(self, language: str) -> str:
        """Return the sponsor's name in a language, or the record's where we have none in it."""
        return (self.in_chinese.sponsor if language == "zh" else "") or self.registry.sponsor

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion, in the order written."""
        return tuple(criterion for sentence in self.sentences for criterion in sentence.criteria)

    @property
    def screening_criteria(self) -> tuple[Criterion, ...]:
        """The criteria asked of candidates: all but the obligations of participants."""
        return tuple(c for c in self.criteria if c.category is not Category.OBLIGATION)

    def statement_in(self, statement: str, language: str) -> str:
        """Return a statement that people are asked in a language, or as the logic has it."""
        written = next((one for one in self.statements if one.en == statement), None)
        return written.in_language(language) if written else statement

    def forms_of(self, assessment: str) -> tuple[Form, ...]:
        """Return the forms that are filled in for an assessment, by its id."""
        return tuple(form for form in self.forms if form.assessment == assessment)

    @property
    def obligations(self) -> tuple[Criterion, ...]:
        """What must hold of participants from enrolment to the end of follow-up."""
        return tuple(c for c in self.criteria if c.category is Category.OBLIGATION)

    @property
    def watched_exclusions(self) -> tuple[Criterion, ...]:
        """The exclusions that are looked for in participants, too."""
        return tuple(c for c in self.criteria if c.watch)

    def end_of_follow_up(self, enrolment: date) -> date | None:
        """Return the last day of follow-up of somebody enrolled on a day."""
        day = self.design.end_of_follow_up_day
        return None if day is None else enrolment + timedelta(days=day)

    def setting(self, index: date) -> Setting:
        """Return what statements are asked against on an index date."""
        return Setting(index, self.value_sets, self.end_of_follow_up(index))
