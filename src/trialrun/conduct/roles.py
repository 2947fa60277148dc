"""The roles of a trial, the verbs of its acts, and who may do what: one table.

A monitor reads everything and changes nothing of the trial: queries and source verification are
a monitor's own notes about it. Refuses verbs that no role may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the trial."""

    INVESTIGATOR = "investigator"
    COORDINATOR = "coordinator"
    DATA_MANAGER = "data manager"
    MONITOR = "monitor"
    PHARMACIST = "pharmacist"
    ADMINISTRATOR = "administrator"


class Verb(StrEnum):
    """Everything that can be done to the trial: each act is one of these."""

    SIGN_IN = "sign in"
    FAIL_TO_SIGN_IN = "fail to sign in"
    SIGN_OUT = "sign out"
    CHANGE_PASSWORD = "change password"
    CHANGE_LANGUAGE = "change language"
    CREATE_ACCOUNT = "create account"
    CHANGE_ACCOUNT = "change account"
    TAKE_IN_SCREENING = "take in screening"
    FINISH_SCREENING = "finish taking in screening"
    ANSWER_CRITERION = "answer criterion"
    ASK_PARTICIPANT = "ask participant"
    INVITE = "invite"
    DECLINE = "decline"
    RECORD_CONSENT_FORM = "record consent form"
    OBTAIN_CONSENT = "obtain consent"
    WITHDRAW_CONSENT = "withdraw consent"
    RECORD_SCREEN_FAILURE = "record screen failure"
    WAIVE_CRITERION = "waive criterion"
    ENROL = "enrol"
    END_PARTICIPATION = "end participation"
    RECORD_VISIT = "record visit"
    CORRECT_VISIT = "correct visit"
    VOID_VISIT = "void visit"
    FILL_IN_FORM = "fill in form"
    CORRECT_FORM = "correct form"
    RECORD_DOSE = "record dose"
    CORRECT_DOSE = "correct dose"
    VOID_DOSE = "void dose"
    ENTER_LEDGER = "enter ledger"
    VOID_LEDGER_ENTRY = "void ledger entry"
    RECORD_MEDICATION = "record medication"
    CHANGE_MEDICATION = "change medication"
    STOP_MEDICATION = "stop medication"
    CORRECT_MEDICATION = "correct medication"
    VOID_MEDICATION = "void medication"
    REPORT_ADVERSE_EVENT = "report adverse event"
    FOLLOW_UP_ADVERSE_EVENT = "follow up adverse event"
    CORRECT_ADVERSE_EVENT = "correct adverse event"
    VOID_ADVERSE_EVENT = "void adverse event"
    CONFIRM_GRADE = "confirm grade"
    RECORD_SAFETY_REPORT = "record safety report"
    VOID_SAFETY_REPORT = "void safety report"
    PROPOSE_DEVIATION = "propose deviation"
    REPORT_DEVIATION = "report deviation"
    JUDGE_DEVIATION = "judge deviation"
    REPORT_TO_ETHICS = "report deviation to the ethics committee"
    OPEN_QUERY = "open query"
    ANSWER_QUERY = "answer query"
    CLOSE_QUERY = "close query"
    REOPEN_QUERY = "reopen query"
    VERIFY_SOURCE = "verify source"
    LOCK = "lock"
    UNLOCK = "unlock"
    SIGN = "sign"
    EXPORT = "export"
    MIGRATE = "migrate database"


_CARE = frozenset({Role.INVESTIGATOR, Role.COORDINATOR})
_ENTRY = _CARE | {Role.DATA_MANAGER}
_EVERYONE = frozenset(Role)
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

