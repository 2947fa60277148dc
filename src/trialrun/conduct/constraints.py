"""What the database itself refuses, in words: the last line of defence behind every act.

An act checks its rules first and says more. Whatever still reaches a constraint or a trigger is
refused here without the values that were written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from trialrun.conduct.triggers import LOCKED
from trialrun.errors import Problem, RefusedError

RULES: Mapping[str, str] = {
    "ck_adverse_event_onset": "a day's bounds are in order",
    "ck_adverse_event_ended": "a day's bounds are in order",
    "ck_adverse_event_end_after_onset": "an event does not end before its onset",
    "ck_adverse_event_grade": "a CTCAE grade is 1 to 5",
    "ck_adverse_event_first_grade": "the first grade is not above the highest",
    "ck_adverse_event_serious": "an event is serious if it meets a criterion, and only then",
    "ck_adverse_event_serious_aware": "the clock of a serious event has a start",
    "ck_adverse_event_serious_aware_after_aware": "nobody knows how serious before knowing it",
    "ck_adverse_event_grade_5_is_death": "grade 5, death and the outcome fatal go together",
    "ck_adverse_event_goes_on": "an event that goes on has no end",
    "ck_safety_report_number": "reports are numbered from 0",
    "uq_safety_report_number": "this report is recorded already",
    "safety_report.adverse_event_id, safety_report.recipient, safety_report.number": (
        "this report is recorded already"
    ),
    "ck_grade_decision_grade_of_standing": "the decided grade fits the decision",
    "ck_grade_decision_reason": "whoever changes a grade or sets it aside says why",
    "uq_grade_decision_table_name": "a proposed grade is decided on once",
    "ck_deviation_judged": "a judged deviation says when",
    "ck_deviation_important": "a confirmed deviation is important or not",
    "ck_deviation_ethics": "only a confirmed deviation is reported, after it occurred",
    "uq_deviation_participant_id": "this deviation is proposed already",
    "deviation.participant_id, deviation.key": "this deviation is proposed already",
    "ck_query_item": "a query is about a value",
    "ck_query_message_words": "a message has words",
    "uq_source_mark_table_name": "this version is marked already",
    "source_mark.table_name, source_mark.row_id, source_mark.row_version": (
        "this version is marked already"
    ),
    "ck_data_lock_lock_reason": "a lock has a reason",
    "ck_data_lock_unlock_reason": "unlocking has a reason",
    "uq_data_lock_open": "it is locked already",
    "ck_signature_meaning": "a signature has a meaning",
}
"""The name of a constraint or `table.column` of a unique one -> the rule that it holds."""

_NAMED = re.compile(r"(?:constraint failed: |constraint \")([\w. ,]+)")


def refusal_of(error: IntegrityError) -> RefusedError:
    """Return the refusal that a constraint's error stands for."""
    said = str(error.orig).splitlines()[0]
    if LOCKED in said:
        remedy = "unlock them with a reason first"
        return RefusedError("this cannot be written", [Problem("participant", LOCKED, remedy)])
    match = _NAMED.search(said)
    name = match[1].strip() if match else ""
    rule = RULES.get(name, "a rule of the database about what may stand together")
    return RefusedError("this cannot be written", [Problem(name or "database", rule)])
