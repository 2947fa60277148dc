"""The design of a trial in words, one line per arm, period, visit, assessment and endpoint.

Titles that have no Chinese stay English; a unit of UCUM is written as people write it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from trialrun.criteria.wording import Language
from trialrun.protocol.design import (
    Anchor,
    Arm,
    Assessment,
    Basis,
    Contact,
    Counting,
    Design,
    Endpoint,
    EndpointClass,
    Period,
    SafetyReporting,
    Unplanned,
    UnplannedVisit,
    UsualEvent,
    Visit,
)
from trialrun.records.schema import Route

_UNITS = {"[iU]": "IU"}
_ZH: dict[str, str] = {
    Route.ORAL: "口服",
    Route.INTRAVENOUS: "静脉给药",
    Route.SUBCUTANEOUS: "皮下注射",
    Route.INTRAMUSCULAR: "肌内注射",
    Route.TOPICAL: "外用",
    Route.INHALED: "吸入",
    Route.OTHER: "其他途径",
    Anchor.FIRST_DOSE: "首次给药",
    Anchor.PREVIOUS_VISIT: "上次访视",
    Unplanned.UNSCHEDULED: "计划外访视",
    Unplanned.EARLY_TERMINATION: "提前终止访视",
    Contact.VISIT: "现场访视",
    Contact.PHONE: "电话访视",
    EndpointClass.PRIMARY: "主要终点",
    EndpointClass.SECONDARY: "次要终点",
    EndpointClass.EXPLORATORY: "探索性终点",
    EndpointClass.SAFETY: "安全性终点",
    Basis.REGISTRY: "注册信息",
    Basis.PUBLISHED: "已发表的访视安排",
    Basis.OURS: "我方设定",
}
"""Chinese for the words that a protocol file says in English."""


def design_in_words(design: Design, language: Language) -> Iterator[str]:
    """Yield the lines that put a design into words."""
    yield from (_arm(arm, language) for arm in design.arms)
    if design.counting:
        yield _counting(design.counting, language)
    yield from (_period(period, language) for period in design.periods)
    yield from (_visit(visit, language) for visit in design.visits)
    titles = {assessment.id: _title(assessment, language) for assessment in design.assessments}
    yield from (_unplanned_visit(visit, titles, language) for visit in design.unplanned_visits)
    yield from (_assessment(assessment, language) for assessment in design.assessments)
    yield from (_endpoint(endpoint, language) for endpoint in design.endpoints)
    if design.safety_reporting:
        yield _safety_reporting(design.safety_reporting, language)
    if design.usual_events:
        yield _usual_events(design.usual_events, language)


_Titled: TypeAlias = Arm | Period | Visit | UnplannedVisit | Assessment | Endpoint


def _title(thing: _Titled, language: Language) -> str:
    return thing.title_zh if language == "zh" and thing.title_zh else thing.title


def _arm(arm: Arm, language: Language) -> str:
    given, title = arm.regimen, _title(arm, language)
    dose = f"{given.dose:,} {_UNITS.get(given.unit, given.unit)}"
    if language == "zh":
        return (
            f"{title}：{given.drug_zh or given.drug} 每次{dose}，{_ZH[given.route]}，"
            f"每{given.every_days}天1次，每疗程{given.course_days}天内{given.injections}次，"
            f"共{given.courses}个疗程（合计{len(given.days)}次）"
        )
    return (
        f"{title}: {given.drug} {dose} {given.route}, every {given.every_days} days, "
        f"{given.injections} times in a course of {given.course_days} days, "
        f"{given.courses} courses ({len(given.days)} in all)"
    )


def _period(period: Period, language: Language) -> str:
    days = _days(period.first_day, period.last_day, language)
    return _said(_title(period, language), days, language)


def _counting(counting: Counting, language: Language) -> str:
    first, moves = counting.first_dose, counting.doses_from is Anchor.FIRST_DOSE
    if language == "zh":
        none = "，没有第0天" if first else ""
        later = "以后各次给药随首次给药顺延" if moves else "以后各次给药日期自入组日起算，不顺延"
        return f"首次给药当日为第{first}天{none}；{later}"
    none = ", and there is no day 0" if first else ""
    later = "move with it" if moves else "stay where they are planned from enrolment"
    return f"the first dose is given on day {first}{none}; the later doses {later}"


def _visit(visit: Visit, language: Language) -> str:
    title = f"{visit.id} {_title(visit, language)}"
    window = _window(visit, language)
    if visit.anchor is not Anchor.ENROLMENT:
        window += (
            f"（自{_ZH[visit.anchor]}起算）"
            if language == "zh"
            else f" counted from the {visit.anchor}"
        )
    if language == "zh":
        return _said(title, f"{window}，{_ZH[visit.contact]}", language)
    return _said(title, f"{window}, {visit.contact}", language)


def _unplanned_visit(visit: UnplannedVisit, titles: Mapping[str, str], language: Language) -> str:
    title = f"{visit.id} {_title(visit, language)}"
    when = _ZH[visit.type] if language == "zh" else str(visit.type)
    if visit.type is Unplanned.EARLY_TERMINATION:
        when += _around_the_end(visit, language)
    if assessed := ", ".join(titles.get(name, name) for name in visit.assessments):
        when += f"；{assessed.replace(', ', '、')}" if language == "zh" else f"; {assessed}"
    return _said(title, when, language)


def _around_the_end(visit: UnplannedVisit, language: Language) -> str:
    if language == "zh":
        return f"，参与结束前{visit.before}天至后{visit.after}天"
    return f", {visit.before} days before to {visit.after} days after the end of participation"


def _window(visit: Visit, language: Language) -> str:
    if visit.before != visit.after:
        return _days(visit.day - visit.before, visit.day + visit.after, language)
    width = f" ± {visit.before}" if visit.before else ""
    return f"第{visit.day}{width}天" if language == "zh" else f"day {visit.day}{width}"


def _days(first: int, last: int, language: Language) -> str:
    return f"第{first}天至第{last}天" if language == "zh" else f"day {first} to day {last}"


def _assessment(assessment: Assessment, language: Language) -> str:
    when = " ".join(assessment.visits)
    if language == "zh":
        return f"{_title(assessment, language)}：{when}（{_ZH[assessment.basis]}）"
    return f"{assessment.title}: {when} ({assessment.basis})"


def _endpoint(endpoint: Endpoint, language: Language) -> str:
    title, weeks = _title(endpoint, language), ", ".join(map(str, endpoint.weeks))
    if language == "zh":
        planned = f"（第{weeks.replace(', ', '、')}周）" if weeks else ""
        contrast = endpoint.contrast_zh or endpoint.contrast
        return f"{_ZH[endpoint.type]}：{title}{planned}" + (f"；{contrast}" if contrast else "")
    planned = f" (weeks {weeks})" if weeks else ""
    said = f"{endpoint.type} endpoint: {title}{planned}"
    return said + (f"; {endpoint.contrast}" if endpoint.contrast else "")


def _safety_reporting(reporting: SafetyReporting, language: Language) -> str:
    sponsor, ethics = reporting.sponsor_hours, reporting.ethics_hours
    if language == "zh":
        return f"严重不良事件：获知后{sponsor}小时内报告申办者，{ethics}小时内报告伦理委员会"
    return (
        f"a serious adverse event is reported to the sponsor within {sponsor} hours, and to the "
        f"ethics committee within {ethics} hours, of knowing that it is serious"
    )


def _usual_events(events: Sequence[UsualEvent], language: Language) -> str:
    if language == "zh":
        named = "、".join(event.term_zh or event.term for event in events)
        return f"常见不良事件：{named}"
    named = ", ".join(event.term for event in events)
    return f"usual adverse events, as terms of CTCAE: {named}"


def _said(title: str, what: str, language: Language) -> str:
    return f"{title}：{what}" if language == "zh" else f"{title}: {what}"
