"""What the forms say against themselves, the design and the value sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trialrun.protocol.findings import Finding, error
from trialrun.protocol.forms import Derived, Form, Item, Rule
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.units import canonical, conversion
from trialrun.terminology.value_sets import ValueSet


def check_forms(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield what is wrong with the forms."""
    assessments = [assessment.id for assessment in protocol.design.assessments]
    for form in protocol.forms:
        if form.assessment not in assessments:
            found = f"there is no assessment '{form.assessment}'"
            yield error(form.where, found, did_you_mean(form.assessment, assessments))
        if not form.items:
            yield error(form.where, f"the form '{form.id}' asks for nothing", "write its items")
        yield from _ids(form)
        for item in form.items:
            yield from _ranges(item)
            yield from _choices(item)
            yield from _unit(item)
            yield from _measures(item, protocol)
        yield from _derived(form)


def _ids(form: Form) -> Iterator[Finding]:
    """Yield the ids that a repetition or a derived item takes from another item."""
    first: dict[str, str] = {}
    parts = [(item.id, item.where) for item in form.items]
    for name, where in (*parts, *((derived.id, derived.where) for derived in form.derived)):
        if name in first:
            found = f"the id '{name}' is used twice in the form '{form.id}'"
            yield error(where, found, f"first at {first[name]}")
        first.setdefault(name, where)


def _ranges(item: Item) -> Iterator[Finding]:
    if item.range and item.plausible and not item.range.covers(item.plausible):
        found = (
            f"what is plausible for '{item.id}' ({item.plausible}) lies outside of its range "
            f"({item.range})"
        )
        yield error(
            item.where, found, "nothing outside of the range is taken: narrow the plausible"
        )


def _choices(item: Item) -> Iterator[Finding]:
    codes = [choice.code for choice in item.choices]
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            found = f"the code '{code}' stands for two choices of '{item.id}'"
            yield error(item.where, found, "write another code")


def _unit(item: Item) -> Iterator[Finding]:
    code = canonical(item.unit or None)
    if code is None:
        yield error(item.where, f"'{item.unit}' is no unit", "write UCUM, such as 10*9/L or umol/L")
    elif item.unit and code != item.unit:
        yield error(item.where, f"the unit '{item.unit}' is not UCUM", f"write {code}")


def _measures(item: Item, protocol: TrialProtocol) -> Iterator[Finding]:
    for name in item.measures:
        value_set = protocol.value_sets.get(name)
        if value_set is None:
            remedy = did_you_mean(name, protocol.value_sets) or "add its file to the protocol"
            yield error(item.where, f"there is no value set [{name}]", remedy)
        else:
            yield from _comparable(item, value_set)


def _comparable(item: Item, value_set: ValueSet) -> Iterator[Finding]:
    """Yield a unit in which the value set's measurements are not given."""
    plausible = value_set.plausible
    if plausible is None or not item.type.is_numeric or canonical(item.unit or None) is None:
        return
    if conversion(item.unit or None, plausible.unit, value_set.molar_mass) is None:
        found = f"'{item.unit}' cannot be compared with what [{value_set.id}] is measured in"
        yield error(item.where, found, f"write a unit such as {plausible.unit or '1'}")


def _derived(form: Form) -> Iterator[Finding]:
    known: dict[str, Item | Derived] = dict(form.by_id)
    for derived in form.derived:
        if not derived.of:
            yield error(derived.where, f"'{derived.id}' is computed of nothing", "name items")
        for name in dict.fromkeys(derived.of):
            if derived.of.count(name) > 1:
                found = f"'{derived.id}' is computed of '{name}' twice"
                yield error(derived.where, found, "name it once")
            yield from _part(derived, name, known)
        known[derived.id] = derived


def _part(derived: Derived, name: str, known: Mapping[str, Item | Derived]) -> Iterator[Finding]:
    """Yield what is wrong with one part of a derived item, by its name."""
    part = known.get(name)
    if part is None:
        found = f"'{derived.id}' is computed of '{name}', which is no item above it"
        yield error(derived.where, found, did_you_mean(name, known))
    elif isinstance(part, Item):
        yield from _computable(derived, part)
    elif derived.rule is Rule.PERCENT:
        found = f"'{derived.id}' is a percentage of '{name}', which is computed itself"
        yield error(derived.where, found, "name the items that it is computed of")


def _computable(derived: Derived, item: Item) -> Iterator[Finding]:
    if not item.type.is_numeric:
        found = f"'{derived.id}' is computed of '{item.id}', which is of type {item.type}"
        yield error(derived.where, found, "name items that are numbers")
    elif derived.rule is Rule.PERCENT and not (item.range and item.range.width):
        found = f"'{derived.id}' is a percentage, and '{item.id}' has no lowest and highest value"
        yield error(item.where, found, "write its range")
