"""What each criterion of the shipped trial is for a patient, put together from the ways drawn.

One function per part of the record: it draws ways (which write their rows) and returns the facts
of the criteria that rest on them. The ids are the protocol's; its logic is not read here.
"""

from __future__ import annotations

from datetime import date

from trialrun.synthetic import attestations as ask
from trialrun.synthetic import comorbidities as com
from trialrun.synthetic import diagnoses as dia
from trialrun.synthetic import medicines as med
from trialrun.synthetic import results as res
from trialrun.synthetic import tests_in_words as words
from trialrun.synthetic import vaccines as vac
from trialrun.synthetic.people import LAST_FERTILE, OLDEST, YOUNGEST
from trialrun.synthetic.scene import Scene
from trialrun.synthetic.states import NO, UNKNOWN, YES, Fact, Planned, all_of, one_of, opposite
from trialrun.synthetic.ways import Table

CRITERIA = (
    "I1", "I2", "I3", "I4", "I5a", "I6", "I8",
    "E1", "E2a", "E2b", "E2c", "E3a", "E4", "E5", "E6", "E7", "E8", "E9",
    *(f"{criterion} confirmed" for criterion in ask.NEED_CONFIRMATION),
)  # fmt: skip
"""The criteria as the record answers them, and apart from them the confirmations by a person."""
PROCEDURES_SINCE = date(1955, 1, 1)
"""Operations before this day are not in the hospital's archive."""


def plan(scene: Scene) -> dict[str, Fact]:
    """Decide every criterion for a patient, and write the rows that make it so."""
    facts = {"I1": scene.birthday.aged(YOUNGEST, OLDEST)}
    facts |= _disease(scene)
    facts |= _medicines(scene)
    facts |= _woman(scene)
    facts |= _blood(scene)
    facts |= _kidney_liver_heart(scene)
    facts |= _others(scene)
    return facts | _confirmations(scene, facts)


def _confirmations(scene: Scene, facts: dict[str, Fact]) -> dict[str, Fact]:
    """Decide what a person confirmed; who examines somebody confirms only what permits."""
    found = {}
    for criterion, table in ask.CONFIRMATIONS.items():
        permits = facts[criterion].planned is (YES if criterion.startswith("I") else NO)
        wish = scene.wish(said=YES) if permits else None
        found[f"{criterion} confirmed"] = table.draw(scene, wish).fact(ask.SAID)
    return found


def _disease(scene: Scene) -> dict[str, Fact]:
    disease = dia.DISEASE.draw(scene, scene.wish(als=YES))
    wished = {words.ABNORMAL: YES} if disease.says["immune"] is not YES else {}
    indicator = words.INDICATORS.draw(scene, scene.wish(**wished))
    return {
        "I2": one_of(disease.fact("als"), scene.doubt("diagnosis ever")),
        "I3": one_of(indicator.fact(words.ABNORMAL), disease.fact("immune")),
    }


def _medicines(scene: Scene) -> dict[str, Fact]:
    weighed = res.WEIGHT.draw(scene, scene.wish(**{res.WEIGHED: YES}))
    scene.is_weighed = weighed.says[res.WEIGHED] is YES
    wish = scene.wish(**{med.CAP: YES, med.HIGH: NO})
    steroid = med.GLUCOCORTICOIDS.draw(scene, wish)
    scene.is_weight_used = med.needs_weight(steroid)
    cap, high = (med.CAP, med.HIGH) if scene.is_weighed else (med.CAP_UNWEIGHED, med.HIGH_UNWEIGHED)
    doubt = scene.doubt("medication")
    return {
        "I5a": all_of(steroid.fact(cap), opposite(doubt)),
        "E2a": one_of(steroid.fact(high), doubt),
        "E2b": one_of(_drawn(med.IMMUNOGLOBULIN, scene, med.IVIG), doubt),
        "E3a": one_of(_drawn(vac.VACCINATION, scene, vac.VACCINATED), doubt),
    }


