"""Ways with diagnoses, signs and operations: the disease itself, and what else a patient has.

Each table names the facts that its ways decide. Kinds of record that the hospital knows completely
are silent for sure only while every diagnosis can be read: the scene's doubts say when not.
"""

from __future__ import annotations

from collections.abc import Callable

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.codes import Codeable
from trialrun.synthetic.diseases import Group
from trialrun.synthetic.scene import Scene, month_of, splits_month
from trialrun.synthetic.states import NO, UNKNOWN, YES, Table, Way

_LIKE_ALS = {Group.ALS, Group.PLS_PMA, Group.MMN, Group.LEWIS_SUMNER}
_IMMUNE = {Group.MMN, Group.LEWIS_SUMNER}


def _in(groups: set[Group]) -> Callable[[Scene], bool]:
    return lambda scene: scene.person.disease.group in groups


def _index_within_month(scene: Scene) -> bool:
    """Whether days of the index date's month lie after it, so that the month alone is in doubt."""
    return month_of(scene.back(-1)) == month_of(scene.on)


def _diagnosed(
    code: Codeable | None = None,
    *,
    months: bool = False,
    verification: str = "confirmed",
    days: int | None = None,
) -> Callable[[Scene], None]:
    """Write the disease, or another code in its place, as it was found some time ago."""

    def write(scene: Scene) -> None:
        chosen = code or scene.draw.choice(scene.person.disease.spellings)
        ago = scene.draw.randrange(240, 1500) if days is None else days
        onset = month_of(scene.back(ago)) if months else scene.moment(ago)
        fhir.condition(scene.chart, chosen, onset, verification=verification)

    return write


def _both(*writers: Callable[[Scene], None]) -> Callable[[Scene], None]:
    def write(scene: Scene) -> None:
        for writer in writers:
            writer(scene)

    return write


def _sign(code: Codeable, value: str) -> Callable[[Scene], None]:
    return lambda scene: fhir.observation(
        scene.chart, code, scene.moment(scene.draw.randrange(3, 400)), value, category="exam"
    )


def _text_only(scene: Scene) -> None:
    scene.doubted("diagnosis now", _TEXT)
    scene.doubted("diagnosis ever", _TEXT)
    _diagnosed(codes.text_only(f"{scene.person.disease.name}？（外院诊断）"))(scene)


_TEXT = "a diagnosis that is only a text, in no list's codes"


_ALS_LIKE = _in(_LIKE_ALS)
_SAID = {
    "als only": {"als": YES, "immune": UNKNOWN},
    "immune": {"als": YES, "immune": YES},
    "neither": {"als": NO, "immune": UNKNOWN},
    "perhaps": {"als": UNKNOWN, "immune": UNKNOWN},
}

