"""Results as plain data for programs: dicts, lists, strings, numbers, booleans and None.

Keys are stable: one may be added, none changes its meaning. Days are ISO dates, an end that does
not exist is None, truths are "true", "false" and "unknown". With pseudonyms a row keeps its number,
kind, known codes, days and numbers; whatever a hospital wrote freely is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from trialrun.criteria.tree import Answered, until
from trialrun.criteria.wording import render
from trialrun.protocol.findings import Finding as CheckFinding
from trialrun.protocol.words import ShownProtocol
from trialrun.records.dates import EARLIEST, LATEST, Span
from trialrun.records.rows import (
    Attestation,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.screening.attrition import Loss
from trialrun.screening.gains import Gain
from trialrun.screening.result import JudgedPatient, Judgement, OpenGap, Screening
from trialrun.sources.intake import CoverageLine, LoadSummary
from trialrun.terminology.codes import SYSTEMS, Concept

Data: TypeAlias = dict[str, Any]


def screening_json(screening: Screening) -> Data:
    """Return the whole result; of each opened patient only name, verdict and dates."""
    protocol = screening.protocol
    return {
        "protocol": {
            "name": protocol.name,
            "version": protocol.version,
            "registry_id": protocol.registry.id,
            "title": protocol.registry.title,
        },
        "on": screening.on.isoformat(),
        "patients": screening.patients,
        "deceased": screening.deceased,
        "may_have_died": screening.may_have_died,
        "verdicts": {verdict.value: n for verdict, n in screening.verdicts.items()},
        "ready_for_visit": screening.ready_for_visit,
        "near_misses": screening.near_misses,
        "attrition": [_loss(loss) for loss in screening.losses],
        "open_gaps": [_open_gap(gap) for gap in screening.open_gaps],
        "gains": [_gain(gain) for gain in screening.gains],
        "coverage": [
            {"source": c.source, "kind": c.kind.value, **_from_to(c.since, c.until)}
            for c in screening.coverage
        ],
        "opened": [_standing(patient) for patient in screening.opened],
        "pseudonymised": screening.pseudonymised,
    }


def patient_json(patient: JudgedPatient) -> Data:
    """Return one patient with every answer, and the rows and coverage behind them."""
    ids = sorted({row for j in patient.judgements for row in _row_ids(j)})
    rows = {row.row_id: row for row in patient.record.rows}
    hidden = patient.pseudonymised
    return {
        **_standing(patient),
        "person": _person(patient.record, hidden),
        "judgements": [_judgement(judgement) for judgement in patient.judgements],
        "rows": [_row(rows[i], hidden) for i in ids if i in rows],
        "coverage": [
            {"id": c.coverage_id, "kind": c.kind.value, **_from_to(c.since, c.until)}
            for c in patient.record.coverage
        ],
        "pseudonymised": hidden,
    }


def load_summary_json(summary: LoadSummary) -> Data:
    """Return what a load has brought, what did not count, and what nobody understands yet."""
    return {
        "source": summary.source,
        "format": summary.format,
        "time_zone": summary.time_zone,
        "time_zone_declared": summary.zone_declared,
        "rows": dict(summary.rows),
        "reasons": [asdict(r) | {"places": list(r.places)} for r in summary.reasons],
        "unknown_units": [asdict(unit) for unit in summary.units],
        "uncoded": [asdict(uncoded) for uncoded in summary.uncoded],
        "unknown_concepts": [asdict(concept) for concept in summary.concepts],
        "withheld": [asdict(w) | {"places": list(w.places)} for w in summary.withheld],
        "coverage": [_covered(line) for line in summary.coverage],
        "coverage_withdrawn": [_covered(line) for line in summary.withdrawn],
    }


def _covered(line: CoverageLine) -> Data:
    return {"kind": line.kind.value, **_from_to(line.since, line.until)}


def findings_json(findings: Sequence[CheckFinding]) -> list[Data]:
    """Return what a check of a protocol found."""
    return [asdict(finding) for finding in findings]


def protocol_json(shown: ShownProtocol) -> Data:
    """Return a protocol in words; `facts` keep their order, as pairs of label and value."""
    return {
        "name": shown.name,
        "version": shown.version,
        "title": shown.title,
        "facts": [list(fact) for fact in shown.facts],
        "design": list(shown.design),
        "forms": [asdict(form) | {"lines": list(form.lines)} for form in shown.forms],
        "assumptions": list(shown.assumptions),
        "sentences": [
            {
                "id": sentence.id,
                "category": sentence.category.value,
                "text": sentence.text,
                "criteria": [
                    asdict(criterion) | {"assumptions": list(criterion.assumptions)}
                    for criterion in sentence.criteria
                ],
            }
            for sentence in shown.sentences
        ],
    }


# --- parts of a screening ---------------------------------------------------------------------


def _loss(loss: Loss) -> Data:
    return asdict(loss) | {"after": loss.after}


def _open_gap(gap: OpenGap) -> Data:
    return {
        "criterion": gap.asked.criterion.id,
        "gap": gap.gap.name.lower(),
        "candidates": gap.candidates,
        "settles": gap.settles,
    }


def _gain(gain: Gain) -> Data:
    return {
        "criterion": gain.criterion,
        "change": None if gain.change is None else render(gain.change),
        "eligible": gain.eligible,
        "possible": gain.possible,
    }


def _standing(patient: JudgedPatient) -> Data:
    return {
        "name": patient.name,
        "verdict": patient.verdict.value,
        "opens_on": _day(patient.opens_on),
        "lapses_on": _day(patient.lapses_on),
        "deceased": None if patient.death is None else patient.death.value,
    }


# --- parts of a patient ---------------------------------------------------------------------


def _judgement(judgement: Judgement) -> Data:
    criterion = judgement.asked.criterion
    return {
        "criterion": criterion.id,
        "category": criterion.category.value,
        "stage": criterion.stage.value,
        "sentence": criterion.text,
        "permission": judgement.permission.value,
        "answer": _answered(judgement.tree),
        "hint": _answered(judgement.hint) if judgement.hint else None,
    }


def _answered(tree: Answered) -> Data:
    """Return a part: a leaf has rows, coverage and gap, a connective has parts."""
    data: Data = {
        "logic": render(tree.expression),
        "truth": tree.truth.value,
        "until": _day(until(tree)),
    }
    if tree.answer is None:
        return data | {"parts": [_answered(part) for part in tree.parts]}
    gap = tree.answer.gap
    return data | {
        "rows": list(tree.answer.rows),
        "coverage": list(tree.answer.coverage),
        "gap": None if gap is None else gap.name.lower(),
    }


def _row_ids(judgement: Judgement) -> list[int]:
    trees = [judgement.tree, *([judgement.hint] if judgement.hint else [])]
    leaves = [leaf.answer for tree in trees for leaf in tree.leaves()]
    return [row for answer in leaves if answer for row in answer.rows]


def _person(record: PatientRecord, hidden: bool) -> Data:
    birth = _span(record.birth)
    return {
        "sex": record.sex,
        "birth": {end: day and day[:4] for end, day in birth.items()} if hidden else birth,
    }


def _row(row: Row, hidden: bool) -> Data:
    data: Data = {
        "id": row.row_id,
        "kind": row.kind.value,
        "concept": _concept(row.concept, hidden),
        "start": _span(row.start),
        "end": None if row.end is None else _span(row.end),
        "ref": None if hidden else row.ref,
    }
    match row:
        case Finding():
            data["present"] = row.present
        case Medication():
            data |= {
                "route": row.route,
                "daily_dose": _number(row.daily_dose),
                "dose_unit": row.dose_unit,
                "basis": row.basis,
            }
        case Measurement():
            data |= _measured(row, hidden)
        case Attestation():
            data |= {
                "answer": row.answer,
                "attested_by": None if hidden else row.attested_by,
                "reason": None if hidden else row.reason,
            }
    return data


def _measured(row: Measurement, hidden: bool) -> Data:
    value = row.value
    return {
        "value": None
        if value is None
        else {
            "lo": _number(value.lo),
            "hi": _number(value.hi),
            "lo_open": value.lo_open,
            "hi_open": value.hi_open,
        },
        "unit": row.unit,
        "ref_lo": _number(row.ref_lo),
        "ref_hi": _number(row.ref_hi),
        "polarity": row.polarity,
        "abnormal": row.abnormal,
        "value_concept": _concept(row.value_concept, hidden) if row.value_concept else None,
        "value_text": None if hidden else row.value_text,
    }


def _concept(concept: Concept, hidden: bool) -> Data:
    return {
        "text": None if hidden else concept.text,
        "codings": [
            {
                "system": coding.system,
                "code": coding.code,
                "display": None if hidden else coding.display,
            }
            for coding in concept.codings
            if not hidden or coding.system in SYSTEMS
        ],
    }


def _number(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def _span(span: Span) -> dict[str, str | None]:
    return {"from": _end(span.lo), "to": _end(span.hi)}


def _from_to(since: date, to: date) -> dict[str, str | None]:
    return {"since": _end(since), "until": _end(to)}


def _end(day: date) -> str | None:
    """Return a day; the calendar's own first and last stand for no end."""
    return None if day in (EARLIEST, LATEST) else day.isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
