"""Ways in which the disease itself is recorded: diagnosed, refuted, in words, or by its signs.

A hospital that knows every diagnosis is silent for sure only while every diagnosis can be read: the
scene's doubts say when not.
"""

from __future__ import annotations

from collections.abc import Callable

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.codes import Codeable
from trialrun.synthetic.diseases import Group
from trialrun.synthetic.scene import Scene, month_of
from trialrun.synthetic.states import NO, UNKNOWN, YES
from trialrun.synthetic.ways import Table, Way, Writer, in_turn

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
) -> Writer:
    """Write the disease, or another code in its place, as it was found some time ago."""

    def write(scene: Scene) -> None:
        chosen = code or scene.draw.choice(scene.person.disease.spellings)
        ago = scene.draw.randrange(240, 1500) if days is None else days
        onset = month_of(scene.back(ago)) if months else scene.moment(ago)
        fhir.condition(scene.chart, chosen, onset, verification=verification)

    return write


def _sign(code: Codeable, value: str) -> Writer:
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
        in_turn(_diagnosed(), _diagnosed(codes.IMMUNE_MND, days=100)),
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
        in_turn(_diagnosed(), _diagnosed(codes.ALS[0], verification="refuted")),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease, and an ALS entered in error",
        20,
        _SAID["neither"],
        in_turn(_diagnosed(), _diagnosed(codes.ALS[0], verification="entered-in-error")),
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
        in_turn(_diagnosed(), _sign(codes.HYPERREFLEXIA, fhir.said(present=True))),
        _in({Group.MIMIC}),
    ),
    Way(
        "another disease, with fasciculation found on examination",
        60,
        _SAID["als only"],
        in_turn(_diagnosed(), _sign(codes.NEURO_EXAMINATION, fhir.coded(codes.FASCICULATION))),
        _in({Group.MIMIC}),
    ),
    Way(
        "another disease, with fasciculation among the diagnoses",
        40,
        _SAID["als only"],
        in_turn(_diagnosed(), _diagnosed(codes.FASCICULATION_DIAGNOSED)),
        _in({Group.MIMIC}),
    ),
    Way(
        "another disease; signs were looked for and not found",
        60,
        _SAID["neither"],
        in_turn(_diagnosed(), _sign(codes.ABNORMAL_REFLEX, fhir.said(present=False))),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease; a sign was not found, in a code that one of the two lists cannot read",
        20,
        _SAID["neither"],
        in_turn(_diagnosed(), _sign(codes.HYPERREFLEXIA, fhir.said(present=False))),
        lambda scene: not _ALS_LIKE(scene),
    ),
    Way(
        "another disease; a sign was looked for, and not said whether found",
        20,
        _SAID["perhaps"],
        in_turn(_diagnosed(), _sign(codes.HYPERREFLEXIA, fhir.absent("unknown"))),
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


def text_only_diagnosis(scene: Scene) -> None:
    """Add a second diagnosis that nobody coded: still there, or long over."""
    code = codes.text_only("头晕查因（社区转诊）")
    scene.doubted("diagnosis ever", _TEXT)
    if scene.draw.random() < 0.5:
        fhir.condition(scene.chart, code, scene.day(900), scene.day(860), clinical="resolved")
    else:
        scene.doubted("diagnosis now", _TEXT)
        fhir.condition(scene.chart, code, scene.day(400))
