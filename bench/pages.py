"""Every page, asked for by every role, with 200 participants in the middle of their trial.

Each page is asked for once to warm up and a few times by the clock. Printed: the slowest ones with
their median, most and size, and which could not be shown.

    python -m bench.pages [--participants 200] [--candidates 1000] [--times 3] [--slowest 10]
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx2
from bench.midway import make_candidates, make_people, run_to_the_middle
from bench.served import client, served

from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.conduct.roles import Role
from trialrun.protocol.file import read_protocol
from trialrun.web.pages import ALL_PAGES

PROTOCOL = "ld-il2-immune-als"
SAMPLE: Mapping[str, str] = {
    "name": "style.css",
    "criterion": "I4",
    "visit": "V13",
    "form_id": "laboratory",
    "item": "alt",
    "course": "6",
    "number": "7",
    "table": "participant",
    "term": "anemia",
}
"""What a parameter of a path is replaced by; ids that are not named here by 1."""


@dataclass(frozen=True)
class Shown:
    """How long a page took a role, in ms, and how many kB it has."""

    role: str
    path: str
    times: tuple[float, ...]
    status: int
    size: float


def paths(candidates: int) -> Iterator[tuple[str, frozenset[Role]]]:
    """Yield a path that leads to each page, and who may see it."""
    sample = {**SAMPLE, "candidate_id": str(candidates)}
    for pages in ALL_PAGES:
        for route in pages.routes:
            if route.method == "GET" and "outside" not in route.path:
                filled = re.sub(r"{(\w+)}", lambda found: sample.get(found[1], "1"), route.path)
                yield filled, route.access.roles
    for path in ("/candidates/1", "/candidates/1/enrolment"):
        yield path, frozenset({Role.INVESTIGATOR, Role.MONITOR})


def asked(browser: httpx2.Client, role: str, path: str, times: int) -> Shown:
    """Ask for a page."""
    browser.get(path)
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = browser.get(path)
        took.append((time.perf_counter() - begun) * 1000)
    return Shown(role, path, tuple(took), answer.status_code, len(answer.content) / 1000)


def main() -> None:
    """Make the trial, serve it, and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=200)
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--slowest", type=int, default=10)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = private_sqlite_url(Path(folder) / "trial.db")
        database, trial, now = connect(url), read_protocol(PROTOCOL), datetime.now(UTC)
        names = [f"H{number:06}" for number in range(wanted.candidates)]
        make_candidates(database, trial, names, now)
        people = make_people(database, {str(role): role for role in Role}, now)
        investigator = people[str(Role.INVESTIGATOR)][0]
        run_to_the_middle(
            database, trial, investigator, count=wanted.participants, today=now.date()
        )
        database.close()
        with served(url) as address:
            shown = [
                asked(client(address, people[str(role)][1]), str(role), path, wanted.times)
                for path, roles in paths(wanted.candidates)
                for role in sorted(roles)
            ]
    show(shown, wanted.slowest)


def show(shown: list[Shown], slowest: int) -> None:
    """Print the slowest pages, each for the role that it took longest, and what was not shown."""
    longest: dict[str, Shown] = {}
    for one in sorted(shown, key=lambda one: median(one.times)):
        longest[one.path] = one
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    print(f"{'p50 ms':>7} {'most':>7} {'kB':>7}  page, and the role that it took longest")
    for one in sorted(longest.values(), key=lambda one: -median(one.times))[:slowest]:
        times = f"{median(one.times):7.0f} {max(one.times):7.0f} {one.size:7.0f}"
        print(f"{times}  {one.path} ({one.role})")
    not_shown = sorted({f"{one.path} {one.status}" for one in shown if one.status != 200})
    print(f"not shown: {', '.join(not_shown) or 'none'}")


if __name__ == "__main__":
    main()
