"""Ways with what only a person can say: questions answered with yes or no, and their mechanisms.

The questions are statements, word for word those of the trial's form. What can change is asked
again when the answer has become too old; what cannot, stands. An allergy on record and a study on
record stand beside the question that asks for the same.
"""

from __future__ import annotations

from trialrun.records.dates import DateUnit, add
from trialrun.synthetic import codes, fhir
from trialrun.synthetic.scene import Scene
from trialrun.synthetic.states import NO, UNKNOWN, YES, Planned
from trialrun.synthetic.ways import Table, Way, Writer

POOR_RESPONSE = "response to glucocorticoids or immunoglobulin was poor"
CONTRACEPTION = "has used contraception for at least 2 weeks, or cannot become pregnant"
EXPECTING = "is pregnant or breast-feeding"
CONSENT = "has signed the informed consent of this trial"
INTOLERANT = "is allergic or intolerant to interleukin-2"
NON_STANDARD = "received non-standard treatment within the 2 months before enrolment"
OTHER_STUDY = "takes part in another clinical study or uses another investigational drug"

SAID = "said"

Length = tuple[int, DateUnit]
WEEK: Length = (7, DateUnit.DAYS)
"""The screening window: what is asked at the visit counts no longer."""


def _said(question: str, *answers: tuple[bool | None, int, int]) -> Writer:
    """Note answers, each with the days ago and the number of the person who gave it."""

    def write(scene: Scene) -> None:
        for answer, days, person in answers:
            scene.said(question, answer, days, person)

    return write


def _said_long_ago(question: str, answer: bool, counts: Length, *, early: int) -> Writer:
    """Note an answer of the first day that counts, or of so many days too early."""

    def write(scene: Scene) -> None:
        count, unit = counts
        scene.said(question, answer, (scene.on - add(scene.on, -count, unit)).days + early)

    return write


def question(text: str, *, adverse: Planned, counts: Length | None = None) -> Table:
    """Return the ways in which a question is answered; `adverse` is what speaks against.

    `counts` says how long an answer counts; None: for ever.
    """
    against, in_favour = adverse is YES, adverse is NO
    favourable = NO if adverse is YES else YES

    def said(planned: Planned) -> dict[str, Planned]:
        return {SAID: planned}

    return Table(
        Way("nobody was asked", 900, said(UNKNOWN)),
        Way("a person said what permits", 60, said(favourable), _said(text, (in_favour, 3, 0))),
        Way("a person said so on the index date", 6, said(favourable),
            _said(text, (in_favour, 0, 0))),
        Way("a person said what refuses", 10, said(adverse), _said(text, (against, 3, 0))),
        Way("first said what permits, later what refuses", 4, said(adverse),
            _said(text, (in_favour, 60, 0), (against, 3, 0))),
        Way("first said what refuses, later what permits", 4, said(favourable),
            _said(text, (against, 60, 0), (in_favour, 3, 0))),
        Way("two persons contradicted each other on one day", 4, said(adverse),
            _said(text, (in_favour, 3, 0), (against, 3, 1))),
        Way("said only after the index date", 4, said(UNKNOWN),
            _said(text, (in_favour, -5, 0))),
        Way("asked, and not answered", 5, said(UNKNOWN), _said(text, (None, 3, 0))),
        *_of_long_ago(text, counts, against, said(favourable), said(adverse)),
    )  # fmt: skip


def _of_long_ago(
    text: str,
    counts: Length | None,
    against: bool,
    favourable: dict[str, Planned],
    adverse: dict[str, Planned],
) -> tuple[Way, ...]:
    """Return the ways in which an answer is old: too old, where it counts for some time only."""
    if counts is None:
        return (
            Way("a person said what permits, years ago", 8, favourable,
                _said(text, (not against, 900, 0))),
            Way("a person said what refuses, years ago", 8, adverse,
                _said(text, (against, 900, 0))),
        )  # fmt: skip
    too_old = {SAID: UNKNOWN}
    return (
        Way("said what permits, on the first day that counts", 8, favourable,
            _said_long_ago(text, not against, counts, early=0)),
        Way("said what permits, a day too early to count", 8, too_old,
            _said_long_ago(text, not against, counts, early=1)),
        Way("said what permits, years ago", 8, too_old, _said(text, (not against, 900, 0))),
        Way("said what refuses, on the first day that counts", 8, adverse,
            _said_long_ago(text, against, counts, early=0)),
        Way("said what refuses, a day too early to count", 8, too_old,
            _said_long_ago(text, against, counts, early=1)),
    )  # fmt: skip


