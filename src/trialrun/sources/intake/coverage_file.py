"""The declaration of coverage: for which kinds of record, and since when, a source is complete.

A YAML file that the data manager writes, `coverage.yaml` beside the export:

    source: 医院 HIS
    time_zone: Asia/Shanghai
    complete:
      - {kind: condition, since: whole life}
      - {kind: medication, since: 2015-01-01, until: 2022-01-15}

Without `until` the source is kept current. Measurements cannot be declared: a value that was never
measured is unknown however complete the laboratory is. All problems are reported at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

from trialrun.errors import Problem, SourceError
from trialrun.records.dates import EARLIEST, LATEST
from trialrun.records.schema import Kind
from trialrun.sources.words import meant_kind
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.yaml_file import Keys, YamlFile, read_yaml

FILE_NAME = "coverage.yaml"
WHOLE_LIFE = "whole life"

_KINDS: dict[str, Kind] = {
    "condition": Kind.CONDITION,
    "finding": Kind.FINDING,
    "procedure": Kind.PROCEDURE,
    "allergy": Kind.ALLERGY,
    "immunisation": Kind.IMMUNISATION,
    "medication": Kind.MEDICATION,
    "study participation": Kind.PARTICIPATION,
    "consent": Kind.CONSENT,
    "encounter": Kind.ENCOUNTER,
}
_KEYS = ("source", "time_zone", "complete")
_ENTRY_KEYS = ("kind", "since", "until")


@dataclass(frozen=True, order=True)
class Declared:
    """One kind that is complete from `since` to `until`."""

    kind: Kind
    since: date
    until: date


@dataclass(frozen=True)
class CoverageFile:
    """What a source says of itself; None where it does not say."""

    complete: tuple[Declared, ...] = ()
    source: str | None = None
    time_zone: str | None = None


def read_coverage(path: Path) -> CoverageFile:
    """Read a declaration.

    Raises:
        SourceError: with every problem of the file.
        ProtocolError: it is not YAML, or cannot be read.
    """
    file = read_yaml(path)
    problems: list[Problem] = []
    read = _Reading(file, problems).coverage()
    if problems:
        raise SourceError(f"{path} cannot be used", sorted(problems))
    return read


def coverage_beside(path: Path) -> CoverageFile | None:
    """Return the declaration in the folder of an export, if there is one."""
    found = (path if path.is_dir() else path.parent) / FILE_NAME
    return read_coverage(found) if found.is_file() else None


def coverage_outside(path: Path) -> Path | None:
    """Return a declaration that stands beside the folder of an export that has none in it.

    It is not read: it may be that of another export beside it, and would promise too much.
    """
    folder = path.resolve()
    found = folder.parent / FILE_NAME
    is_outside = folder.is_dir() and not (folder / FILE_NAME).is_file() and found.is_file()
    return found if is_outside else None


@dataclass(frozen=True)
class _Reading:
    file: YamlFile
    problems: list[Problem]

    def coverage(self) -> CoverageFile:
        data = self.file.data
        if not isinstance(data, dict):
            self._refuse((), "not a declaration of coverage", "begin with the key 'complete'")
            return CoverageFile()
        self._check_keys((), data, _KEYS)
        return CoverageFile(
            complete=tuple(self._complete(data.get("complete"))),
            source=self._text(data, "source"),
            time_zone=self._time_zone(data),
        )

    def _complete(self, listed: object) -> Iterator[Declared]:
        if not isinstance(listed, list):
            self._refuse(("complete",), "no list of what is complete", "begin each line with '- '")
            return
        for number, entry in enumerate(listed):
            place: Keys = ("complete", number)
            if not isinstance(entry, dict):
                self._refuse(place, "not an entry", "write {kind: condition, since: whole life}")
                continue
            self._check_keys(place, entry, _ENTRY_KEYS)
            declared = self._declared(place, entry)
            if declared is not None:
                yield declared

    def _declared(self, place: Keys, entry: dict[str, object]) -> Declared | None:
        kind = self._kind((*place, "kind"), entry.get("kind"))
        since = self._day((*place, "since"), entry.get("since"))
        until = self._day((*place, "until"), entry["until"]) if "until" in entry else LATEST
        if kind is None or since is None or until is None:
            return None
        if until < since:
            self._refuse((*place, "until"), "it ends before it begins", "swap the two days")
            return None
        return Declared(kind, since, until)

    def _kind(self, place: Keys, written: object) -> Kind | None:
        if written in ("measurement", "attestation"):
            self._refuse(
                place,
                f"a {written} cannot be covered",
                "what was never measured or asked is unknown: delete the entry",
            )
        elif not isinstance(written, str) or written not in _KINDS:
            guess = meant_kind(str(written), _KINDS)
            known = "one of " + ", ".join(_KINDS)
            self._refuse(place, f"no kind of record: {written}", guess or known)
        return _KINDS.get(str(written))

    def _day(self, place: Keys, written: object) -> date | None:
        if written == WHOLE_LIFE and place[-1] == "since":
            return EARLIEST
        try:
            return date.fromisoformat(str(written))
        except ValueError:
            words = f", or '{WHOLE_LIFE}'" if place[-1] == "since" else ""
            self._refuse(place, f"'{place[-1]}' is not a day", f"write YYYY-MM-DD{words}")
            return None

    def _text(self, data: dict[str, object], key: str) -> str | None:
        written = data.get(key)
        if written is not None and not isinstance(written, str):
            self._refuse((key,), f"'{key}' is not a text", "put it in quotes")
            return None
        return written

    def _time_zone(self, data: dict[str, object]) -> str | None:
        zone = self._text(data, "time_zone")
        if zone is not None and zone not in available_timezones():
            guess = did_you_mean(zone, sorted(available_timezones()))
            self._refuse(("time_zone",), "no time zone", guess or "such as Asia/Shanghai")
            return None
        return zone

    def _check_keys(self, place: Keys, data: dict[str, object], known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                remedy = did_you_mean(key, known) or "one of " + ", ".join(known)
                self._refuse((*place, key), f"unknown key '{key}'", remedy)

    def _refuse(self, place: Keys, found: str, remedy: str) -> None:
        self.problems.append(Problem(self.file.where(*place), found, remedy))