def _woman(scene: Scene) -> dict[str, Fact]:
    """Contraception and pregnancy; men have no rows about either."""
    young = scene.birthday.aged(-9999, LAST_FERTILE)
    if scene.person.sex == "male":
        pregnant, sterile = Fact(NO, _MAN), Fact(NO, _MAN)
        negative, positive = Fact(UNKNOWN, "no urine hCG"), Fact(UNKNOWN, "no urine hCG")
        contraception = expecting = Fact(UNKNOWN, "nobody was asked")
    else:
        state = com.CHILDBEARING.draw(scene, scene.wish(**{com.PREGNANT: NO}))
        pregnant, sterile = state.fact(com.PREGNANT), state.fact(com.STERILE)
        test = words.HCG.draw(scene, scene.wish(**{words.NEGATIVE: YES}))
        negative, positive = test.fact(words.NEGATIVE), test.fact(words.POSITIVE)
        contraception = _asked(ask.CONTRACEPTION, scene, YES)
        expecting = _asked(ask.EXPECTING, scene, NO)
    sterile = one_of(sterile, scene.doubt("diagnosis ever"))
    asked_of = all_of(scene.female, young, opposite(sterile))
    return {
        "I6": one_of(opposite(asked_of), all_of(negative, contraception)),
        "E8": all_of(
            scene.female,
            one_of(pregnant, scene.doubt("diagnosis now"), expecting, all_of(young, positive)),
        ),
    }


_MAN = "neither pregnant nor breast-feeding on record"


def _blood(scene: Scene) -> dict[str, Fact]:
    if not scene.worked_up and scene.draw.random() < 0.4:
        return {"E4": Fact(UNKNOWN, "no blood count within 30 days")}
    return {"E4": one_of(*(_drawn(table, scene, name) for name, table in res.COUNTS.items()))}


def _kidney_liver_heart(scene: Scene) -> dict[str, Fact]:
    if not scene.worked_up and scene.draw.random() < 0.4:
        liver = Fact(UNKNOWN, "no liver test within 30 days")
    else:
        liver = one_of(*(_drawn(table, scene, name) for name, table in res.LIVER.items()))
    heart = com.HEART.draw(scene, scene.wish(**{com.HEART_DISEASE: NO}))
    heart_disease = one_of(heart.fact(com.HEART_DISEASE), scene.doubt("diagnosis ever"))
    failing_heart = all_of(heart_disease, heart.fact(com.NYHA_III))
    failed = one_of(_drawn(com.FAILURE, scene, com.ORGAN_FAILURE), scene.doubt("diagnosis now"))
    return {"E7": one_of(failed, failing_heart, _kidney(scene), liver)}


def _kidney(scene: Scene) -> Fact:
    """Clearance needs the age, the sex and a weight before any creatinine says something."""
    kidney = _drawn(res.KIDNEY, scene, res.FAILING)
    needs = (
        (scene.birthday.is_age_known, "the age is not known exactly"),
        (scene.female.planned is not UNKNOWN, "the sex is not recorded"),
        (scene.is_weighed, "no weight to calculate with"),
    )
    missing = [because for known, because in needs if not known]
    return Fact(UNKNOWN, "; ".join(missing)) if missing else kidney


def _others(scene: Scene) -> dict[str, Fact]:
    sick = _drawn(com.COMORBIDITY, scene, com.SICK)
    operated = Fact(
        NO if scene.birthday.earliest >= PROCEDURES_SINCE else UNKNOWN,
        "operations of the first years of life are not covered",
    )
    infected = _drawn(com.INFECTION, scene, com.INFECTED)
    return {
        "I4": _asked(ask.POOR_RESPONSE, scene, YES),
        "I8": _asked(ask.CONSENT, scene, YES),
        "E1": one_of(_drawn(ask.ALLERGY, scene, ask.ALLERGIC), _asked(ask.INTOLERANT, scene, NO)),
        "E2c": _asked(ask.NON_STANDARD, scene, NO),
        "E5": one_of(infected, scene.doubt("diagnosis now")),
        "E6": one_of(sick, scene.doubt("diagnosis ever"), operated),
        "E9": one_of(_drawn(ask.STUDY, scene, ask.IN_STUDY), _asked(ask.OTHER_STUDY, scene, NO)),
    }


def _drawn(table: Table, scene: Scene, name: str) -> Fact:
    """Draw a way of an exclusion's fact: who was examined mostly does not have it."""
    return table.draw(scene, scene.wish(**{name: NO})).fact(name)


def _asked(question: str, scene: Scene, permitting: Planned) -> Fact:
    return ask.QUESTIONS[question].draw(scene, scene.wish(said=permitting)).fact(ask.SAID)
