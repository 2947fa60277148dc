"""Ways with what else a patient has: infections, other diseases, the heart, pregnancy.

Each table names the facts that its ways decide. None of these diagnoses is the disease itself.
"""

from __future__ import annotations

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.codes import Codeable
from trialrun.synthetic.scene import Scene, month_of, splits_month
from trialrun.synthetic.states import NO, UNKNOWN, YES
from trialrun.synthetic.ways import Table, Way, Writer


def _past(
    code: Codeable, *, since: int, until: int | None, clinical: str | None = "resolved"
) -> Writer:
    def write(scene: Scene) -> None:
        end = None if until is None else scene.day(until)
        fhir.condition(scene.chart, code, scene.day(since), end, clinical=clinical)

    return write


def _now(code: Codeable, since: int = 200) -> Writer:
    return lambda scene: fhir.condition(scene.chart, code, scene.moment(since))


def _refuted(code: Codeable, since: int) -> Writer:
    return lambda scene: fhir.condition(
        scene.chart, code, scene.moment(since), verification="refuted"
    )


def _resolved_this_month(code: Codeable) -> Writer:
    return lambda scene: fhir.condition(
        scene.chart, code, scene.day(90), month_of(scene.on), clinical="resolved"
    )


INFECTED = "severe infection"

INFECTION = Table(
    Way("no severe infection on record", 900, {INFECTED: NO}),
    Way("pneumonia that ended last year", 25, {INFECTED: NO},
        _past(codes.PNEUMONIA, since=400, until=370)),
    Way("pneumonia that ended the day before", 8, {INFECTED: NO},
        _past(codes.PNEUMONIA, since=30, until=1)),
    Way("pneumonia that ended on the index date", 8, {INFECTED: YES},
        _past(codes.PNEUMONIA, since=30, until=0)),
    Way("a sepsis that was refuted", 8, {INFECTED: NO},
        _refuted(codes.SEPSIS, 4)),
    Way("sepsis is active", 15, {INFECTED: YES}, _now(codes.SEPSIS, 3)),
    Way("pneumonia is active", 15, {INFECTED: YES}, _now(codes.PNEUMONIA, 9)),
    Way("pneumonia whose end is not recorded", 20, {INFECTED: UNKNOWN},
        _past(codes.PNEUMONIA, since=25, until=None, clinical=None)),
)  # fmt: skip


def _kidney_transplant(scene: Scene) -> None:
    fhir.procedure(scene.chart, codes.KIDNEY_TRANSPLANT, scene.day(1300))


def _unread_operation(scene: Scene) -> None:
    fhir.procedure(scene.chart, codes.LOCAL_PROCEDURE, scene.day(300))


SICK = "other disease"

COMORBIDITY = Table(
    Way("none of the diseases on record", 860, {SICK: NO}),
    Way("anaemia that ended last year", 15, {SICK: NO},
        _past(codes.ANAEMIA, since=700, until=380)),
    Way("a depression that ended the day before", 6, {SICK: NO},
        _past(codes.DEPRESSION, since=300, until=1)),
    Way("anaemia is active", 8, {SICK: YES}, _now(codes.ANAEMIA)),
    Way("hepatitis B is active", 12, {SICK: YES}, _now(codes.HEPATITIS_B, 2000)),
    Way("tuberculosis is active", 5, {SICK: YES}, _now(codes.TUBERCULOSIS, 60)),
    Way("HIV infection", 3, {SICK: YES}, _now(codes.HIV, 900)),
    Way("syphilis", 3, {SICK: YES}, _now(codes.SYPHILIS, 90)),
    Way("depression is active", 14, {SICK: YES}, _now(codes.DEPRESSION)),
    Way("HIV infection, ended by a discharge date", 3, {SICK: YES},
        _past(codes.HIV, since=900, until=880)),
    Way("dementia, ended by a discharge date", 4, {SICK: YES},
        _past(codes.DEMENTIA, since=300, until=280)),
    Way("alcoholic polyneuropathy", 4, {SICK: YES}, _now(codes.ALCOHOLIC_NEUROPATHY, 1500)),
    Way("dementia", 8, {SICK: YES}, _now(codes.DEMENTIA)),
    Way("hypotension", 6, {SICK: YES}, _now(codes.HYPOTENSION)),
    Way("alcohol dependence long ago", 6, {SICK: YES},
        _past(codes.ALCOHOL, since=4000, until=3000)),
    Way("cancer long ago", 10, {SICK: YES},
        _past(codes.BREAST_CANCER, since=2500, until=2000)),
    Way("followed up after cancer", 4, {SICK: YES},
        _past(codes.CANCER_FOLLOWED_UP, since=900, until=900)),
    Way("cancer in the family", 20, {SICK: NO}, _now(codes.CANCER_IN_FAMILY, 900)),
    Way("a history of cancer", 5, {SICK: YES}, _now(codes.CANCER_HISTORY, 900)),
    Way("a transplanted kidney, as a diagnosis", 3, {SICK: YES}, _now(codes.KIDNEY_STATUS, 1200)),
    Way("a transplanted kidney, as an operation", 4, {SICK: YES}, _kidney_transplant),
    Way("anaemia that was resolved, nobody wrote when", 10, {SICK: UNKNOWN},
        _past(codes.ANAEMIA, since=300, until=None)),
    Way("a depression that ended in the month of the index date", 10, {SICK: UNKNOWN},
        _resolved_this_month(codes.DEPRESSION), lambda scene: splits_month(scene.on)),
    Way("an operation that is only a text", 12, {SICK: UNKNOWN}, _unread_operation),
)  # fmt: skip


