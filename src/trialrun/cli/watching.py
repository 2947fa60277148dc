"""`trialrun watch`: what departs from the protocol, and was not known before."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from trialrun.cli.output import show_json, show_lines, warn
from trialrun.cli.words import refuse_day_to_come
from trialrun.conduct.days import day_of
from trialrun.conduct.reading.oversight import described
from trialrun.conduct.surveillance import State
from trialrun.criteria.wording import Language
from trialrun.report.voice import Voice
from trialrun.workflows.loading import DEFAULT_TIME_ZONE
from trialrun.workflows.watching import Watch, Watched, watch_trial


def watch(
    protocol: str,
    database: str,
    data: Path | None,
    *,
    now: datetime,
    on: date | None,
    time_zone: str | None,
    language: Language,
    as_json: bool,
) -> None:
    """Look after the participants as of a day, or the hospital's today, and print what is new."""
    zone = ZoneInfo(time_zone or DEFAULT_TIME_ZONE)
    today = day_of(now, zone)
    if on is not None:
        refuse_day_to_come(on, today)
    found = watch_trial(protocol, database, data, now, on or today, zone=zone)
    if as_json:
        show_json(_json(found, language))
    else:
        show_lines(*(line for one in found.participants for line in _lines(one, language)))
        show_lines(_summary(found, language), *_reach(found, language))
    warn(_warnings(found, language), Voice(language, {}))


def _lines(one: Watched, language: Language) -> list[str]:
    return [f"{one.number}  {described(deviation, language)}" for deviation in one.new]


def _summary(found: Watch, language: Language) -> str:
    new, people = len(found.new), len(found.participants)
    unknown = sum(one.count(State.UNKNOWN) for one in found.participants)
    unrecorded = sum(one.unrecorded for one in found.participants)
    if language == "zh":
        return (
            f"截至{found.on}：受试者{people}例，新提出方案偏离{new}项；"
            f"{unknown}项义务或排除标准未知，{unrecorded}次访视或给药尚无记录"
        )
    return (
        f"as of {found.on}: {people} participants, {new} new deviations proposed; {unknown} "
        f"obligations or exclusions unknown, {unrecorded} visits or doses not recorded"
    )


def _reach(found: Watch, language: Language) -> list[str]:
    """Say up to which day the hospital's records are known."""
    if found.hospital is None:
        return []
    until = found.hospital.known_until
    if language == "zh":
        return [f"医院数据完整至{until}" if until else "医院未声明数据完整性：无记录不代表没有"]
    if until is None:
        return ["the hospital declares no coverage of the participants: silence proves nothing"]
    return [f"the hospital's records are known up to {until}"]


def _warnings(found: Watch, language: Language) -> list[str]:
    held = [one.number for one in found.participants if one.held_back]
    said = []
    if held and language == "zh":
        said.append(f"数据已锁定，新发现未能写入：{'、'.join(held)}；请说明理由后解锁，再次执行")
    elif held:
        said.append(
            f"the data of {', '.join(held)} are locked, so that what was found could not be "
            "written: unlock them with a reason, and look again"
        )
    said += [_not_answered(one, language) for one in found.participants if one.not_answered]
    if found.without_record and language == "zh":
        said.append(f"医院数据库中没有：{'、'.join(found.without_record)}")
    elif found.without_record:
        said.append(f"the hospital's database does not know {', '.join(found.without_record)}")
    return [*said, *(found.hospital.caveats(language) if found.hospital else ())]


def _not_answered(one: Watched, language: Language) -> str:
    if language == "zh":
        return f"受试者{one.number}无法判断：撤回知情同意或结束参与的日期早于入组日期"
    return f"nothing could be asked of participant {one.number}: {one.not_answered}"


def _json(found: Watch, language: Language) -> dict[str, Any]:
    return {
        "on": found.on.isoformat(),
        "participants": [
            {
                "number": one.number,
                "new": [
                    {
                        "id": deviation.id,
                        "kind": deviation.kind,
                        "concerns": deviation.concerns,
                        "occurred": deviation.occurred,
                        "description": described(deviation, language),
                    }
                    for deviation in one.new
                ],
                **{str(state): one.count(state) for state in State},
                "unrecorded": one.unrecorded,
                "held_back": one.held_back,
                "not_answered": one.not_answered,
            }
            for one in found.participants
        ],
        "without_record": list(found.without_record),
        "hospital_known_until": _day(found.hospital.known_until) if found.hospital else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
