"""What the database itself refuses, in words: the last line of defence behind every act.

An act checks its rules first and says more. Whatever still reaches a constraint or a trigger is
refused here without the values that were written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from trialrun.errors import Problem, RefusedError

RULES: Mapping[str, str] = {
    "ck_visit_rests_on": "a visit rests on a consent or on an enrolment",
    "ck_visit_after_enrolment": "a participant's visit is not before enrolment",
    "ck_visit_after_consent": "a screening visit is not before the consent",
    "ck_visit_took_place_or_missed": "a visit took place on a day, or was missed for a reason",
    "ck_visit_missed_is_planned": "only a planned visit can be missed",
    "visit_after_the_end": "no visit takes place after the end of participation",
    "visit_with_forms_took_place": "a visit at which forms were filled in took place",
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
    "uq_dose_planned_on": "a planned dose is recorded once",
    "dose.participant_id, dose.planned_on": "a planned dose is recorded once",
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
}
"""The name of a constraint or `table.column` of a unique one -> the rule that it holds."""

_NAMED = re.compile(r"(?:constraint failed: |constraint \")([\w. ,]+)")


def refusal_of(error: IntegrityError) -> RefusedError:
    """Return the refusal that a constraint's error stands for."""
    said = str(error.orig).splitlines()[0]
    match = _NAMED.search(said)
    name = match[1].strip() if match else ""
    rule = RULES.get(name, "a rule of the database about what may stand together")
    return RefusedError("this cannot be written", [Problem(name or "database", rule)])