DISEASE = Table(
    Way(
        "motor neuron disease is diagnosed; the list of immune-mediated syndromes is open",
        600,
        _SAID["als only"],
        _diagnosed(),
        _in({Group.ALS, Group.PLS_PMA}),
    ),
    Way(
        "motor neuron disease is diagnosed in a month; the list of immune syndromes is open",
        60,
        _SAID["als only"],
        _diagnosed(months=True),
        _in({Group.ALS, Group.PLS_PMA}),
    ),
    Way(
        "immune-mediated motor neuron disease is diagnosed",
        60,
        _SAID["immune"],
        _both(_diagnosed(), _diagnosed(codes.IMMUNE_MND, days=100)),
        _in({Group.ALS}),
    ),
    Way("an immune neuropathy is diagnosed", 700, _SAID["immune"], _diagnosed(), _in(_IMMUNE)),
    Way(
        "the WHO's edition has no code of its own for MMN; the list of immune syndromes is open",
        30,
        _SAID["als only"],
        _diagnosed(codes.MMN_WHO),
        _in({Group.MMN}),
    ),
    Way(
        "diagnosed on the index date itself",
        15,
        _SAID["als only"],
        _diagnosed(codes.ALS[0], days=0),
        _in({Group.ALS}),
    ),
    Way(
        "diagnosed only on the day after the index date",
        8,
        _SAID["neither"],
        _diagnosed(codes.ALS[0], days=-1),
        _in({Group.ALS}),
    ),
    Way(
        "diagnosed in the month of the index date, before or after it",
        20,
        _SAID["perhaps"],
        _diagnosed(codes.ALS[0], months=True, days=0),
        lambda scene: _in({Group.ALS})(scene) and _index_within_month(scene),
    ),
    Way("the diagnosis is only a text", 12, _SAID["perhaps"], _text_only, _ALS_LIKE),
    Way(
        "another disease",
        700,
        _SAID["neither"],
        _diagnosed(),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease, and a refuted ALS",
        20,
        _SAID["neither"],
        _both(_diagnosed(), _diagnosed(codes.ALS[0], verification="refuted")),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease, and an ALS entered in error",
        20,
        _SAID["neither"],
        _both(_diagnosed(), _diagnosed(codes.ALS[0], verification="entered-in-error")),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "a code of the WHO's edition that cannot tell CIDP from its look-alikes",
        60,
        _SAID["als only"],
        _diagnosed(codes.CIDP_UNTOLD),
        _in({Group.CIDP}),
    ),
    Way(
        "another disease, with a sign of upper motor neuron damage",
        160,
        _SAID["als only"],
        _both(_diagnosed(), _sign(codes.HYPERREFLEXIA, fhir.said(present=True))),
        _in({Group.MIMIC}),
    ),
    Way(
        "another disease, with fasciculation found on examination",
        60,
        _SAID["als only"],
        _both(_diagnosed(), _sign(codes.NEURO_EXAMINATION, fhir.coded(codes.FASCICULATION))),
        _in({Group.MIMIC}),
    ),
    Way(
        "another disease; signs were looked for and not found",
        60,
        _SAID["neither"],
        _both(_diagnosed(), _sign(codes.ABNORMAL_REFLEX, fhir.said(present=False))),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease; a sign was not found, in a code that one of the two lists cannot read",
        20,
        _SAID["perhaps"],
        _both(_diagnosed(), _sign(codes.HYPERREFLEXIA, fhir.said(present=False))),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease; a sign was looked for, and not said whether found",
        20,
        _SAID["perhaps"],
        _both(_diagnosed(), _sign(codes.HYPERREFLEXIA, fhir.absent("unknown"))),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "the diagnosis is only a text",
        12,
        _SAID["perhaps"],
        _text_only,
        lambda scene: not _ALS_LIKE(scene),
    ),
)
"""How the disease is recorded: `als` (ALS syndrome), `immune` (a listed immune syndrome)."""


def _past(
    code: Codeable, *, since: int, until: int | None, clinical: str | None = "resolved"
) -> Callable[[Scene], None]:
    def write(scene: Scene) -> None:
        end = None if until is None else scene.day(until)
        fhir.condition(scene.chart, code, scene.day(since), end, clinical=clinical)

    return write


def _now(code: Codeable, since: int = 200) -> Callable[[Scene], None]:
    return lambda scene: fhir.condition(scene.chart, code, scene.moment(since))


def _resolved_this_month(code: Codeable) -> Callable[[Scene], None]:
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
        _diagnosed(codes.SEPSIS, verification="refuted", days=4)),
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
    Way("dementia", 8, {SICK: YES}, _now(codes.DEMENTIA)),
    Way("hypotension", 6, {SICK: YES}, _now(codes.HYPOTENSION)),
    Way("alcohol dependence long ago", 6, {SICK: YES},
        _past(codes.ALCOHOL, since=4000, until=3000)),
    Way("cancer long ago", 10, {SICK: YES},
        _past(codes.BREAST_CANCER, since=2500, until=2000)),
    Way("a history of cancer", 5, {SICK: YES}, _now(codes.CANCER_HISTORY, 900)),
    Way("a transplanted kidney, as a diagnosis", 3, {SICK: YES}, _now(codes.KIDNEY_STATUS, 1200)),
    Way("a transplanted kidney, as an operation", 4, {SICK: YES}, _kidney_transplant),
    Way("anaemia that was resolved, nobody wrote when", 10, {SICK: UNKNOWN},
        _past(codes.ANAEMIA, since=300, until=None)),
    Way("a depression that ended in the month of the index date", 10, {SICK: UNKNOWN},
        _resolved_this_month(codes.DEPRESSION), lambda scene: splits_month(scene.on)),
    Way("an operation that is only a text", 12, {SICK: UNKNOWN}, _unread_operation),
)  # fmt: skip


def _graded(value: str | None, days: int) -> Callable[[Scene], None]:
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


def text_only_diagnosis(scene: Scene) -> None:
    """Add a second diagnosis that nobody coded: still there, or long over."""
    code = codes.text_only("头晕查因（社区转诊）")
    scene.doubted("diagnosis ever", _TEXT)
    if scene.draw.random() < 0.5:
        fhir.condition(scene.chart, code, scene.day(900), scene.day(860), clinical="resolved")
    else:
        scene.doubted("diagnosis now", _TEXT)
        fhir.condition(scene.chart, code, scene.day(400))
