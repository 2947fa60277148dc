"""The fields of an adverse event: from a form to an entry, and from an event to a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, tzinfo

from starlette.requests import HTTPConnection

from trialrun.conduct.event_rules import (
    EventEntry,
    FollowUpEntry,
    alone_problems,
    day_problems,
    grade_problems,
)
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    AdverseEvent,
    Causality,
    Expectedness,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.errors import Problem, RefusedError
from trialrun.protocol.model import TrialProtocol
from trialrun.web.forms import Form
from trialrun.web.trial import trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import visitor_of
from trialrun.web.words import msgid, said
from trialrun.workflows.safety import allowed_terms, chosen_term, term_choices

CRITERIA: Mapping[SeriousnessCriterion, str] = {
    SeriousnessCriterion.DEATH: msgid("results in death"),
    SeriousnessCriterion.LIFE_THREATENING: msgid("is life-threatening"),
    SeriousnessCriterion.HOSPITALISATION: msgid(
        "requires inpatient hospitalisation, or prolongs an existing one"
    ),
    SeriousnessCriterion.DISABILITY: msgid(
        "results in persistent or significant disability or incapacity"
    ),
    SeriousnessCriterion.CONGENITAL_ANOMALY: msgid("is a congenital anomaly or birth defect"),
    SeriousnessCriterion.MEDICALLY_IMPORTANT: msgid("is another medically important event"),
}
"""What makes an event serious, in words (ICH E2A, II.B)."""


def criteria_of(form: Form) -> frozenset[SeriousnessCriterion]:
    """Return the criteria that are ticked."""
    return frozenset(one for one in SeriousnessCriterion if form.ticked(one))


def event_entry(form: Form, trial: TrialProtocol, zone: tzinfo) -> EventEntry:
    """Read an entry.

    Raises:
        RefusedError: something in it cannot be read.
    """
    typed = Typed(form)
    entry = EventEntry(
        reported_term=form["reported_term"],
        term=chosen_term(trial, form["term"], form["other_term"], form["soc"]),
        onset=form["onset"],
        grade=form.number("grade") or 0,
        criteria=criteria_of(form),
        aware_at=typed.moment("aware_at_day", "aware_at_time", zone),
        serious_aware_at=_moment_or_none(form, typed, "serious_aware_at", zone),
        causality=typed.choice("causality", Causality),
        expectedness=typed.choice("expectedness", Expectedness),
        action_taken=typed.choice("action_taken", ActionTaken),
        outcome=typed.choice("outcome", Outcome),
        ended=form["ended"],
        treatment=form["treatment"],
        narrative=form["narrative"],
    )
    terms = allowed_terms(trial, entry.term)
    twice = tuple(_two_terms(form))
    typed.done(
        [
            *twice,
            *alone_problems(
                entry.reported_term, entry.term, entry.onset, entry.grade, terms, latest=date.max
            ),
        ]
    )
    if twice:
        raise RefusedError("this cannot be read", twice)
    return entry


def _two_terms(form: Form) -> Iterator[Problem]:
    """Say that a term is chosen, and another one written: one of them would be lost."""
    if form["term"] and form["other_term"].strip():
        remedy = "choose another term in the list, or empty this field"
        yield Problem("other_term", "a term of the list is chosen, too", remedy)


def follow_up_entry(form: Form, zone: tzinfo) -> FollowUpEntry:
    """Read a follow-up.

    Raises:
        RefusedError: something in it cannot be read.
    """
    typed = Typed(form)
    entry = FollowUpEntry(
        observed=form["observed"],
        grade=form.number("grade") or 0,
        outcome=typed.choice("outcome", Outcome),
        aware_at=typed.moment("aware_at_day", "aware_at_time", zone),
        criteria=criteria_of(form),
        ended=form["ended"],
        note=form["note"],
    )
    typed.done([*day_problems("observed", entry.observed, date.max), *grade_problems(entry.grade)])
    return entry


def _moment_or_none(form: Form, typed: Typed, name: str, zone: tzinfo) -> datetime | None:
    if not form[f"{name}_day"].strip() and not form[f"{name}_time"].strip():
        return None
    return typed.moment(f"{name}_day", f"{name}_time", zone)


def fields_of_event(event: AdverseEvent, trial: TrialProtocol, zone: tzinfo) -> dict[str, str]:
    """Return the fields of a form that says what an event says."""
    listed = {one.term.term for one in term_choices(trial)}
    is_listed = event.term in listed
    return {
        "reported_term": event.reported_term,
        "term": event.term if is_listed else "",
        "other_term": "" if is_listed else event.term,
        "soc": "" if is_listed else event.soc,
        "onset": event.onset,
        "grade": str(event.first_grade),
        "causality": event.causality,
        "expectedness": event.expectedness,
        "action_taken": event.action_taken,
        "outcome": event.outcome,
        "ended": event.ended or "",
        "treatment": event.treatment,
        "narrative": event.narrative,
        "expected": str(event.version),
        **dict(_moment("aware_at", event.aware_at, zone)),
        **dict(_moment("serious_aware_at", event.serious_aware_at, zone)),
        **{str(one): "yes" for one in event.criteria},
    }


def now_fields(name: str, at: datetime, zone: tzinfo) -> dict[str, str]:
    """Return the fields of a moment that is most likely meant: now."""
    return dict(_moment(name, at, zone))


def _moment(name: str, at: datetime | None, zone: tzinfo) -> Iterator[tuple[str, str]]:
    if at is not None:
        local = at.astimezone(zone)
        yield f"{name}_day", local.date().isoformat()
        yield f"{name}_time", local.strftime("%H:%M")


def term_namer(request: HTTPConnection) -> Callable[[str], str]:
    """Return what names a term of CTCAE in the visitor's language, where that has a name for it."""
    language = visitor_of(request).language
    own = {one.term.term: one.term_zh for one in term_choices(trial_of(request)) if one.term_zh}

    def named(term: str) -> str:
        return own[term] if language == "zh" and term in own else said(language, term)

    return named
