"""What the trial knows of a candidate beside the hospital: answers, consents, results of forms.

Facts for the record that the interpreter reads. Refuses what a form says in words that no
measurement has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from fractions import Fraction
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.days import day_of
from trialrun.conduct.reading.candidates import answers_of
from trialrun.conduct.reading.consents import withdrawals_of
from trialrun.conduct.record import Fact, Result, Statement
from trialrun.conduct.tables.candidates import Consent
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.criteria.expressions import Attested
from trialrun.protocol.forms import Item
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import Span
from trialrun.screening.plan import consent_statements
from trialrun.terminology.codes import Coding, Concept
from trialrun.terminology.value_sets import ValueSet

_POLARITIES: dict[str, Literal["positive", "negative"]] = {
    "positive": "positive",
    "negative": "negative",
}


def facts_of(
    session: Session, candidate_id: int, protocol: TrialProtocol, zone: tzinfo
) -> tuple[Fact, ...]:
    """Return what people answered, what was signed, and what was measured at visits."""
    return (
        *_answers(session, candidate_id, consent_statements(protocol)),
        *_consents(session, candidate_id, protocol, zone),
        *_results(session, candidate_id, protocol),
    )


def _answers(session: Session, candidate_id: int, only_signed: frozenset[str]) -> Iterator[Fact]:
    for given in answers_of(session, candidate_id):
        answer = given.answer
        if answer.statement in only_signed:
            continue
        yield Statement(
            ref=f"criterion_answer/{answer.id}",
            day=Span.of(answer.answered_on),
            question=answer.statement,
            answer=answer.answer,
            by=given.by,
            reason=answer.reason,
        )


def _consents(
    session: Session, candidate_id: int, protocol: TrialProtocol, zone: tzinfo
) -> Iterator[Fact]:
    """Yield, for each criterion that asks for the trial's own consent, what its forms say."""
    signed = session.scalars(select(Consent).where(Consent.candidate_id == candidate_id)).all()
    last = max((consent.signed_at for consent in signed), default=None)
    # Whoever signed again after a withdrawal, perhaps on the same day, has consented.
    withdrawn = [
        end for end in withdrawals_of(session, candidate_id) if last and end.withdrawn_at >= last
    ]
    for criterion in protocol.screening_criteria:
        if not criterion.consent or not isinstance(criterion.expression, Attested):
            continue
        question = criterion.expression.question
        for consent in signed:
            day = Span.of(day_of(consent.signed_at, zone))
            ref = f"consent/{consent.id}"
            yield Statement(
                ref=ref, day=day, question=question, answer=True, by=consent.obtained_by
            )
        for end in withdrawn:
            day = Span.of(day_of(end.withdrawn_at, zone))
            yield Statement(ref=f"withdrawal/{end.id}", day=day, question=question, answer=False)


def _results(session: Session, candidate_id: int, protocol: TrialProtocol) -> Iterator[Fact]:
    measuring = {
        (form.id, item.id): item for form in protocol.forms for item in form.items if item.measures
    }
    entered = session.execute(
        select(Visit.day, FormEntry.form, FormValue)
        .join(FormEntry, FormEntry.visit_id == Visit.id)
        .join(FormValue, FormValue.entry_id == FormEntry.id)
        .where(Visit.candidate_id == candidate_id, ~Visit.voided, FormValue.typed.is_not(None))
        .order_by(FormValue.id)
    )
    for day, form, value in entered:
        item = measuring.get((form, value.item))
        if item is not None and day is not None:
            yield from _result(item, value, Span.of(day), protocol)


def _result(item: Item, value: FormValue, day: Span, protocol: TrialProtocol) -> Iterator[Result]:
    polarity = _POLARITIES.get(value.typed or "")
    if value.number is None and polarity is None:
        return
    for measured in item.measures:
        yield Result(
            ref=f"form_value/{value.id}/{measured}",
            day=day,
            concept=_concept(protocol.value_sets[measured], item),
            value=None if value.number is None else Fraction(value.number),
            unit=value.unit,
            ref_lo=None if value.normal_low is None else Fraction(value.normal_low),
            ref_hi=None if value.normal_high is None else Fraction(value.normal_high),
            polarity=polarity,
        )


def _concept(value_set: ValueSet, item: Item) -> Concept:
    """Return a concept that the value set holds; any of its codes names the same measurement."""
    entry = next(entry for entry in value_set.entries if not entry.code.endswith("*"))
    return Concept((Coding(entry.system, entry.code, entry.display),), item.title)
