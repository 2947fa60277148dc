"""Every text that the pages can show: from templates, from the code of the pages, from errors.

Run as a script it prints what has no Chinese translation yet, as the entries of a catalog.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import trialrun
from trialrun.conduct.changes import Change
from trialrun.conduct.reading.worklist import Order
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.candidates import CandidateStatus, WithdrawalScope
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.screening.verdict import Verdict
from trialrun.workflows.running import WORDS

ROOT = Path(str(trialrun.__file__)).parent
WEB = ROOT / "web"
CATALOGS = sorted((WEB / "languages" / "zh").glob("*.po"))
_ERRORS = {"Problem", "RefusedError", "ConflictError", "ForbiddenError", "NotFoundError"}
Msgid = str | tuple[str, ...]


def texts_of_templates() -> Iterator[Msgid]:
    """Yield what templates translate; of a plural both forms."""
    for path in sorted((WEB / "templates").rglob("*.html")):
        with path.open("rb") as opened:
            options = {"trimmed": "true", "extensions": "jinja2.ext.i18n"}
            for _, _, message, _ in babel_extract(
                opened, ("_", "gettext", "ngettext"), (), options
            ):
                if isinstance(message, str):
                    yield message
                elif message is not None:
                    forms = tuple(part for part in message if part)
                    yield forms if len(forms) > 1 else forms[0]


def texts_of_code() -> Iterator[str]:
    """Yield what the code of the pages marks by `msgid`."""
    for path in sorted(WEB.rglob("*.py")):
        with path.open("rb") as opened:
            for _, _, message, _ in extract_python(opened, {"msgid": None}, (), {}):
                assert isinstance(message, str), path
                yield message


def texts_of_errors() -> Iterator[str]:
    """Yield the sentences of errors that pages show: of `conduct`, and of the pages themselves."""
    of_workflows = [ROOT / "workflows" / f"{name}.py" for name in ("enlisting", "enrolling")]
    of_rooms = [path for folder in (ROOT / "conduct", WEB) for path in folder.rglob("*.py")]
    for path in sorted([*of_rooms, *of_workflows]):
        yield from _sentences(ast.parse(path.read_text(encoding="utf-8")))


def _sentences(tree: ast.AST) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _ERRORS:
            # The first word of a problem is its field, which no page shows.
            skipped = 1 if getattr(node.func, "id", "") == "Problem" else 0
            for argument in node.args[skipped:]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
                elif isinstance(argument, ast.Name) and argument.id in constants:
                    yield constants[argument.id]


def needed() -> set[Msgid]:
    """Return everything that needs a translation."""
    return {
        *texts_of_templates(),
        *texts_of_code(),
        *(text for text in texts_of_errors() if text),
        *map(str, Role),
        *map(str, Verb),
        *_words_of_candidates(),
        "program",
    }


def _words_of_candidates() -> set[str]:
    """Return the words that the pages of candidates translate as they come from the database."""
    kinds: tuple[type[StrEnum], ...] = (Verdict, CandidateStatus, Change, Order, WithdrawalScope)
    return {
        *(str(word) for kind in kinds for word in kind),
        *(str(reason) for reason in EndOfParticipation),
        *WORDS.values(),
        "not asked",
    }


def catalogs() -> dict[Path, Catalog]:
    """Return every Chinese catalog."""
    read = {}
    for path in CATALOGS:
        with path.open("rb") as opened:
            read[path] = read_po(opened, abort_invalid=True)
    return read


def messages() -> list[tuple[Path, Message]]:
    """Return every entry of every Chinese catalog."""
    return [(path, one) for path, catalog in catalogs().items() for one in catalog if one.id]


def missing() -> set[Msgid]:
    """Return what has no translation."""
    translated = {_key(one) for _, one in messages() if _is_whole(one)}
    return needed() - translated


def left_over() -> set[Msgid]:
    """Return translations of what nothing says any more."""
    return {_key(one) for _, one in messages()} - needed()


def _key(message: Message) -> Msgid:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _is_whole(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(texts) and not message.fuzzy


if __name__ == "__main__":
    for text in sorted(missing(), key=str):
        print(text)  # noqa: T201 - it is what it is run for