ORGAN_FAILURE = "organ failure"

FAILURE = Table(
    Way("no organ failure on record", 940, {ORGAN_FAILURE: NO}),
    Way("chronic respiratory failure", 12, {ORGAN_FAILURE: YES},
        _now(codes.RESPIRATORY_FAILURE, 60)),
    Way("hepatic failure", 5, {ORGAN_FAILURE: YES}, _now(codes.HEPATIC_FAILURE, 8)),
    Way("on dialysis", 5, {ORGAN_FAILURE: YES}, _now(codes.DIALYSIS, 700)),
    Way("a respiratory failure that ended last year", 10, {ORGAN_FAILURE: NO},
        _past(codes.RESPIRATORY_FAILURE, since=420, until=390)),
    Way("a respiratory failure that ended on the index date", 5, {ORGAN_FAILURE: YES},
        _past(codes.RESPIRATORY_FAILURE, since=20, until=0)),
    Way("a respiratory failure whose end is not recorded", 10, {ORGAN_FAILURE: UNKNOWN},
        _past(codes.RESPIRATORY_FAILURE, since=25, until=None, clinical=None)),
)  # fmt: skip


def _graded(value: str | None, days: int) -> Writer:
    def write(scene: Scene) -> None:
        fhir.condition(scene.chart, codes.HEART_FAILURE, scene.moment(500))
        if value:
            fhir.observation(scene.chart, codes.NYHA, scene.day(days), value, category="exam")

    return write


HEART_DISEASE, NYHA_III = "heart disease", "NYHA III"

HEART = Table(
    Way("no heart disease on record", 930, {HEART_DISEASE: NO, NYHA_III: UNKNOWN}),
    Way("a coronary heart disease without NYHA class", 20, {HEART_DISEASE: YES, NYHA_III: UNKNOWN},
        _now(codes.CORONARY, 800)),
    Way("heart failure, NYHA II", 14, {HEART_DISEASE: YES, NYHA_III: NO},
        _graded(fhir.coded(codes.NYHA_II), 40)),
    Way("heart failure, class written as 心功能II级", 8, {HEART_DISEASE: YES, NYHA_III: NO},
        _graded(fhir.written("心功能II级"), 40)),
    Way("heart failure, NYHA III", 14, {HEART_DISEASE: YES, NYHA_III: YES},
        _graded(fhir.coded(codes.NYHA_III), 200)),
    Way("heart failure, class written as 心功能Ⅲ级", 8, {HEART_DISEASE: YES, NYHA_III: YES},
        _graded(fhir.written("心功能Ⅲ级"), 60)),
    Way("heart failure, a class in words that no list knows", 8,
        {HEART_DISEASE: YES, NYHA_III: UNKNOWN}, _graded(fhir.written("心功能尚可"), 40)),
    Way("heart failure, NYHA III two years ago only", 6, {HEART_DISEASE: YES, NYHA_III: UNKNOWN},
        _graded(fhir.coded(codes.NYHA_III), 730)),
)  # fmt: skip
"""`heart disease` and `NYHA III` (class III or above within a year)."""


def _woman(scene: Scene) -> bool:
    return scene.person.sex == "female"


def _of_childbearing_age(scene: Scene) -> bool:
    return _woman(scene) and 18 <= scene.birthday.oldest <= 55


PREGNANT, STERILE = "pregnant", "no childbearing potential"

CHILDBEARING = Table(
    Way("not pregnant nor breast-feeding on record", 920, {PREGNANT: NO, STERILE: NO}),
    Way("the uterus was removed", 25, {PREGNANT: NO, STERILE: YES},
        _now(codes.HYSTERECTOMY, 1000), _of_childbearing_age),
    Way("pregnant", 12, {PREGNANT: YES, STERILE: NO},
        _now(codes.PREGNANT, 70), _of_childbearing_age),
    Way("breast-feeding", 8, {PREGNANT: YES, STERILE: NO},
        _now(codes.BREAST_FEEDING, 20), _of_childbearing_age),
    Way("a pregnancy that ended last year", 12, {PREGNANT: NO, STERILE: NO},
        _past(codes.PREGNANT, since=700, until=420), _of_childbearing_age),
    Way("a pregnancy whose end is not recorded", 8, {PREGNANT: UNKNOWN, STERILE: NO},
        _past(codes.PREGNANT, since=250, until=None, clinical=None), _of_childbearing_age),
)  # fmt: skip
"""`pregnant` (or breast-feeding) and `no childbearing potential`; women only."""