QUESTIONS: dict[str, Table] = {
    POOR_RESPONSE: question(POOR_RESPONSE, adverse=NO),
    CONTRACEPTION: question(CONTRACEPTION, adverse=NO, counts=WEEK),
    EXPECTING: question(EXPECTING, adverse=YES, counts=WEEK),
    CONSENT: question(CONSENT, adverse=NO),
    INTOLERANT: question(INTOLERANT, adverse=YES),
    NON_STANDARD: question(NON_STANDARD, adverse=YES, counts=WEEK),
    OTHER_STUDY: question(OTHER_STUDY, adverse=YES, counts=WEEK),
}

NEED_CONFIRMATION: dict[str, Length | None] = {
    "I2": None,
    "I3": (6, DateUnit.MONTHS),
    "E5": WEEK,
    "E6": (30, DateUnit.DAYS),
    "E7": (30, DateUnit.DAYS),
}
"""The criteria whose answer from the record a person must confirm, and how long that counts."""
CONFIRMATIONS: dict[str, Table] = {
    criterion: question(
        f"{criterion}: a person has confirmed that this criterion permits enrolment",
        adverse=NO,
        counts=counts,
    )
    for criterion, counts in NEED_CONFIRMATION.items()
}
"""How each of these was confirmed, or not."""

_AUTHORS = ("张医生", "李医生")


def write_answers(scene: Scene) -> None:
    """Write what was noted, one response per day and person."""
    for (days, person), items in sorted(scene.answers.items()):
        fhir.answers(scene.chart, scene.moment(days), _AUTHORS[person], items)


def _allergic(code: codes.Codeable, *, verification: str = "confirmed") -> Writer:
    return lambda scene: fhir.allergy(scene.chart, code, scene.day(700), verification=verification)


ALLERGIC = "allergy to interleukin-2"

ALLERGY = Table(
    Way("no allergy to interleukin-2 on record", 860, {ALLERGIC: NO}),
    Way("allergic to penicillin, not to interleukin-2", 60, {ALLERGIC: NO},
        _allergic(codes.PENICILLIN)),
    Way("no known allergy", 30, {ALLERGIC: NO}, _allergic(codes.NO_ALLERGY)),
    Way("allergic to interleukin-2", 12, {ALLERGIC: YES}, _allergic(codes.INTERLEUKIN)),
    Way("an allergy to interleukin-2 that was refuted", 8, {ALLERGIC: NO},
        _allergic(codes.INTERLEUKIN, verification="refuted")),
    Way("an allergy that is only a text", 12, {ALLERGIC: UNKNOWN},
        _allergic(codes.INTERLEUKIN_TEXT)),
)  # fmt: skip


def _in_study(since: int, until: int | None, status: str) -> Writer:
    return lambda scene: fhir.research_subject(
        scene.chart,
        "MND-REGISTRY",
        scene.day(since),
        None if until is None else scene.day(until),
        status=status,
    )


IN_STUDY = "in another study"

STUDY = Table(
    Way("in no other study on record", 900, {IN_STUDY: NO}),
    Way("in a study that ended last year", 30, {IN_STUDY: NO},
        _in_study(700, 380, "off-study")),
    Way("in a study that ended the day before", 8, {IN_STUDY: NO}, _in_study(300, 1, "off-study")),
    Way("in a study that ended on the index date", 8, {IN_STUDY: YES},
        _in_study(300, 0, "off-study")),
    Way("in another study", 25, {IN_STUDY: YES}, _in_study(120, None, "on-study")),
    Way("in a study whose end is not recorded", 15, {IN_STUDY: UNKNOWN},
        _in_study(500, None, "off-study")),
    Way("screened for a study, and not taken", 10, {IN_STUDY: NO},
        _in_study(90, None, "ineligible")),
)  # fmt: skip
