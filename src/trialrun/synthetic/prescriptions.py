"""The usual medicines of a disease, which nobody asks about; a decoction that nobody coded."""

from __future__ import annotations

from datetime import timedelta

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.medicines import course, fixed, medicine
from trialrun.synthetic.scene import Scene


def decoction(scene: Scene) -> None:
    """Add a decoction that nobody coded, taken to this day or until two years ago."""
    drug = fhir.medicine_coded(codes.DECOCTION)
    if scene.draw.random() < 0.3:
        fhir.taking(scene.chart, drug, scene.day(900), scene.day(730), None, status="completed")
        return
    fhir.taking(scene.chart, drug, scene.day(60), None, None)
    scene.doubted("medication", "a medicine that is only a text, in no list's codes")


def usual_medicines(scene: Scene) -> None:
    """Add what is prescribed for the disease, and a vitamin; none of it is a glucocorticoid."""
    for name, amount, times in _USUAL:
        if name in scene.person.disease.medicines and scene.draw.random() < 0.7:
            _prescribed(scene, name, amount, times)
    if scene.draw.random() < 0.1:
        name = scene.draw.choice(("cyclophosphamide", "tacrolimus"))
        course(name, fixed(50 if name == "cyclophosphamide" else 3), since=200)(scene)
    if scene.draw.random() < 0.3:
        _prescribed(scene, "mecobalamin", "0.5", 3)


_USUAL = (
    ("riluzole", "50", 2),
    ("edaravone", "60", 1),
    ("baclofen", "10", 3),
    ("aspirin", "100", 1),
    ("atorvastatin", "20", 1),
    ("levetiracetam", "500", 2),
    ("flunarizine", "5", 1),
    ("levodopa", "125", 3),
)


def _prescribed(scene: Scene, name: str, amount: str, times: int) -> None:
    start = scene.back(scene.draw.randrange(30, 900))
    stopped = scene.draw.random() < 0.25
    end = (start + timedelta(days=25)).isoformat() if stopped else None
    route = codes.INTRAVENOUS if name == "edaravone" else codes.ORAL
    fhir.request(
        scene.chart,
        medicine(name, scene),
        start.isoformat(),
        end,
        fhir.dosage_of(amount, "mg", route, times=times, ucum="mg"),
        status="completed" if stopped else "active",
    )
