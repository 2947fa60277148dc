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
    "ck_visit_rests_on": "a visit rests on a consent or on an enrolment",
    "ck_visit_after_enrolment": "a participant's visit is not before enrolment",
    "ck_visit_after_consent": "a screening visit is not before the consent",
    "ck_visit_took_place_or_missed": "a visit took place on a day, or was missed for a reason",
    "ck_visit_missed_is_planned": "only a planned visit can be missed",
    "visit_after_the_end": "no visit takes place after the end of participation",
    "visit_with_forms_took_place": "a visit at which forms were filled in took place",
    "visit_with_answers_took_place": "a visit at which a participant was asked took place",
    "criterion_answer_visit_took_place": "participants are asked at visits that took place",
    "uq_visit_planned": "a planned visit takes place once",
    "visit.candidate_id, visit.planned": "a planned visit takes place once",
    "form_entry_visit_took_place": "forms are filled in at visits that took place",
    "uq_form_entry_visit_id": "a form is filled in once at a visit",
    "form_entry.visit_id, form_entry.form": "a form is filled in once at a visit",
    "uq_form_value_entry_id": "an item has one value",
    "form_value.entry_id, form_value.item": "an item has one value",
    "ck_form_value_reason": "a value that is out of range, or not done, has a reason",
    "ck_dose_after_enrolment": "no dose is given before enrolment",
    "ck_dose_amount": "the amount of a dose is above zero",
    "ck_dose_reason": "a dose that is not given as planned has a reason",
    "ck_dose_given_is_described": "a dose that was given has a time, an amount, a site and a lot",
    "dose_after_the_end": "no dose is given after treatment has ended",
    "uq_dose_number": "a planned dose is recorded once",
    "dose.participant_id, dose.course, dose.number": "a planned dose is recorded once",
    "uq_dose_given_at": "two doses are not given at one moment",
    "dose.participant_id, dose.given_at": "two doses are not given at one moment",
    "ck_ledger_entry_amount": "the amount of an entry is above zero",
    "uq_ledger_entry_voids_id": "an entry is taken back once",
    "ledger_entry.voids_id": "an entry is taken back once",
    "ledger_entry_stock": "no more goes out of a lot than came in",
    "ledger_entry_in_hand": "no more comes back from a participant than was dispensed",
    "uq_medication_name": "a medication is recorded once by each route",
    "medication.participant_id, medication.name, medication.route": (
        "a medication is recorded once by each route"
    ),
    "medication_period_overlap": "two doses of one medication do not overlap",
    "ck_medication_period_amount": "the amount of a dose is above zero",
    "ck_medication_period_stop_after_start": "a dose ends on its first day or later",
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
    "uq_waiver_candidate_id": "a criterion is waived once",
    "waiver.candidate_id, waiver.criterion": "a criterion is waived once",
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

OTHER_RULE = "a rule of the database about what may stand together"

_NAMED = re.compile(r"(?:constraint failed: |constraint \")([\w. ,]+)")


def refusal_of(error: IntegrityError) -> RefusedError:
    """Return the refusal that a constraint's error stands for."""
    said = str(error.orig).splitlines()[0]
    if LOCKED in said:
        remedy = "unlock them with a reason first"
        return RefusedError("this cannot be written", [Problem("participant", LOCKED, remedy)])
    match = _NAMED.search(said)
    name = match[1].strip() if match else ""
    rule = RULES.get(name, OTHER_RULE)
    return RefusedError("this cannot be written", [Problem(name or "database", rule)])
