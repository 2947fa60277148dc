"""The templates and the style sheet hold nothing that no page uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, nodes
from tests.web.catalogs import ROOT, WEB

TEMPLATES = {path.name: path.read_text("utf-8") for path in (WEB / "templates").glob("*.html")}
STYLES = (WEB / "static" / "style.css").read_text("utf-8")
FIGURES = "".join(path.read_text("utf-8") for path in sorted((ROOT / "report").rglob("*.py")))
"""What draws the figures of pages; they bring classes of their own."""


@cache
def parsed(name: str) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n"]).parse(TEMPLATES[name])


def imports() -> Iterator[tuple[str, str, str, str]]:
    """Yield template, source, the macro's name there, and its name here."""
    for name in TEMPLATES:
        for one in parsed(name).find_all(nodes.FromImport):
            assert isinstance(one.template, nodes.Const)
            for pair in one.names:
                there, here = pair if isinstance(pair, tuple) else (pair, pair)
                yield name, one.template.value, there, here


def used(name: str) -> set[str]:
    return {one.name for one in parsed(name).find_all(nodes.Name) if one.ctx == "load"}


def test_whatever_is_imported_is_used() -> None:
    found = list(imports())
    assert len(found) > 150
    assert [(name, here) for name, _, _, here in found if here not in used(name)] == []


def test_every_macro_is_used() -> None:
    imported = {(source, there) for _, source, there, _ in imports()}
    made = [(name, one.name) for name in TEMPLATES for one in parsed(name).find_all(nodes.Macro)]
    assert len(made) > 50
    assert [one for one in made if one not in imported and one[1] not in used(one[0])] == []


def test_every_template_is_named_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in WEB.rglob("*.py"))
    named = code + "".join(TEMPLATES.values())
    of_periods = {"medication_change.html", "medication_stop.html"}
    assert {name for name in TEMPLATES if f'"{name}"' not in named} == of_periods


def test_every_rule_of_the_style_sheet_has_its_element() -> None:
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", STYLES, flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    assert len(classes) > 60
    marked = "".join(TEMPLATES.values()) + FIGURES
    # A verdict, and how a criterion stands, are classes by their own names.
    by_name = {"eligible", "ineligible", "permits", "refuses", "unknown", "asked", "presumed"}
    assert {one for one in classes if not re.search(rf"[\"' ]{one}[\"' ]", marked)} <= by_name


def test_no_rule_stands_twice() -> None:
    """A second rule for the same elements, outside of what is for paper, hides the first one."""
    on_screen = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", STYLES)
    on_screen = re.sub(r"/\*.*?\*/", "", on_screen, flags=re.DOTALL)
    selectors = [one.strip() for one in re.findall(r"([^{}]+)\{", on_screen)]
    assert len(selectors) > 150
    assert {one for one in selectors if selectors.count(one) > 1} == set()
