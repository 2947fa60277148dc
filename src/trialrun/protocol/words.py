"""A protocol in words, as plain data: each sentence of the registry beside what is made of it.

Decides nothing about looks: whoever shows it lays it out.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.criteria.expressions import Expression
from trialrun.criteria.wording import Language, in_words, when
from trialrun.protocol.design_words import design_in_words
from trialrun.protocol.form_words import ShownForm, form_in_words
from trialrun.protocol.model import Category, Criterion, Registry, Stage, TrialProtocol

_YES_NO: dict[Language, tuple[str, str]] = {"en": ("Yes", "No"), "zh": ("是", "否")}
_LABELS: tuple[tuple[str, str, str], ...] = (
    ("id", "Registry id", "注册号"),
    ("organisation_study_id", "Sponsor's id", "申办者编号"),
    ("official_title", "Official title", "正式标题"),
    ("status", "Status", "状态"),
    ("later_status", "Status later", "后来的状态"),
    ("sponsor", "Sponsor", "申办者"),
    ("principal_investigator", "Principal investigator", "主要研究者"),
    ("phase", "Phase", "分期"),
    ("study_type", "Study type", "研究类型"),
    ("allocation", "Allocation", "分配"),
    ("intervention_model", "Intervention model", "干预模式"),
    ("primary_purpose", "Purpose", "目的"),
    ("masking", "Masking", "盲法"),
    ("sex", "Sex", "性别"),
    ("primary_outcome", "Primary outcome", "主要结局"),
    ("summary", "Summary", "摘要"),
    ("detailed_description", "Detailed description", "详细描述"),
)


@dataclass(frozen=True)
class ShownCriterion:
    """One criterion in words; `title`, `hint` and `asks` are "" where there are none.

    `confirmed_within` says when it must be confirmed; "": at any time.
    """

    id: str
    title: str
    category: Category
    stage: Stage
    logic: str
    meaning: str
    confirm: bool
    confirmed_within: str
    watch: bool
    hint: str
    asks: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class ShownSentence:
    """The registry's sentence, and the criteria that stand for it."""

    id: str
    category: Category
    text: str
    criteria: tuple[ShownCriterion, ...]


@dataclass(frozen=True)
class ShownProtocol:
    """A whole protocol in words; `facts` are labels and values of the registry's record."""

    name: str
    version: str
    title: str
    facts: tuple[tuple[str, str], ...]
    design: tuple[str, ...]
    forms: tuple[ShownForm, ...]
    sentences: tuple[ShownSentence, ...]
    assumptions: tuple[str, ...]


def show(protocol: TrialProtocol, language: Language = "en") -> ShownProtocol:
    """Put a protocol into words of a language; what people wrote stays as they wrote it."""
    design, titles = protocol.design, value_set_titles(protocol, language)
    return ShownProtocol(
        name=protocol.name,
        version=protocol.version,
        title=protocol.title_in(language),
        facts=tuple(_facts(protocol.registry, language)),
        design=tuple(design_in_words(design, language)),
        forms=tuple(form_in_words(form, titles, language) for form in protocol.forms),
        sentences=tuple(
            ShownSentence(
                sentence.id,
                sentence.category,
                sentence.text,
                tuple(_criterion(protocol, c, language) for c in sentence.criteria),
            )
            for sentence in protocol.sentences
        ),
        assumptions=design.assumptions_zh
        if language == "zh" and design.assumptions_zh
        else design.assumptions,
    )


def _criterion(protocol: TrialProtocol, criterion: Criterion, language: Language) -> ShownCriterion:
    titles = words_of_names(protocol, language)

    def words(expression: Expression | None) -> str:
        return in_words(expression, language, titles) if expression else ""

    return ShownCriterion(
        id=criterion.id,
        title=criterion.title.in_language(language) if criterion.title else "",
        category=criterion.category,
        stage=criterion.stage,
        logic=criterion.logic,
        meaning=words(criterion.expression),
        confirm=criterion.confirm,
        confirmed_within=when(criterion.confirmed_within, language)
        if criterion.confirmed_within
        else "",
        watch=criterion.watch,
        hint=words(criterion.hint),
        asks=criterion.asks.in_language(language) if criterion.asks else "",
        assumptions=criterion.assumptions_in(language),
    )


def words_of_names(protocol: TrialProtocol, language: Language) -> dict[str, str]:
    """Return what stands for the names within logic: titles of value sets, translated statements.

    A value set goes by its id, a statement by its words; what is both is a value set.
    """
    statements = {one.en: one.in_language(language) for one in protocol.statements}
    return statements | value_set_titles(protocol, language)


def value_set_titles(protocol: TrialProtocol, language: Language) -> dict[str, str]:
    """Return the titles of the value sets in a language, or in English where that is missing."""
    return {
        name: value_set.title_zh if language == "zh" and value_set.title_zh else value_set.title
        for name, value_set in protocol.value_sets.items()
    }


def _facts(registry: Registry, language: Language) -> list[tuple[str, str]]:
    facts = [
        (zh if language == "zh" else en, str(getattr(registry, key)))
        for key, en, zh in _LABELS
        if getattr(registry, key)
    ]
    yes, no = _YES_NO[language]
    ages = [str(age) for age in (registry.ages.minimum, registry.ages.maximum) if age is not None]
    dates = registry.dates
    pairs = [
        ("Ages", "年龄", "–".join(ages)),
        ("Healthy volunteers", "健康志愿者", yes if registry.healthy_volunteers else no),
        ("Conditions", "疾病", ", ".join(registry.conditions)),
        ("Start", "开始日期", dates.start),
        ("Primary completion", "主要完成日期", dates.primary_completion),
        ("End", "结束日期", dates.completion),
        ("First posted", "首次公布", dates.first_posted),
        ("Last update posted", "最近更新", dates.last_update_posted),
        ("Verified", "核实", dates.verified),
    ]
    pairs += [("Read from", "录自", source) for source in registry.sources]
    for target in registry.target_enrolment:
        pairs.append(("Target enrolment", "目标入组", f"{target.number} ({target.source})"))
    return facts + [(zh if language == "zh" else en, str(said)) for en, zh, said in pairs if said]
