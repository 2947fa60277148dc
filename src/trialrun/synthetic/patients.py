"""One patient from nothing but a seed, a number and the index date: the rows, and their truth.

The same number under the same seed is the same patient, however many are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from trialrun.synthetic import background, criteria, diagnoses, prescriptions
from trialrun.synthetic.attestations import write_answers
from trialrun.synthetic.diseases import Disease, Group, draw_disease
from trialrun.synthetic.fhir import Chart
from trialrun.synthetic.people import (
    Birthday,
    Person,
    draw_age,
    draw_name,
    odd_birthday,
    patient_line,
    plain_birthday,
)
from trialrun.synthetic.scene import Scene
from trialrun.synthetic.states import NO, UNKNOWN, YES, Fact

_TRIAL_GROUPS = {Group.ALS, Group.MMN, Group.LEWIS_SUMNER, Group.PLS_PMA}
_WORKED_UP = 0.25
"""Share of the patients with an ALS syndrome whom somebody has examined for the trial."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient's rows (resource type, line), and the planned truth of each criterion."""

    patient_id: str
    disease: Disease
    rows: list[tuple[str, str]]
    facts: dict[str, Fact]


def make_patient(number: int, seed: int, on: date) -> Patient:
    """Make the patient of a number."""
    draw = Random(f"{seed}:{number}")
    scene, line = _scene(str(number), draw, on)
    scene.chart.rows.append(("Patient", line))
    _doubts(scene)
    facts = criteria.plan(scene)
    prescriptions.usual_medicines(scene)
    background.past(scene)
    write_answers(scene)
    if draw.random() < 0.004:
        background.stranger(scene)
    return Patient(scene.person.patient_id, scene.person.disease, scene.chart.rows, facts)


def _scene(patient_id: str, draw: Random, on: date) -> tuple[Scene, str]:
    """Draw who the patient is, and return the Patient resource with the empty scene."""
    disease = draw_disease(draw)
    person = Person(patient_id, "female" if draw.random() < disease.women else "male", disease)
    worked_up = disease.group in _TRIAL_GROUPS and draw.random() < _WORKED_UP
    birthday = _birthday(disease, draw, on, worked_up=worked_up)
    says_sex = draw.random() > 0.012
    deceased = _death(disease, draw, on, worked_up=worked_up)
    name = draw_name(person.sex, draw)
    scene = Scene(
        on=on,
        person=person,
        birthday=birthday,
        chart=Chart(patient_id, absolute=draw.random() < 0.15),
        draw=draw,
        worked_up=worked_up,
        female=_female(person, says_sex=says_sex),
        weight=max(45.0, min(95.0, round(draw.gauss(63, 9) * 2) / 2)),
    )
    return scene, patient_line(person, name, birthday, deceased, says_sex=says_sex)


def _birthday(disease: Disease, draw: Random, on: date, *, worked_up: bool) -> Birthday:
    age = draw_age(disease, draw, adult=worked_up and draw.random() < 0.94)
    if draw.random() < 0.06:
        return odd_birthday(age, on, draw)
    return plain_birthday(age, on, draw)


def _death(disease: Disease, draw: Random, on: date, *, worked_up: bool) -> str | None:
    likely = 0.06 if disease.group is Group.ALS and not worked_up else 0.01
    if draw.random() >= likely:
        return None
    return date.fromordinal(on.toordinal() - draw.randrange(1, 200)).isoformat()


def _female(person: Person, *, says_sex: bool) -> Fact:
    if not says_sex:
        return Fact(UNKNOWN, "the sex is not recorded")
    return Fact(YES, "a woman") if person.sex == "female" else Fact(NO, "a man")


def _doubts(scene: Scene) -> None:
    """Add, to a few, what nobody coded, so that the silence beside it proves nothing."""
    usual = 0.02 if scene.worked_up else 0.05
    if scene.draw.random() < usual:
        diagnoses.text_only_diagnosis(scene)
    if scene.draw.random() < usual:
        prescriptions.decoction(scene)
