"""Twenty people at the pages of a trial with 10,000 candidates, on SQLite and on PostgreSQL.

The pages are served by a process of their own. Each person opens pages and writes, with a pause to
read between two of them, for a minute. Printed: how long each kind of page took, and whether every
write that was answered is in the trail once, no other is, and the trail is whole.

    python -m bench.serve [--users 20] [--seconds 60] [--candidates 10000] [--pause 1.0]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import quantiles

import httpx2
from sqlalchemy import func, select
from tests.postgresql import binaries, server

from trialrun.conduct.actions.candidates import ScreenedPatient, TakenIn, take_in_screening
from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.audit import verify
from trialrun.conduct.canonical import digest
from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.sessions import open_session
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.trail import Event
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.screening.verdict import Verdict
from trialrun.web.pages import ALL_PAGES

PORT = 8439
PROTOCOL = "ld-il2-immune-als"
TRIALRUN = str(Path(sys.executable).with_name("trialrun"))
I4 = "response to glucocorticoids or immunoglobulin was poor"


@dataclass
class Person:
    """Somebody at a browser: signed in, with choices of their own, and what they have seen."""

    client: httpx2.Client
    token: str
    draw: Random
    candidates: int
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    written: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def candidate(self) -> int:
        """Return one of the candidates."""
        return self.draw.randint(1, self.candidates)

    def get(self, path: str, **query: str) -> httpx2.Response:
        """Open a page."""
        return self.client.get(path, params=query)

    def post(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form."""
        return self.client.post(path, data={"csrf": digest(f"form of {self.token}"), **fields})


@dataclass(frozen=True)
class Errand:
    """What somebody does at the pages: the route it needs, how often, and the verb if it writes."""

    name: str
    route: str
    often: int
    do: Callable[[Person], httpx2.Response]
    verb: Verb | None = None


def _worklist(person: Person) -> httpx2.Response:
    verdict = person.draw.choice(("", "eligible", "undetermined"))
    return person.get("/candidates", verdict=verdict, page_no=str(person.draw.randint(1, 30)))


def _answer(person: Person) -> httpx2.Response:
    return person.post(
        f"/candidates/{person.candidate()}/answers/I4",
        statement=I4,
        answer=person.draw.choice(("yes", "no")),
        answered_on=date.today().isoformat(),  # noqa: DTZ011 - the server's own day
        reason="asked by telephone",
    )


ERRANDS = (
    Errand("worklist", "/candidates", 6, _worklist),
    Errand(
        "candidate",
        "/candidates/{candidate_id}",
        4,
        lambda person: person.get(f"/candidates/{person.candidate()}"),
    ),
    Errand(
        "answer",
        "/candidates/{candidate_id}/answers/{criterion}",
        2,
        _answer,
        Verb.ANSWER_CRITERION,
    ),
    Errand("audit trail", "/audit", 2, lambda person: person.get("/audit")),
    Errand("my account", "/my-account", 2, lambda person: person.get("/my-account")),
    Errand(
        "language",
        "/language",
        2,
        lambda person: person.post("/language", language=person.draw.choice(("zh", "en"))),
        Verb.CHANGE_LANGUAGE,
    ),
)


def possible() -> list[Errand]:
    """Return the errands whose pages this version of the program has."""
    routes = {route.path for pages in ALL_PAGES for route in pages.routes}
    return [errand for errand in ERRANDS if errand.route in routes]


def screened(trial: TrialProtocol, count: int) -> Iterator[ScreenedPatient]:
    """Yield patients of whom a screening left most undetermined."""
    draw = Random(1)
    for number in range(count):
        verdict = draw.choice((Verdict.ELIGIBLE, *[Verdict.UNDETERMINED] * 4))
        words = ["permits"] if verdict is Verdict.ELIGIBLE else ["permits", "permits", "unknown"]
        said = {one.id: draw.choice(words) for one in trial.screening_criteria}
        yield ScreenedPatient(f"H{number:06}", verdict, said)


def prepare(database: Database, candidates: int, users: int) -> list[tuple[int, str]]:
    """Make the trial; return the account and the open session of each user."""
    create(database)
    trial, now = read_protocol(PROTOCOL), datetime.now(UTC)
    patients = list(screened(trial, candidates))
    verdicts = Counter(str(one.verdict) for one in patients)
    counts = {"patients": candidates, "deceased": 0}
    counts |= {str(verdict): verdicts[verdict] for verdict in Verdict}
    taken = TakenIn(now.date(), trial.name, trial.version, counts, patients)
    take_in_screening(database, PROGRAM, now, taken)
    people = []
    for number in range(users):
        row = Account(
            name=f"user{number}", full_name="x", role=Role.INVESTIGATOR, password_hash=None
        )
        with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=now) as doing:
            account = doing.add(row)
        people.append((account.id, open_session(database, account.id, now)))
    return people


