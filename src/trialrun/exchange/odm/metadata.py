"""The metadata of a trial: its visits, forms, items, code lists, units and computations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from xml.etree import ElementTree as ET

from trialrun.exchange.columns import Kind, Table
from trialrun.exchange.odm.elements import LOG, add, add_text, add_words, event, item, unit
from trialrun.exchange.tables import LEDGER_COLUMNS, LEDGER_TITLE, TABLES, VISIT
from trialrun.protocol.design import Unplanned, UnplannedVisit, Visit
from trialrun.protocol.forms import Bounds, Choice, Derived, Form, Item, ItemType
from trialrun.protocol.model import TrialProtocol, Wording

LEDGER = Table("ledger_entry", LEDGER_TITLE, LEDGER_COLUMNS, lambda _: ())
LOGS = (*(table for table in TABLES if table is not VISIT), LEDGER)
"""The tables that belong to no visit."""
UNSCHEDULED = "UNSCHEDULED"
_TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "float",
    Kind.YES_NO: "boolean",
    Kind.DAY: "date",
    Kind.PARTIAL: "partialDate",
    Kind.MOMENT: "datetime",
}
_ITEM_TYPES = {
    ItemType.INTEGER: "integer",
    ItemType.NUMBER: "float",
    ItemType.CHOICE: "text",
    ItemType.YES_NO: "text",
    ItemType.DATE: "date",
    ItemType.TEXT: "text",
}
_LENGTHS = {"text": "4000", "integer": "12", "float": "25"}
_YES_NO = (Choice("yes", "Yes", "是"), Choice("no", "No", "否"))
_RULES = {
    "sum": ("the sum", "之和"),
    "percent": (
        "the sum in percent of its way from lowest to highest",
        "之和在最低与最高之间的百分比",
    ),
    "mean": ("the mean", "的均值"),
}


def version_oid(protocol: TrialProtocol) -> str:
    """Return the identifier of the version of the metadata."""
    return f"MDV.{protocol.version}"


def unscheduled(protocol: TrialProtocol) -> str:
    """Return the visit under which visits without a place in the schedule go."""
    found = (v.id for v in protocol.design.unplanned_visits if v.type is Unplanned.UNSCHEDULED)
    return next(found, UNSCHEDULED)


def add_study(root: ET.Element, protocol: TrialProtocol, forms: Sequence[Form]) -> None:
    """Add the study with its metadata."""
    registry = protocol.registry
    study = add(root, "Study", OID=registry.id)
    named = add(study, "GlobalVariables")
    add_text(named, "StudyName", registry.title)
    add_text(named, "StudyDescription", registry.summary)
    add_text(named, "ProtocolName", protocol.name)
    definitions = add(study, "BasicDefinitions")
    for written in sorted({one.unit for form in forms for one in form.items if one.unit}):
        defined = add(definitions, "MeasurementUnit", OID=unit(written), Name=written)
        add_words(defined, "Symbol", Wording(written))
    version = add(
        study,
        "MetaDataVersion",
        OID=version_oid(protocol),
        Name=f"{protocol.name}, version {protocol.version}",
    )
    _add_events(version, protocol, forms)
    _add_forms(version, forms)
    _add_groups(version, forms)
    _add_items(version, forms)
    _add_code_lists(version, forms)
    _add_methods(version, forms)


def _visits(protocol: TrialProtocol) -> Iterator[Visit | UnplannedVisit]:
    yield from protocol.design.visits
    yield from protocol.design.unplanned_visits
    if unscheduled(protocol) == UNSCHEDULED:
        yield UnplannedVisit(UNSCHEDULED, Unplanned.UNSCHEDULED, "Unscheduled visit")


def _add_events(version: ET.Element, protocol: TrialProtocol, forms: Sequence[Form]) -> None:
    order = add(version, "Protocol")
    visits = list(_visits(protocol))
    for visit in visits:
        mandatory = "Yes" if isinstance(visit, Visit) else "No"
        add(order, "StudyEventRef", StudyEventOID=event(visit.id), Mandatory=mandatory)
    add(order, "StudyEventRef", StudyEventOID=LOG, Mandatory="Yes")
    for visit in visits:
        planned = isinstance(visit, Visit)
        repeats = visit.id == unscheduled(protocol)
        defined = add(
            version,
            "StudyEventDef",
            OID=event(visit.id),
            Name=visit.title,
            Repeating="Yes" if repeats else "No",
            Type="Scheduled" if planned else "Unscheduled",
        )
        add_words(defined, "Description", Wording(visit.title, visit.title_zh))
        due = {one.id for one in protocol.design.assessments_at(visit.id)}
        add(defined, "FormRef", FormOID=f"F.{VISIT.id}", Mandatory="Yes")
        for form in forms:
            mandatory = "Yes" if planned and form.assessment in due else "No"
            add(defined, "FormRef", FormOID=f"F.{form.id}", Mandatory=mandatory)
    log = add(version, "StudyEventDef", OID=LOG, Name="Log", Repeating="No", Type="Common")
    add_words(log, "Description", Wording("What belongs to no visit", "不属于任何访视的记录"))
    for table in LOGS:
        add(log, "FormRef", FormOID=f"F.{table.id}", Mandatory="No")


def _add_forms(version: ET.Element, forms: Sequence[Form]) -> None:
    for form in forms:
        _add_form(version, form.id, Wording(form.title, form.title_zh), repeats=False)
    for table in (VISIT, *LOGS):
        _add_form(version, table.id, table.title, repeats=table is not VISIT)


def _add_form(version: ET.Element, name: str, title: Wording, *, repeats: bool) -> None:
    defined = add(
        version,
        "FormDef",
        OID=f"F.{name}",
        Name=title.en,
        Repeating="Yes" if repeats else "No",
    )
    add_words(defined, "Description", title)
    add(defined, "ItemGroupRef", ItemGroupOID=f"IG.{name}", Mandatory="Yes")


def _add_groups(version: ET.Element, forms: Sequence[Form]) -> None:
    for form in forms:
        group = _group(version, form.id, form.title)
        for one in form.items:
            mandatory = "Yes" if one.required else "No"
            add(group, "ItemRef", ItemOID=item(form.id, one.id), Mandatory=mandatory)
            for part in limits_of(one):
                add(group, "ItemRef", ItemOID=item(form.id, part), Mandatory="No")
        for derived in form.derived:
            add(
                group,
                "ItemRef",
                ItemOID=item(form.id, derived.id),
                Mandatory="No",
                MethodOID=f"MT.{form.id}.{derived.id}",
            )
    for table in (VISIT, *LOGS):
        group = _group(version, table.id, table.title.en)
        for column in table.columns:
            add(group, "ItemRef", ItemOID=item(table.id, column.id), Mandatory="No")


def _group(version: ET.Element, name: str, title: str) -> ET.Element:
    return add(version, "ItemGroupDef", OID=f"IG.{name}", Name=title, Repeating="No")


def limits_of(one: Item) -> tuple[str, ...]:
    """Return the items that hold the limits of normal of an item."""
    return (f"{one.id}.low", f"{one.id}.high") if one.limits_of_normal else ()


def _add_items(version: ET.Element, forms: Sequence[Form]) -> None:
    for form in forms:
        for one in form.items:
            _add_item(version, form, one)
            _add_limits(version, form, one)
        for derived in form.derived:
            title = Wording(derived.title, derived.title_zh)
            _define(version, item(form.id, derived.id), title, "float")
    for table in (VISIT, *LOGS):
        for column in table.columns:
            _define(version, item(table.id, column.id), column.title, _TYPES[column.kind])


def _define(version: ET.Element, oid: str, title: Wording, kind: str) -> ET.Element:
    digits = "12" if kind == "float" else None
    defined = add(
        version,
        "ItemDef",
        OID=oid,
        Name=title.en,
        DataType=kind,
        Length=_LENGTHS.get(kind),
        SignificantDigits=digits,
    )
    add_words(defined, "Question", title)
    return defined


def _add_item(version: ET.Element, form: Form, one: Item) -> None:
    # What lies below the limit of detection is written `<1.5`, which is no number.
    kind = "text" if one.detection_limit else _ITEM_TYPES[one.type]
    title = Wording(one.title, one.title_zh)
    defined = _define(version, item(form.id, one.id), title, kind)
    _add_unit(defined, one)
    for bounds, strength in ((one.range, "Hard"), (one.plausible, "Soft")):
        if bounds is not None and not one.detection_limit:
            _add_checks(defined, bounds, strength, one)
    if choices_of(one):
        add(defined, "CodeListRef", CodeListOID=f"CL.{form.id}.{one.id}")


def _add_unit(defined: ET.Element, one: Item) -> None:
    if one.unit:
        add(defined, "MeasurementUnitRef", MeasurementUnitOID=unit(one.unit))


def _add_checks(defined: ET.Element, bounds: Bounds, strength: str, one: Item) -> None:
    for limit, comparator in ((bounds.low, "GE"), (bounds.high, "LE")):
        if limit is not None:
            check = add(defined, "RangeCheck", Comparator=comparator, SoftHard=strength)
            add_text(check, "CheckValue", str(limit))
            _add_unit(check, one)


def _add_limits(version: ET.Element, form: Form, one: Item) -> None:
    words = (
        (" (lower limit of normal)", "（参考值下限）"),
        (" (upper limit of normal)", "（参考值上限）"),
    )
    for part, (en, zh) in zip(limits_of(one), words, strict=False):
        title = Wording(one.title + en, one.title_zh + zh if one.title_zh else "")
        _add_unit(_define(version, item(form.id, part), title, "float"), one)


def choices_of(one: Item) -> tuple[Choice, ...]:
    """Return the answers that an item offers."""
    return _YES_NO if one.type is ItemType.YES_NO else one.choices


def _add_code_lists(version: ET.Element, forms: Sequence[Form]) -> None:
    for form in forms:
        for one in form.items:
            if choices := choices_of(one):
                oid = f"CL.{form.id}.{one.id}"
                defined = add(version, "CodeList", OID=oid, Name=one.title, DataType="text")
                for choice in choices:
                    coded = add(defined, "CodeListItem", CodedValue=choice.code)
                    add_words(coded, "Decode", Wording(choice.title, choice.title_zh))


def _add_methods(version: ET.Element, forms: Sequence[Form]) -> None:
    for form in forms:
        for derived in form.derived:
            method = add(
                version,
                "MethodDef",
                OID=f"MT.{form.id}.{derived.id}",
                Name=derived.title,
                Type="Computation",
            )
            add_words(method, "Description", _computed(form, derived))


def _computed(form: Form, derived: Derived) -> Wording:
    titles = {
        one.id: Wording(one.title, one.title_zh)
        for one in chain[Item | Derived](form.items, form.derived)
    }
    parts = [titles[name] for name in derived.of]
    en, zh = _RULES[derived.rule]
    source = f" ({derived.source})" if derived.source else ""
    return Wording(
        f"{en} of: {_listed((part.en for part in parts), ', ')}; missing if one is{source}",
        f"{_listed((part.in_language('zh') for part in parts), '、')}{zh}；缺任何一项则缺失",
    )


def _listed(words: Iterable[str], separator: str) -> str:
    return separator.join(words)
