"""The forms of a trial as its data need them: those of the protocol, and what older versions asked.

Nothing that was entered is lost because a later version of the protocol no longer asks for it: such
an item is text, by its own id.
"""

from __future__ import annotations

from dataclasses import replace

from trialrun.protocol.forms import Form, Item, ItemType
from trialrun.protocol.model import TrialProtocol
from trialrun.records.trial_data import TrialData


def forms_in(protocol: TrialProtocol, data: TrialData) -> tuple[Form, ...]:
    """Return the protocol's forms, then older ones, each with all items that have values."""
    asked: dict[str, dict[str, None]] = {}
    for subject in data.subjects:
        for visit in subject.visits:
            for filled in visit.forms:
                items = asked.setdefault(filled.form, {})
                items.update(dict.fromkeys((*filled.items, *(v.item for v in filled.values))))
    known = {form.id for form in protocol.forms}
    older = [Form(name, "", name, ()) for name in asked if name not in known]
    return tuple(_with(form, asked.get(form.id, {})) for form in (*protocol.forms, *older))


def _with(form: Form, asked: dict[str, None]) -> Form:
    missing = [Item(name, name, ItemType.TEXT) for name in asked if name not in form.by_id]
    return replace(form, items=(*form.items, *missing)) if missing else form