@contextmanager
def served(url: str) -> Iterator[str]:
    """Serve the trial in a process of its own; give its address."""
    address = f"http://127.0.0.1:{PORT}"
    words = [TRIALRUN, "serve", "--database", url, "--port", str(PORT)]
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                httpx2.get(f"{address}/sign-in", trust_env=False)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        running.terminate()
        running.wait()


def spend(person: Person, errands: Sequence[Errand], until: float, pause: float) -> Person:
    """Do errands until a moment, with pauses between them."""
    often = [errand.often for errand in errands]
    time.sleep(person.draw.uniform(0, pause))
    while time.monotonic() < until:
        (errand,) = person.draw.choices(errands, often)
        begun = time.perf_counter()
        answer = errand.do(person)
        person.took[errand.name].append(time.perf_counter() - begun)
        if answer.status_code not in (200, 303):
            person.failed[f"{errand.name} {answer.status_code}"] += 1
        elif errand.verb is not None and answer.status_code == 303:
            person.written[errand.verb] += 1
        time.sleep(person.draw.uniform(0.5, 1.5) * pause)
    return person


def in_trail(database: Database, account: int) -> Counter[str]:
    """Count what the trail has of somebody, by verb."""
    with database.reading() as session:
        query = select(Event.verb, func.count()).where(Event.account_id == account)
        counted: Counter[str] = Counter()
        for verb, times in session.execute(query.group_by(Event.verb)):
            counted[verb] = times
        return counted


def measure(url: str, wanted: argparse.Namespace) -> None:
    """Make a trial, let everybody in, and print what came of it."""
    database, errands = connect(url), possible()
    accounts = prepare(database, wanted.candidates, wanted.users)
    with served(url) as address, ThreadPoolExecutor(wanted.users) as pool:
        people = [
            Person(
                httpx2.Client(
                    base_url=address, cookies={"trialrun": token}, trust_env=False, timeout=60
                ),
                token,
                Random(number),
                wanted.candidates,
            )
            for number, (_, token) in enumerate(accounts)
        ]
        until = time.monotonic() + wanted.seconds
        done = list(pool.map(lambda one: spend(one, errands, until, wanted.pause), people))
    show(done, wanted.seconds)
    wrong = sum(
        person.written != in_trail(database, account)
        for person, (account, _) in zip(done, accounts, strict=True)
    )
    writes = sum(sum(person.written.values()) for person in done)
    checked = verify(database)
    print(
        f"{writes} writes; lost or doubled by {wrong} of {len(done)} people;"
        f" problems of the trail: {len(checked.problems)}"
    )
    database.close()


def show(people: Sequence[Person], seconds: float) -> None:
    """Print a line for each kind of page."""
    took: Mapping[str, list[float]] = defaultdict(list)
    for person in people:
        for name, times in person.took.items():
            took[name] += times
    print(f"{'page':14} {'times':>6} {'a second':>9} {'p50 ms':>8} {'p95 ms':>8} {'most ms':>8}")
    for name, times in sorted(took.items()):
        cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
        rate = len(times) / seconds
        print(
            f"{name:14} {len(times):6} {rate:9.1f} {cuts[9] * 1000:8.0f} {cuts[18] * 1000:8.0f}"
            f" {max(times) * 1000:8.0f}"
        )
    failed = sum((person.failed for person in people), Counter())
    print(f"refused or failed: {dict(failed) or 'none'}")


def main() -> None:
    """Measure on both databases, one after the other."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--users", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--candidates", type=int, default=10_000)
    asked.add_argument("--pause", type=float, default=1.0)
    wanted = asked.parse_args()
    missing = [errand.name for errand in ERRANDS if errand not in possible()]
    if missing:
        print(f"not measured, because there are no such pages: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        print("\nSQLite")
        measure(private_sqlite_url(Path(folder) / "trial.db"), wanted)
    if binaries() is None:
        print("\nPostgreSQL: there is none on this machine")
        return
    with server(settings={"fsync": "on"}) as running:
        print("\nPostgreSQL")
        measure(running.url(running.new_database()), wanted)


if __name__ == "__main__":
    main()
