"""What every patient's record holds beside what is planned: visits, old results, scores, noise.

Everything here is neutral: results of analytes that somebody may ask about are older than any
window, and what is recent is asked by nobody. Dirt that changes an answer is a way of a table.
"""

from __future__ import annotations

from trialrun.synthetic import codes, fhir
from trialrun.synthetic import laboratory as lab
from trialrun.synthetic.diseases import Group
from trialrun.synthetic.fhir import Chart
from trialrun.synthetic.scene import Scene

# Half a year and three weeks: older than every window that looks for the latest result.
_OLD = 205
_OLD_TESTS = (
    lab.WHITE_CELLS,
    lab.LYMPHOCYTES,
    lab.PLATELETS,
    lab.ALT,
    lab.AST,
    lab.BILIRUBIN,
    lab.CREATININE,
)
_SCORED = {Group.ALS, Group.PLS_PMA}


def past(scene: Scene) -> None:
    """Write the patient's visits and what was measured, said and agreed to at each."""
    draw = scene.draw
    fhir.observation(
        scene.chart,
        lab.HEIGHT.code,
        scene.day(draw.randrange(30, 900)),
        fhir.quantity(f"{lab.usual_value(lab.HEIGHT, draw):.0f}", "cm"),
        category=lab.HEIGHT.category,
    )
    visits = sorted(draw.randrange(1, 1400) for _ in range(draw.randrange(4, 8)))
    for days in visits:
        _visit(scene, days)
    if draw.random() < 0.4:
        fhir.condition(scene.chart, draw.choice(codes.BENIGN_PAST), scene.day(draw.randrange(2500)))
    if draw.random() < 0.15:
        fhir.consent(scene.chart, codes.RESEARCH_CONSENT, scene.day(visits[-1]))
    if draw.random() < 0.05:
        scene.chart.write_again()
    _scores(scene, visits)


def _visit(scene: Scene, days: int) -> None:
    draw = scene.draw
    stayed = draw.random() < 0.2
    kind, code = (codes.WARD_STAY, "IMP") if stayed else (codes.CLINIC_VISIT, "AMB")
    end = scene.day(max(0, days - 6)) if stayed else scene.day(days)
    fhir.encounter(scene.chart, code, kind, scene.day(days), end)
    if draw.random() < 0.2:
        return
    when = scene.moment(days)
    tests = lab.ORDINARY + (_OLD_TESTS if days >= _OLD else ())
    for analyte in tests:
        lab.usual_result(scene.chart, analyte, when, draw)
    if draw.random() < 0.1:
        _odd_result(scene, when)


def _odd_result(scene: Scene, when: str) -> None:
    """Write a result that counts for nothing, or whose number nobody can read."""
    analyte = scene.draw.choice(lab.ORDINARY)
    if scene.draw.random() < 0.5:
        lab.result(scene.chart, analyte, analyte.usual * 3, when, status="entered-in-error")
    else:
        fhir.observation(scene.chart, analyte.code, when, fhir.written("溶血，请重新采样"))


def _scores(scene: Scene, visits: list[int]) -> None:
    """Write the ALSFRS-R total, which only falls, and the vital capacity of each visit."""
    if scene.person.disease.group not in _SCORED:
        return
    score, fall = 47.0, scene.draw.uniform(0.3, 1.4)
    for earlier, days in zip([visits[-1], *reversed(visits)], reversed(visits), strict=False):
        score = max(4.0, score - fall * (earlier - days) / 30)
        lab.result(scene.chart, lab.ALSFRS, score, scene.day(days))
        lab.result(scene.chart, lab.FVC, 40 + score * 1.2, scene.day(days), limits=False)


def stranger(scene: Scene) -> None:
    """Write rows of a patient whom the export does not hold."""
    chart = Chart(f"unknown-{scene.person.patient_id}")
    fhir.condition(chart, codes.HYPERTENSION, scene.day(100))
    lab.result(chart, lab.WHITE_CELLS, 6.1, scene.day(100))
    scene.chart.rows.extend(chart.rows)
