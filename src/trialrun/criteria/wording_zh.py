"""Each expression as a clause of clinical Chinese. It says what is asked, never an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from trialrun.criteria import expressions as ex
from trialrun.criteria.rendering import number
from trialrun.criteria.wording_en import MANY
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route

Titles: TypeAlias = Mapping[str, str]


def clause(e: ex.Expression, titles: Titles) -> str:
    """Put an expression into words that can follow others: no capital, no full stop."""
    words: str = MEANINGS[type(e)](e, titles)
    return words


# --- connectives ------------------------------------------------------------------------------


def _part(e: ex.Expression, titles: Titles) -> str:
    is_simple = not ex.children(e) or isinstance(e, ex.Not)
    return clause(e, titles) if is_simple else f"【{clause(e, titles)}】"


def _joined(e: ex.And | ex.Or, titles: Titles, word: str, heading: str) -> str:
    is_nested = any(ex.children(part) and not isinstance(part, ex.Not) for part in e.parts)
    if is_nested or len(e.parts) > MANY:
        return f"{heading}：{_listed(e.parts, titles)}"
    return f"，{word}".join(clause(part, titles) for part in e.parts)


def _listed(parts: tuple[ex.Expression, ...], titles: Titles) -> str:
    return "；".join(f"（{n}）{_part(part, titles)}" for n, part in enumerate(parts, start=1))


def _and(e: ex.And, titles: Titles) -> str:
    return _joined(e, titles, "且", "同时满足以下各项")


def _or(e: ex.Or, titles: Titles) -> str:
    return _joined(e, titles, "或", "满足以下任意一项")


def _not(e: ex.Not, titles: Titles) -> str:
    if isinstance(e.part, ex.Recorded) and e.part.count == 1:
        return _record(e.part, titles, "无")
    return f"以下情况不成立：【{clause(e.part, titles)}】"


def _if_then(e: ex.IfThen, titles: Titles) -> str:
    return f"若{_part(e.premise, titles)}，则{_part(e.consequence, titles)}"


def _at_least(e: ex.AtLeast, titles: Titles) -> str:
    return f"至少满足以下{e.count}项：{_listed(e.parts, titles)}"


# --- leaves -----------------------------------------------------------------------------------


def _age(e: ex.Age, _: Titles) -> str:
    if e.low is None:
        return "年龄不限" if e.high is None else f"年龄不超过{e.high}周岁"
    if e.high is None:
        return f"年龄满{e.low}周岁"
    if e.low == e.high:
        return f"年龄{e.low}周岁"
    return f"年龄{e.low}～{e.high}周岁（含两端）"


def _sex(e: ex.SexIs, _: Titles) -> str:
    return f"患者为{'女性' if e.sex == 'female' else '男性'}"


EVENTS: dict[Kind, str] = {
    Kind.CONDITION: "{}诊断",
    Kind.FINDING: "{}体征或表现",
    Kind.PROCEDURE: "{}手术或操作",
    Kind.ALLERGY: "对{}的过敏或不耐受",
    Kind.IMMUNISATION: "{}接种",
    Kind.MEDICATION: "{}用药",
    Kind.PARTICIPATION: "{}研究参与",
    Kind.CONSENT: "{}知情同意",
    Kind.ENCOUNTER: "因{}的就诊",
}
_ROUTES = {
    Route.ORAL: "口服",
    Route.INTRAVENOUS: "静脉",
    Route.SUBCUTANEOUS: "皮下",
    Route.INTRAMUSCULAR: "肌内",
    Route.TOPICAL: "外用",
    Route.INHALED: "吸入",
    Route.OTHER: "其他途径",
}


def _recorded(e: ex.Recorded, titles: Titles) -> str:
    return _record(e, titles, "有" if e.count == 1 else f"有至少{e.count}次")


def _record(e: ex.Recorded, titles: Titles, has: str) -> str:
    route = _ROUTES[e.route] if e.route else ""
    event = EVENTS[e.kind].format(route + _named(e.value_set, titles))
    dose = f"（每日剂量{_test(e.dose)}）" if e.dose else ""
    if e.kind.is_period and isinstance(e.window, ex.Active):
        return f"入组时{has}仍在持续的{event}{dose}"
    return f"{_when(e.window)}{has}{event}{dose}"


SELECTED = {
    ex.Selector.LATEST: "最近一次结果",
    ex.Selector.FIRST: "首次结果",
    ex.Selector.LOWEST: "最低值",
    ex.Selector.HIGHEST: "最高值",
    ex.Selector.ANY: "至少一次结果",
    ex.Selector.EVERY: "每次结果",
}
_SPREAD = {None: "", ex.Spread.ANY: "中至少一项", ex.Spread.EACH: "中每一项"}


def _measured(e: ex.Measured, titles: Titles) -> str:
    named = "、".join(_named(value_set, titles) for value_set in e.value_sets)
    what = f"{named}{_SPREAD[e.spread]}的{SELECTED[e.selector]}"
    return f"{_when(e.window)}{what}{_test(e.test)}"


FORMULAS = {
    ex.Formula.CREATININE_CLEARANCE: "肌酐清除率（Cockcroft-Gault 公式）",
    ex.Formula.EGFR: "估算肾小球滤过率（CKD-EPI 2021 公式）",
    ex.Formula.BODY_MASS_INDEX: "体重指数（BMI）",
}


def _derived(e: ex.Derived, _: Titles) -> str:
    return f"{_when(e.window)}最近一次{FORMULAS[e.formula]}{_test(e.test)}"


def _prednisone_equivalent(e: ex.PrednisoneEquivalent, _: Titles) -> str:
    if isinstance(e.window, ex.Active):
        return f"入组时泼尼松等效剂量{_test(e.test)}"
    return f"{_when(e.window)}泼尼松等效剂量的最高值{_test(e.test)}"


def _change(e: ex.Change, titles: Titles) -> str:
    change = "相对变化" if e.test.unit == "%" else "变化值"
    earlier = f"{SELECTED[e.from_selector]}（{_when(e.from_window)}）"
    later = f"{SELECTED[e.to_selector]}（{_when(e.to_window)}）"
    return f"{_named(e.value_set, titles)}自{earlier}至{later}的{change}{_test(e.test)}"


def _attested(e: ex.Attested, titles: Titles) -> str:
    when = "" if isinstance(e.window, ex.AtAnyTime) else _when(e.window)
    return f"{when}经人工确认：“{titles.get(e.question, e.question)}”"


def _dose_unchanged(e: ex.DoseUnchanged, titles: Titles) -> str:
    return f"{_when(e.window)}{_named(e.value_set, titles)}的药物种类及剂量保持不变"


def _recorded_throughout(e: ex.RecordedThroughout, titles: Titles) -> str:
    return f"{_when(e.window)}每一天均有{EVENTS[e.kind].format(_named(e.value_set, titles))}"


def _attested_throughout(e: ex.AttestedThroughout, titles: Titles) -> str:
    return f"{_when(e.window)}每一天均经人工确认：“{titles.get(e.question, e.question)}”"


# --- tests ------------------------------------------------------------------------------------

COMPARED = {
    ex.Comparator.LT: "低于",
    ex.Comparator.LE: "不高于",
    ex.Comparator.GT: "高于",
    ex.Comparator.GE: "不低于",
    ex.Comparator.EQ: "等于",
}
_QUALITIES = {
    ex.Quality.POSITIVE: "为阳性",
    ex.Quality.NEGATIVE: "为阴性",
    ex.Quality.ABNORMAL: "异常",
    ex.Quality.NORMAL: "正常",
}


def _test(test: ex.Test) -> str:
    words: str = TESTS[type(test)](test)
    return words


def _threshold(t: ex.Threshold) -> str:
    return f"{COMPARED[t.comparator]} {number(t.number)} {t.unit}".rstrip()


def _range(t: ex.Range) -> str:
    return f"在 {number(t.low)}～{number(t.high)} {t.unit}".rstrip() + " 之间（含两端）"


def _times_limit(t: ex.TimesLimit) -> str:
    limit = "正常值上限" if t.limit is ex.Limit.UPPER else "正常值下限"
    times = "" if t.times == 1 else f"的 {number(t.times)} 倍"
    return f"{COMPARED[t.comparator]}{limit}{times}"


def _is(t: ex.Is) -> str:
    return _QUALITIES[t.quality]


# --- windows ----------------------------------------------------------------------------------


def _when(window: ex.Window) -> str:
    words: str = WINDOWS[type(window)](window)
    return words


def _at_any_time(_: ex.AtAnyTime) -> str:
    return "截至入组时"


_UNITS = {
    DateUnit.DAYS: "天",
    DateUnit.WEEKS: "周",
    DateUnit.MONTHS: "个月",
    DateUnit.YEARS: "年",
}


def _within(w: ex.Within) -> str:
    return f"入组{'后' if w.after else '前'}{w.count}{_UNITS[w.unit]}内"


def _active(_: ex.Active) -> str:
    return "入组当日"


def _between(w: ex.Between) -> str:
    return f"自{_day(w.first)}至{_day(w.last)}期间"


def _day(day: ex.Anchor | date) -> str:
    if isinstance(day, date):
        return f"{day.year}年{day.month}月{day.day}日"
    return {ex.Anchor.INDEX: "入组", ex.Anchor.END: "随访结束"}[day]


# --- words ------------------------------------------------------------------------------------


def _named(value_set: str, titles: Titles) -> str:
    return f"“{titles.get(value_set, value_set)}”"


MEANINGS: dict[type, Callable[[Any, Titles], str]] = {
    ex.And: _and,
    ex.Or: _or,
    ex.Not: _not,
    ex.IfThen: _if_then,
    ex.AtLeast: _at_least,
    ex.Age: _age,
    ex.SexIs: _sex,
    ex.Recorded: _recorded,
    ex.Measured: _measured,
    ex.Derived: _derived,
    ex.PrednisoneEquivalent: _prednisone_equivalent,
    ex.Change: _change,
    ex.Attested: _attested,
    ex.DoseUnchanged: _dose_unchanged,
    ex.RecordedThroughout: _recorded_throughout,
    ex.AttestedThroughout: _attested_throughout,
}
TESTS: dict[type, Callable[[Any], str]] = {
    ex.Threshold: _threshold,
    ex.Range: _range,
    ex.TimesLimit: _times_limit,
    ex.Is: _is,
}
WINDOWS: dict[type, Callable[[Any], str]] = {
    ex.AtAnyTime: _at_any_time,
    ex.Within: _within,
    ex.Active: _active,
    ex.Between: _between,
}
