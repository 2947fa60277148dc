"""Every text that the pages can show: from templates, from the code of the pages, from errors.

Run as a script it prints what has no Chinese translation yet, as the entries of a catalog.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import trialrun
from trialrun.conduct.changes import Change
from trialrun.conduct.constraints import OTHER_RULE, RULES
from trialrun.conduct.plans import Status
from trialrun.conduct.reading.trail import columns, tables
from trialrun.conduct.reading.worklist import Order
from trialrun.conduct.record import Source
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.safety_clock import ClockState
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    Causality,
    Expectedness,
    GradeStanding,
    Outcome,
)
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    ScreeningRun,
    WithdrawalScope,
)
from trialrun.conduct.tables.deviations import DeviationKind, DeviationOrigin, DeviationStatus
from trialrun.conduct.tables.doses import DoseSite, DoseStatus, LedgerKind
from trialrun.conduct.tables.ownership import tables_under_lock
from trialrun.conduct.tables.participants import EndOfParticipation, ParticipantStatus
from trialrun.conduct.tables.queries import QueryStatus, QueryStep
from trialrun.conduct.tables.visits import Contact
from trialrun.conduct.triggers import LOCKED
from trialrun.protocol.design import Recipient
from trialrun.protocol.model import Category
from trialrun.records.schema import Kind
from trialrun.screening.verdict import Verdict
from trialrun.terminology.ctcae.chinese import CTCAE_IN_CHINESE
from trialrun.terminology.ctcae.classes import GENERAL_GRADES, SYSTEM_ORGAN_CLASSES
from trialrun.terminology.ctcae.clinical import CLINICAL_TERMS
from trialrun.terminology.ctcae.reaching import WITHIN_LIMITS
from trialrun.terminology.ctcae.results import Why
from trialrun.terminology.ctcae.rule_file import ctcae_terms
from trialrun.web.words import part_words
from trialrun.workflows.due import UNRECORDED
from trialrun.workflows.row_facts import shown_columns
from trialrun.workflows.running import WORDS
from trialrun.workflows.standing import Taking

ROOT = Path(str(trialrun.__file__)).parent
WEB = ROOT / "web"
CATALOGS = sorted((WEB / "languages" / "zh").glob("*.po"))
_ERRORS = (
    "RefusedError",
    "ConflictError",
    "ForbiddenError",
    "NotFoundError",
    "MisreadError",
    "OldFormError",
)
_SAYING = {**dict.fromkeys(_ERRORS, 0), "refuse": 0, "Problem": 1, "_refuse": 1, "missing": 2}
"""What makes errors, and how many of its first arguments are names of fields and values."""
_WORKFLOWS_OF_PAGES = (
    "accounting",
    "dose_departures",
    "dosing",
    "enlisting",
    "enrolling",
    "form_filling",
    "grading",
    "looking_after",
    "overseeing",
    "standing",
    "safety",
    "visiting",
)
_ENUMS: tuple[type[StrEnum], ...] = (
    Role,
    Verb,
    Status,
    DoseStatus,
    DoseSite,
    LedgerKind,
    Contact,
    EndOfParticipation,
    ParticipantStatus,
    Taking,
    ActionTaken,
    Causality,
    ClockState,
    DeviationKind,
    DeviationOrigin,
    DeviationStatus,
    Expectedness,
    GradeStanding,
    Outcome,
    QueryStatus,
    QueryStep,
    Recipient,
    Source,
    Category,
    Kind,
)
_SAID = {"program", UNRECORDED, "unknown", "yes", "no", "female", "male"}
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
    """Yield the sentences of errors that pages show: of `conduct`, of what they call, their own."""
    called = [ROOT / "workflows" / f"{name}.py" for name in _WORKFLOWS_OF_PAGES]
    for path in (*sorted((ROOT / "conduct").rglob("*.py")), *sorted(WEB.rglob("*.py")), *called):
        yield from _sentences(ast.parse(path.read_text(encoding="utf-8")))


def _sentences(tree: ast.AST) -> Iterator[str]:
    assigned: dict[str, list[str]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assigned[node.targets[0].id] += _texts(node.value)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in _SAYING:
            for argument in node.args[_SAYING[called] :]:
                if isinstance(argument, ast.Name):
                    yield from assigned.get(argument.id, ())
                else:
                    yield from _texts(argument)


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield a text, or both texts of a choice between two."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


_NO_PAGE = ("audit.py", "database.py")
"""What only the command line shows, or a page shows without its words."""
_PUT_IN = {"item.range": "1 to 2", "item.plausible": "1 to 2"}
"""What stands in a sentence, where anything would not do."""


def refusals_with_values() -> list[str]:
    """Return every sentence of an error that something is put into, with something put in."""
    called = [ROOT / "workflows" / f"{name}.py" for name in (*_WORKFLOWS_OF_PAGES, "exporting")]
    found: list[str] = []
    for path in (*sorted((ROOT / "conduct").rglob("*.py")), *sorted(WEB.rglob("*.py")), *called):
        if path.name not in _NO_PAGE:
            found += _put_together(ast.parse(path.read_text(encoding="utf-8")))
    return found


def _put_together(tree: ast.AST) -> Iterator[str]:
    assigned: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assigned[node.targets[0].id].append(node.value)
    for node in ast.walk(tree):
        called = getattr(getattr(node, "func", None), "id", "")
        if not isinstance(node, ast.Call) or called not in _SAYING:
            continue
        for argument in node.args[_SAYING[called] :]:
            own = assigned.get(argument.id, []) if isinstance(argument, ast.Name) else [argument]
            yield from (_filled(one) for one in own if isinstance(one, ast.JoinedStr))


def _filled(text: ast.JoinedStr) -> str:
    return "".join(
        str(part.value)
        if isinstance(part, ast.Constant)
        else _PUT_IN.get(ast.unparse(getattr(part, "value", part)), "7")
        for part in text.values
    )


def words_of_safety() -> Iterator[str]:
    """Yield what pages of safety and oversight say of CTCAE, and the names of tables."""
    yield from SYSTEM_ORGAN_CLASSES
    yield from (term.term for term in ctcae_terms())
    yield from (term for term, _ in CLINICAL_TERMS)
    yield from (why.value for why in Why)
    yield from (reading for term in ctcae_terms() for reading in term.readings)
    yield from (*GENERAL_GRADES.values(), WITHIN_LIMITS)
    # Whoever follows an old address to one of them is told that there is none.
    named = {Candidate.__tablename__, ScreeningRun.__tablename__}
    parts = {*shown_columns(), *named, *(table.__tablename__ for table in tables_under_lock())}
    parts |= {*tables(), *columns()}
    yield from map(part_words, parts)


def needed() -> set[Msgid]:
    """Return everything that needs a translation."""
    return {
        *texts_of_templates(),
        *texts_of_code(),
        *(text for text in texts_of_errors() if text),
        *(str(word) for kind in _ENUMS for word in kind),
        *_SAID,
        *words_of_safety(),
        *_words_of_candidates(),
        *(*RULES.values(), OTHER_RULE, LOCKED),
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
    return needed() - translated - set(CTCAE_IN_CHINESE)


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
