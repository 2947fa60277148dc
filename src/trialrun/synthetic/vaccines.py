"""Ways with vaccinations: in the last six months, before them, on their edges, or not for sure."""

from __future__ import annotations

from collections.abc import Callable

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.codes import Codeable
from trialrun.synthetic.scene import Scene, month_of, splits_month
from trialrun.synthetic.states import NO, UNKNOWN, YES
from trialrun.synthetic.ways import Table, Way, Writer, in_turn

VACCINE_WINDOW = 6
"""Months before the index date in which a vaccination counts."""


def _vaccinated(
    when: Callable[[Scene], str], *, code: Codeable | None = None, status: str = "completed"
) -> Writer:
    def write(scene: Scene) -> None:
        vaccine = code or scene.draw.choice(codes.VACCINES)
        fhir.immunisation(scene.chart, vaccine, when(scene), status=status)

    return write


def _as_medicine(days: int) -> Writer:
    """Write a vaccine as an emergency department does, among the medicines given."""

    def write(scene: Scene) -> None:
        drug = fhir.medicine_coded(codes.RABIES)
        how = fhir.dosage_without_dose(codes.INTRAMUSCULAR)
        day = scene.day(days)
        fhir.taking(scene.chart, drug, day, day, how, status="completed")

    return write


VACCINATED = "vaccinated"

VACCINATION = Table(
    Way("no vaccination on record", 500, {VACCINATED: NO}),
    Way("last vaccinated a year ago", 280, {VACCINATED: NO}, in_turn(
        _vaccinated(lambda scene: scene.moment(360)), _vaccinated(lambda s: s.moment(720)))),
    Way("vaccinated in the last months", 60, {VACCINATED: YES},
        _vaccinated(lambda scene: scene.moment(scene.draw.randrange(2, 170)))),
    Way("vaccinated on the first day of the six months", 10, {VACCINATED: YES},
        _vaccinated(lambda scene: scene.months_ago(VACCINE_WINDOW))),
    Way("vaccinated on the day before the six months", 15, {VACCINATED: NO},
        _vaccinated(lambda scene: scene.months_ago(VACCINE_WINDOW, 1))),
    Way("vaccinated on the index date", 6, {VACCINATED: YES},
        _vaccinated(lambda scene: scene.moment(0))),
    Way("vaccinated in the month in which the six months begin", 25, {VACCINATED: UNKNOWN},
        _vaccinated(lambda scene: month_of(scene.edge(VACCINE_WINDOW))),
        lambda scene: splits_month(scene.edge(VACCINE_WINDOW))),
    Way("a vaccination without a date", 10, {VACCINATED: UNKNOWN}, _vaccinated(lambda _: "")),
    Way("a vaccination that is only a text", 15, {VACCINATED: UNKNOWN},
        _vaccinated(lambda scene: scene.moment(70), code=codes.VACCINE_TEXT)),
    Way("a rabies vaccine given as a medicine", 12, {VACCINATED: YES}, _as_medicine(30)),
    Way("a rabies vaccine given as a medicine a year ago", 12, {VACCINATED: NO},
        _as_medicine(400)),
    Way("a vaccination that was not done", 15, {VACCINATED: NO},
        _vaccinated(lambda scene: scene.moment(40), status="not-done")),
    Way("a vaccination entered in error", 15, {VACCINATED: NO},
        _vaccinated(lambda scene: scene.moment(40), status="entered-in-error")),
)  # fmt: skip