MAY: Mapping[Verb, frozenset[Role]] = {
    Verb.SIGN_IN: _EVERYONE,
    Verb.FAIL_TO_SIGN_IN: _EVERYONE,
    Verb.SIGN_OUT: _EVERYONE,
    Verb.CHANGE_PASSWORD: _EVERYONE,
    Verb.CHANGE_LANGUAGE: _EVERYONE,
    Verb.CREATE_ACCOUNT: _ADMINISTRATOR,
    Verb.CHANGE_ACCOUNT: _ADMINISTRATOR,
    Verb.TAKE_IN_SCREENING: _ENTRY | {Role.ADMINISTRATOR},
    Verb.FINISH_SCREENING: _ENTRY | {Role.ADMINISTRATOR},
    Verb.ANSWER_CRITERION: _CARE,
    Verb.ASK_PARTICIPANT: _CARE,
    Verb.INVITE: _CARE,
    Verb.DECLINE: _CARE,
    Verb.RECORD_CONSENT_FORM: frozenset({Role.INVESTIGATOR, Role.DATA_MANAGER}),
    Verb.OBTAIN_CONSENT: _CARE,
    Verb.WITHDRAW_CONSENT: _CARE,
    Verb.RECORD_SCREEN_FAILURE: _CARE,
    Verb.WAIVE_CRITERION: frozenset({Role.INVESTIGATOR}),
    Verb.ENROL: frozenset({Role.INVESTIGATOR, Role.COORDINATOR}),
    Verb.END_PARTICIPATION: _CARE,
    Verb.RECORD_VISIT: _CARE,
    Verb.CORRECT_VISIT: _ENTRY,
    Verb.VOID_VISIT: _ENTRY,
    Verb.FILL_IN_FORM: _ENTRY,
    Verb.CORRECT_FORM: _ENTRY,
    Verb.RECORD_DOSE: _CARE | {Role.PHARMACIST},
    Verb.CORRECT_DOSE: _ENTRY | {Role.PHARMACIST},
    Verb.VOID_DOSE: _ENTRY | {Role.PHARMACIST},
    Verb.ENTER_LEDGER: _CARE | {Role.PHARMACIST},
    Verb.VOID_LEDGER_ENTRY: _CARE | {Role.PHARMACIST},
    Verb.RECORD_MEDICATION: _ENTRY,
    Verb.CHANGE_MEDICATION: _ENTRY,
    Verb.STOP_MEDICATION: _ENTRY,
    Verb.CORRECT_MEDICATION: _ENTRY,
    Verb.VOID_MEDICATION: _ENTRY,
    Verb.REPORT_ADVERSE_EVENT: _CARE,
    Verb.FOLLOW_UP_ADVERSE_EVENT: _CARE,
    Verb.CORRECT_ADVERSE_EVENT: _ENTRY,
    Verb.VOID_ADVERSE_EVENT: _CARE,
    Verb.CONFIRM_GRADE: frozenset({Role.INVESTIGATOR}),
    Verb.RECORD_SAFETY_REPORT: _CARE,
    Verb.VOID_SAFETY_REPORT: _CARE,
    Verb.PROPOSE_DEVIATION: _ENTRY | {Role.PHARMACIST},
    Verb.REPORT_DEVIATION: _ENTRY | {Role.PHARMACIST},
    Verb.JUDGE_DEVIATION: frozenset({Role.INVESTIGATOR}),
    Verb.REPORT_TO_ETHICS: _CARE,
    Verb.OPEN_QUERY: frozenset({Role.DATA_MANAGER, Role.MONITOR}),
    Verb.ANSWER_QUERY: _ENTRY | {Role.PHARMACIST},
    Verb.CLOSE_QUERY: frozenset({Role.DATA_MANAGER, Role.MONITOR}),
    Verb.REOPEN_QUERY: frozenset({Role.DATA_MANAGER, Role.MONITOR}),
    Verb.VERIFY_SOURCE: frozenset({Role.MONITOR}),
    Verb.LOCK: frozenset({Role.DATA_MANAGER}),
    Verb.UNLOCK: frozenset({Role.DATA_MANAGER}),
    Verb.SIGN: frozenset({Role.INVESTIGATOR, Role.DATA_MANAGER}),
    Verb.EXPORT: frozenset({Role.INVESTIGATOR, Role.DATA_MANAGER, Role.MONITOR}),
    Verb.MIGRATE: _ADMINISTRATOR,
}

NEEDS_REASON: frozenset[Verb] = frozenset(
    {
        Verb.ANSWER_CRITERION,
        Verb.DECLINE,
        Verb.WITHDRAW_CONSENT,
        Verb.WAIVE_CRITERION,
        Verb.END_PARTICIPATION,
        Verb.CORRECT_VISIT,
        Verb.VOID_VISIT,
        Verb.CORRECT_FORM,
        Verb.CORRECT_DOSE,
        Verb.VOID_DOSE,
        Verb.VOID_LEDGER_ENTRY,
        Verb.CHANGE_MEDICATION,
        Verb.STOP_MEDICATION,
        Verb.CORRECT_MEDICATION,
        Verb.VOID_MEDICATION,
        Verb.CORRECT_ADVERSE_EVENT,
        Verb.VOID_ADVERSE_EVENT,
        Verb.VOID_SAFETY_REPORT,
        Verb.JUDGE_DEVIATION,
        Verb.LOCK,
        Verb.UNLOCK,
    }
)
"""Acts that must say why (ICH E6(R3) 4.2.2: the reason for a change)."""

PROGRAM_MAY: frozenset[Verb] = frozenset(
    {
        Verb.FAIL_TO_SIGN_IN,
        Verb.CREATE_ACCOUNT,
        Verb.TAKE_IN_SCREENING,
        Verb.FINISH_SCREENING,
        Verb.PROPOSE_DEVIATION,
        Verb.EXPORT,
        Verb.MIGRATE,
    }
)
"""What the program does by itself, or at the word of whoever runs it on the server."""
