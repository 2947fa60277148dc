"""What people do at the pages: each errand opens one page or sends one form.

Nobody writes of a participant of whom somebody else does: two who correct one another are not what
is timed here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import httpx2
from bench.midway import ZONE

from trialrun.conduct.canonical import digest
from trialrun.conduct.roles import Verb
from trialrun.synthetic.form_values import LEVELS

_LABORATORY = (
    *("wbc", "neutrophils", "lymphocytes", "eosinophils", "platelets", "haemoglobin", "alt"),
    *("ast", "bilirubin", "creatinine", "alp", "ggt", "ck"),
)
I4 = "response to glucocorticoids or immunoglobulin was poor"


@dataclass
class Person:
    """Somebody at a browser: signed in, with choices of their own, and what they have seen.

    `known` are candidates of whom the hospital has records, `participants` those that only this
    person writes of, and `visits` those that they have recorded without a form. `took` holds
    seconds, of the page and of the peer's of the same size.
    """

    client: httpx2.Client
    peer: httpx2.Client
    token: str
    draw: Random
    known: Sequence[int]
    participants: Sequence[int]
    visits: list[str] = field(default_factory=list)
    doses: int = 0
    took: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    written: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def candidate(self) -> int:
        """Return one of the candidates whom the hospital knows."""
        return self.draw.choice(self.known)

    def participant(self) -> str:
        """Return the address of one of the participants."""
        return f"/participants/{self.draw.choice(self.participants)}"

    def get(self, path: str, **query: str) -> httpx2.Response:
        """Open a page."""
        return self.client.get(path, params=query)

    def post(self, path: str, fields: Mapping[str, str]) -> httpx2.Response:
        """Send a form."""
        return self.client.post(path, data={"csrf": digest(f"form of {self.token}"), **fields})


@dataclass(frozen=True)
class Errand:
    """What somebody does: its name, how often, and the verb if it writes."""

    name: str
    often: int
    do: Callable[[Person], httpx2.Response]
    verb: Verb | None = None


def _yesterday() -> date:
    """Return the day before the server's own."""
    return (datetime.now(ZONE) - timedelta(days=1)).date()


def _worklist(person: Person) -> httpx2.Response:
    verdict = person.draw.choice(("", "eligible", "undetermined"))
    return person.get("/candidates", verdict=verdict, number=str(person.draw.randint(1, 30)))


def _answer(person: Person) -> httpx2.Response:
    fields = {
        "statement": I4,
        "answer": person.draw.choice(("yes", "no")),
        "answered_on": _yesterday().isoformat(),
        "reason": "asked by telephone",
    }
    return person.post(f"/candidates/{person.candidate()}/answers/I4", fields)


def _visit(person: Person) -> httpx2.Response:
    fields = {"took_place": "yes", "day": _yesterday().isoformat(), "contact": "visit", "note": ""}
    answer = person.post(f"{person.participant()}/visits/unscheduled", fields)
    if answer.status_code == 303:
        person.visits.append(answer.headers["location"])
    return answer


def _form(person: Person) -> httpx2.Response:
    """Fill in the laboratory form of a recorded visit; record one if there is none."""
    if not person.visits:
        answer = _visit(person)
        person.written[Verb.RECORD_VISIT] += answer.status_code == 303
    fields: dict[str, str] = {}
    for item in _LABORATORY:
        level = LEVELS[item]
        number = level.mean + level.spread * person.draw.uniform(-1, 1)
        fields |= {item: f"{number:.{level.decimals}f}"}
        fields |= {f"{item}:lower": level.low, f"{item}:upper": level.high}
    return person.post(f"{person.visits.pop()}/forms/laboratory", fields)


def _dose(person: Person) -> httpx2.Response:
    person.doses += 1  # at a minute of its own
    hour, minute = divmod(person.doses, 60)
    fields = {
        "status": "given",
        "given_on": _yesterday().isoformat(),
        "given_at": f"{hour:02}:{minute:02}",
        "amount": "1000000",
        "site": "left abdomen",
        "lot": "L1",
        "reason": "given twice by mistake",
    }
    return person.post(f"{person.participant()}/doses/unplanned", fields)


def _event(person: Person) -> httpx2.Response:
    day = _yesterday().isoformat()
    fields = {
        "reported_term": "felt hot",
        "term": "Fever",
        "onset": day,
        "grade": person.draw.choice("123"),
        "aware_at_day": day,
        "aware_at_time": "14:00",
        "causality": "possible",
        "expectedness": "expected",
        "action_taken": "dose not changed",
        "outcome": "not recovered",
    }
    return person.post(f"{person.participant()}/adverse-events/new", fields)


ERRANDS = (
    Errand("worklist", 6, _worklist),
    Errand("candidate", 4, lambda person: person.get(f"/candidates/{person.candidate()}")),
    Errand("answer", 2, _answer, Verb.ANSWER_CRITERION),
    Errand("participant", 3, lambda person: person.get(person.participant())),
    Errand("visit", 2, _visit, Verb.RECORD_VISIT),
    Errand("form", 3, _form, Verb.FILL_IN_FORM),
    Errand("dose", 2, _dose, Verb.RECORD_DOSE),
    Errand("adverse event", 2, _event, Verb.REPORT_ADVERSE_EVENT),
    Errand("safety", 2, lambda person: person.get("/safety")),
    Errand("grades", 1, lambda person: person.get("/safety/grades")),
    Errand("audit trail", 2, lambda person: person.get("/audit")),
    Errand(
        "language",
        1,
        lambda person: person.post("/language", {"language": person.draw.choice(("zh", "en"))}),
        Verb.CHANGE_LANGUAGE,
    ),
)
