"""Twenty people at the pages of a trial with 10,000 candidates, on SQLite and on PostgreSQL.

Two hundred are in the middle of the trial; the hospital's records of 2,000 candidates are there.
The pages are served by a process of their own. Each person opens pages and writes, with a pause to
read between two of them, for a minute. After each answer the same bytes are asked of a bare FastAPI
page, in a process of its own, too. Printed: how long each kind of page took, also as so many times
the bare page, and whether every write that was answered is in the trail once, no other is, and the
trail is whole.

    python -m bench.serve [--users 20] [--seconds 60] [--candidates 10000] [--pause 1.0]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import TypeVar

import duckdb
import httpx2
from bench.errands import ERRANDS, Person
from bench.midway import make_candidates, make_people, run_to_the_middle
from bench.served import PORT, client, running, served
from sqlalchemy import func, select
from tests.postgresql import binaries, server

from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.trail import Event
from trialrun.protocol.file import read_protocol
from trialrun.workflows.generating import generate_clinic
from trialrun.workflows.loading import ExportToLoad, load_hospital

PROTOCOL = "ld-il2-immune-als"
PARTICIPANTS = 200
KNOWN = 2000
"""Patients of whom the hospital has records: the first candidates."""
AskedT = TypeVar("AskedT")
PEER = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--log-level", "warning"]


def hospital(folder: Path, today: date) -> tuple[Path, list[str]]:
    """Make a hospital's database; return it, and the ids of its patients."""
    export, data = folder / "clinic", folder / "hospital.duckdb"
    generate_clinic(
        export, patients=KNOWN, seed=1, on=today, gzip=False, workers=1, progress=_silent
    )
    load_hospital(ExportToLoad(export, data, loaded_on=today, form="fhir"), _silent)
    with duckdb.connect(str(data), read_only=True) as connection:
        found = connection.execute("SELECT patient_id FROM patient ORDER BY patient_id").fetchall()
    return data, [name for (name,) in found]


def _silent(*_: object) -> None:
    """Say nothing of how far it is."""


def prepare(
    database: Database, names: Sequence[str], users: int, now: datetime
) -> list[tuple[int, str]]:
    """Make the trial; return the account and the open session of each user."""
    trial = read_protocol(PROTOCOL)
    make_candidates(database, trial, names, now)
    users_and_one = {f"user{number}": Role.INVESTIGATOR for number in range(users + 1)}
    *people, (investigator, _) = make_people(database, users_and_one, now).values()
    run_to_the_middle(database, trial, investigator, count=PARTICIPANTS, today=now.date())
    return people


def spend(person: Person, until: float, pause: float) -> Person:
    """Do errands until a moment, with pauses between them."""
    often = [errand.often for errand in ERRANDS]
    time.sleep(person.draw.uniform(0, pause))
    while time.monotonic() < until:
        (errand,) = person.draw.choices(ERRANDS, often)
        answer, took = _timed(errand.do, person)
        _, of_peer = _timed(person.peer.get, f"/{len(answer.content)}")
        person.took[errand.name].append((took, of_peer))
        if answer.status_code not in (200, 303):
            person.failed[f"{errand.name} {answer.status_code}"] += 1
        elif errand.verb is not None and answer.status_code == 303:
            person.written[errand.verb] += 1
        time.sleep(person.draw.uniform(0.5, 1.5) * pause)
    return person


def _timed(
    call: Callable[[AskedT], httpx2.Response], asked: AskedT
) -> tuple[httpx2.Response, float]:
    begun = time.perf_counter()
    answer = call(asked)
    return answer, time.perf_counter() - begun


def in_trail(database: Database, account: int) -> Counter[str]:
    """Count what the trail has of somebody, by verb."""
    with database.reading() as session:
        query = select(Event.verb, func.count()).where(
            Event.account_id == account, Event.verb != Verb.SIGN_IN
        )
        counted: Counter[str] = Counter()
        for verb, times in session.execute(query.group_by(Event.verb)):
            counted[verb] = times
        return counted


def measure(url: str, data: Path, names: Sequence[str], wanted: argparse.Namespace) -> None:
    """Make a trial, let everybody in, and print what came of it."""
    database = connect(url)
    accounts = prepare(database, names, wanted.users, datetime.now(UTC))
    peer = [*PEER, "--port", str(PORT + 1)]
    with (
        served(url, data) as address,
        running(peer, PORT + 1, "/0") as beside,
        ThreadPoolExecutor(wanted.users) as pool,
    ):
        people = [
            Person(
                client(address, token),
                client(beside, token),
                token,
                Random(number),
                range(PARTICIPANTS + 1, KNOWN + 1),
                range(number + 1, PARTICIPANTS + 1, wanted.users),
            )
            for number, (_, token) in enumerate(accounts)
        ]
        until = time.monotonic() + wanted.seconds
        done = list(pool.map(lambda one: spend(one, until, wanted.pause), people))
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    show(done, wanted.seconds)
    wrong = sum(
        +person.written != in_trail(database, account)
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
    took: Mapping[str, list[tuple[float, float]]] = defaultdict(list)
    for person in people:
        for name, times in person.took.items():
            took[name] += times
    heads = ("p50 ms", "p95 ms", "most ms", "bare p50", "bare p95", "p50/bare", "p95/bare")
    print(f"{'page':14} {'times':>6} {'a second':>9}" + "".join(f" {head:>8}" for head in heads))
    for name, times in sorted(took.items()):
        p50, p95 = _cuts([own for own, _ in times])
        bare50, bare95 = _cuts([peer for _, peer in times])
        most = max(own for own, _ in times) * 1000
        numbers = "".join(f" {one:8.0f}" for one in (p50, p95, most))
        numbers += "".join(f" {one:8.1f}" for one in (bare50, bare95, p50 / bare50, p95 / bare95))
        print(f"{name:14} {len(times):6} {len(times) / seconds:9.1f}{numbers}")
    failed = sum((person.failed for person in people), Counter())
    print(f"refused or failed: {dict(failed) or 'none'}")


def _cuts(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile, in ms."""
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else list(times) * 19
    return cuts[9] * 1000, cuts[18] * 1000


def main() -> None:
    """Measure on both databases, one after the other."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--users", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--candidates", type=int, default=10_000)
    asked.add_argument("--pause", type=float, default=1.0)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, names = hospital(Path(folder), datetime.now(UTC).date())
        names += [f"H{number:06}" for number in range(wanted.candidates - len(names))]
        print("\nSQLite", flush=True)
        measure(private_sqlite_url(Path(folder) / "trial.db"), data, names, wanted)
        if binaries() is None:
            print("\nPostgreSQL: there is none on this machine")
            return
        with server(settings={"fsync": "on"}) as machine:
            print("\nPostgreSQL", flush=True)
            measure(machine.url(machine.new_database()), data, names, wanted)


if __name__ == "__main__":
    main()
