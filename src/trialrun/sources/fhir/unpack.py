"""Takes apart what DuckDB cannot read as it is: bundles, single resources, files with bad lines.

Every resource of a type that is read becomes one line of a file of its type, cut down to the parts
that are read and with the place where it was found. Every line or entry that cannot be used is
counted with its place and the reason; the reason never holds what the line says. A compressed file
that is cut off is refused as a whole: nobody knows what is missing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn, Self

from trialrun.errors import Problem, SourceError
from trialrun.sources.fhir.export_files import BOM, ExportFile, Layout, open_file, unreadable
from trialrun.sources.fhir.resource_types import ResourceType, shown_type
from trialrun.sources.fhir.shapes import misfit, type_of
from trialrun.sources.rejections import NOT_USED, Severity, Tally

_LARGEST_DOCUMENT = 256 * 1024 * 1024
_LARGEST_RESOURCE = 8 * 1024 * 1024

_NOT_FHIR = "JSON, but not a FHIR resource"
_NO_NUMBER = object()


class _Unusable(Exception):  # noqa: N818 - never leaves this module
    """Why one line or entry cannot be used."""


@dataclass
class Unpacking:
    """The files that are being written in a folder, one per resource type, and what was refused."""

    folder: Path
    types: Mapping[str, ResourceType]
    tally: Tally
    _of_file: Tally = field(default_factory=Tally)
    _files: dict[str, BinaryIO] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for opened in self._files.values():
            opened.close()

    def unpack(self, file: ExportFile) -> None:
        """Unpack one file.

        Raises:
            SourceError: the file is damaged as a whole, or too large to be read as one document.
        """
        self._of_file = Tally()
        unpack = self._lines if file.layout is Layout.LINES else self._document
        try:
            with open_file(file.path) as opened:
                found_any = unpack(opened, file.place)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise unreadable(file.place, "the compressed file is damaged or cut off") from None
        if not found_any and self._of_file.reasons() == {_NOT_FHIR}:
            # A log or a settings file was never meant for us: it is counted once.
            self.tally.add("file", "not a FHIR file", file.place, Severity.IGNORED)
        else:
            self.tally.merge(self._of_file)

    def written(self) -> dict[str, Path]:
        """Return the files that were written, by resource type; read them after leaving."""
        return {name: self._path(name) for name in self._files}

    def _refuse(
        self, kind: str, reason: str, place: str, severity: Severity = Severity.REJECTED
    ) -> None:
        self._of_file.add(kind, reason, place, severity)

    # --- lines and documents ----------------------------------------------------------------

    def _lines(self, opened: BinaryIO, name: str) -> bool:
        found_any = False
        for number, line in enumerate(opened, start=1):
            text = line.removeprefix(BOM).strip() if number == 1 else line.strip()
            if text:
                found_any |= self._unpack_text(text, f"{name}:{number}")
        return found_any

    def _document(self, opened: BinaryIO, name: str) -> bool:
        text = opened.read(_LARGEST_DOCUMENT + 1)
        if len(text) > _LARGEST_DOCUMENT:
            raise SourceError(
                f"{name} cannot be read",
                [Problem(name, "one JSON document of over 256 MB", "export it as NDJSON")],
            )
        return bool(text.strip()) and self._unpack_text(text.removeprefix(BOM), name)

    def _unpack_text(self, text: bytes, place: str) -> bool:
        """Unpack one JSON text; say whether it was FHIR."""
        try:
            value = _read_json(text)
        except _Unusable as reason:
            self._refuse("line", str(reason), place)
            return False
        return self._unpack_value(value, place)

    def _unpack_value(self, value: object, place: str) -> bool:
        if isinstance(value, list):
            found = [self._unpack_value(v, f"{place}[{i}]") for i, v in enumerate(value)]
            return any(found)
        named = value.get("resourceType") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(named, str):
            self._refuse("line", _NOT_FHIR, place)
            return False
        if named == "Bundle":
            self._unpack_bundle(value, place)
        else:
            self._write(value, named, place, {})
        return True

    # --- bundles ----------------------------------------------------------------------------

    def _unpack_bundle(self, bundle: Mapping[str, object], place: str) -> None:
        entries = bundle.get("entry") or []
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            self._refuse("Bundle", "its entries are no list of entries", place)
            return
        names = dict(_names_of(entries))
        for number, entry in enumerate(entries):
            self._unpack_entry(entry, f"{place}#entry[{number}]", names)

    def _unpack_entry(
        self, entry: Mapping[str, object], place: str, names: Mapping[str, str]
    ) -> None:
        resource = entry.get("resource")
        if resource is None:
            self._refuse("Bundle", "an entry without a resource", place, Severity.IGNORED)
            return
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            self._refuse("Bundle", "an entry that is not a FHIR resource", place)
        elif resource["resourceType"] == "Bundle":
            self._unpack_bundle(resource, place)
        else:
            full_url = entry.get("fullUrl")
            own = names.get(full_url) if isinstance(full_url, str) else None
            named = resource if own is None else resource | {"id": own.partition("/")[2]}
            self._write(named, str(resource["resourceType"]), place, names)

    # --- one resource -----------------------------------------------------------------------

    def _write(
        self, resource: dict[str, object], named: str, place: str, names: Mapping[str, str]
    ) -> None:
        type_ = self.types.get(named)
        if type_ is None:
            self._refuse(shown_type(named), NOT_USED, place, Severity.IGNORED)
            return
        try:
            line = _line_of(resource, type_, place, names)
        except _Unusable as reason:
            self._refuse(named, str(reason), place)
            return
        self._file_of(named).write(line)

    def _file_of(self, name: str) -> BinaryIO:
        if name not in self._files:
            self._files[name] = self._path(name).open("wb")
        return self._files[name]

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.ndjson"


def _names_of(entries: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """Yield what each entry is called in the bundle, and what it is called outside of it."""
    for entry in entries:
        full_url, resource = entry.get("fullUrl"), entry.get("resource")
        if not isinstance(full_url, str) or not isinstance(resource, dict):
            continue
        own = resource.get("id") or re.split(r"[/:]", full_url)[-1]
        yield full_url, f"{resource.get('resourceType')}/{own}"


def _read_json(text: bytes) -> object:
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_keep_constant)
    except UnicodeDecodeError:
        raise _Unusable("not UTF-8") from None
    except RecursionError:
        raise _Unusable("nested too deeply") from None
    except ValueError:
        raise _Unusable("not JSON") from None


def _keep_constant(_: str) -> object:
    """Stand for NaN or Infinity, which are no JSON: only where they are read do they do harm."""
    return _NO_NUMBER


def _refuse_constant(_: object) -> NoReturn:
    raise _Unusable("not JSON: NaN or Infinity")


def _line_of(
    resource: Mapping[str, object], type_: ResourceType, place: str, names: Mapping[str, str]
) -> bytes:
    kept = {name: resource[name] for name, _ in type_.columns if resource.get(name) is not None}
    if not kept.get("id"):
        kept["id"] = _id_from_content(kept)
    if names:
        kept = {name: _named_outside(value, names) for name, value in kept.items()}
    line = _written(kept | {"place": place})
    for name, column in type_.columns:
        wrong = misfit(kept.get(name), type_of(column), name)
        if wrong:
            raise _Unusable(f"not the shape of FHIR R4 at {wrong}")
    if len(line) > _LARGEST_RESOURCE:
        raise _Unusable("over 8 MB in the parts that are read")
    return line + b"\n"


def _written(kept: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(kept, ensure_ascii=False, default=_refuse_constant).encode("utf-8")
    except UnicodeEncodeError:
        raise _Unusable("a character that is none (half of a surrogate pair)") from None
    except RecursionError:
        raise _Unusable("nested too deeply") from None


def _id_from_content(kept: Mapping[str, object]) -> str:
    """Return a name for a resource without an id: the same one whenever the same is sent again."""
    text = json.dumps(kept, sort_keys=True, default=_refuse_constant)
    return "unnamed-" + hashlib.sha256(text.encode()).hexdigest()[:24]


def _named_outside(value: object, names: Mapping[str, str]) -> object:
    """Return the value with the references that only the bundle understands resolved."""
    if isinstance(value, dict):
        return {
            key: names.get(part, part)
            if key == "reference" and isinstance(part, str)
            else _named_outside(part, names)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_named_outside(item, names) for item in value]
    return value
