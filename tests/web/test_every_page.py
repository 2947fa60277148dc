"""Every page that links lead to: a title, one heading, and fields that say what they are for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from jinja2 import Template
from tests.web.catalogs import WEB
from tests.web.safety import SERIOUS, Safety, event_fields, safety
from tests.web.site import Browser, Site
from tests.web.test_clinic_writes import PERIOD
from tests.workflows.trial_in_progress import dose, given, laboratory, value, visit

from trialrun.conduct.roles import Role
from trialrun.web.rendering import HTML_LANGUAGES

Attributes = dict[str, str | None]
SPOKEN = {Role.INVESTIGATOR: "zh", Role.COORDINATOR: "zh"}
BEFORE: list[tuple[Role, str, dict[str, str]]] = [
    (Role.INVESTIGATOR, "/deviations/look", {}),
    (Role.INVESTIGATOR, "/participants/1/adverse-events/new", event_fields(**SERIOUS)),
    (Role.INVESTIGATOR, "/participants/1/medication/new", {"name": "riluzole", **PERIOD}),
    (Role.MONITOR, "/queries/new/form_value/1", {"item": "haemoglobin", "words": "So low?"}),
]
"""What people do, so that there is something to read of it."""
ANSWERS = {
    "account_password.html",
    "error.html",
    "screen_failure.html",
    "send_again.html",
    "signature.html",
    "welcome.html",
}
"""Pages to which no link leads here: they answer a form, or need a candidate who has consented."""
FIELDS = ("input", "select", "textarea")


class Page(HTMLParser):
    """What a page is made of, as a reader who hears it would need it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.found: list[tuple[str, Attributes]] = []
        self.bare: list[str] = []
        self.reasons: list[set[str]] = []
        """Of each reason why something was refused: the ids of what it stands in."""
        self.words: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.found.append((tag, held))
        is_labelled = "label" in self.open or held.get("aria-label") is not None
        if tag in FIELDS and held.get("type") != "hidden" and not is_labelled:
            self.bare.append(held.get("id") or f"a {tag} without id")
        if held.get("class") == "why":
            self.reasons.append(set(filter(None, self.ids)))
        if tag not in ("input", "meta", "link", "br"):
            self.open.append(tag)
            self.ids.append(held.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"
        self.ids.pop()

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.words[tag] += len(data.strip())

    def attributes(self, name: str, *tags: str) -> list[str]:
        """Return what stands in an attribute of some elements, or of all."""
        return [
            text for tag, held in self.found if not tags or tag in tags if (text := held.get(name))
        ]

    def count(self, tag: str) -> int:
        return sum(one == tag for one, _ in self.found)

    @property
    def links(self) -> list[str]:
        forms = [held for tag, held in self.found if tag == "form" and held["method"] == "get"]
        asked = [str(held["action"]) for held in forms]
        return [
            one.partition("#")[0] for one in self.attributes("href", "a") if one[0] == "/"
        ] + asked


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page."""
    ids = Counter(page.attributes("id"))
    labelled = page.attributes("for", "label")
    told = {name for names in page.attributes("aria-describedby") for name in names.split()}
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    return [
        *(f"{levels.count(1)} main headings" for _ in range(levels.count(1) != 1)),
        *(f"h{b} after h{a}" for a, b in pairwise(levels) if b > a + 1),
        *("no words in the title" for _ in range(page.words["title"] <= len("· trialrun"))),
        *(f"{name}: no label" for name in page.bare if name not in labelled),
        *(f"{name}: a label of nothing" for name in labelled if name not in ids),
        *(f"{name}: described by nothing" for name in told if name not in ids),
        *("a reason that no field is described by" for inside in page.reasons if not inside & told),
        *(f"{name}: {count} times" for name, count in ids.items() if count > 1),
        *("th without scope" for tag, held in page.found if tag == "th" and "scope" not in held),
    ]


def reached(browser: Browser) -> Iterator[tuple[str, Page, str]]:
    """Yield a page of each kind that links lead to: its path, its parts, its language."""
    kinds, waiting = set(), ["/to-do"]
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"/(\d+|V\d+)(?=/|$)|=[^&]*", "/N", path)
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            page = Page(answer.text)
            yield path, page, page.attributes("lang", "html")[0]
            waiting += page.links


@pytest.fixture
def at(site: Site) -> Safety:
    """A participant with a dose, and a late visit with results."""
    found = safety(site)
    dose(found.trial, 1, 0, given(0), 0)
    held = visit(found.trial, "V4", 93, (77, 91))
    laboratory(found.trial, held, 93, {"haemoglobin": value("75", "g/L", "115", "150")})
    return found


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of templates that were drawn."""
    names: set[str] = set()
    render = Template.render

    def noted(template: Template, *args: Any, **values: Any) -> str:
        names.add(str(template.name))
        return render(template, *args, **values)

    monkeypatch.setattr(Template, "render", noted)
    return names


def test_every_page_can_be_read_by_its_parts(at: Safety, drawn: set[str]) -> None:
    people = {role: at.browser(role, language=SPOKEN.get(role, "en")) for role in Role}
    for role, path, fields in BEFORE:
        assert people[role].fill_in(path, **fields).status in (200, 303), path
    wrong: dict[str, list[str]] = {}
    for role, browser in people.items():
        for path, page, language in reached(browser):
            asked_in = path.partition("language=")[2] or SPOKEN.get(role, "en")
            assert language == HTML_LANGUAGES[asked_in], path
            if found := faults(page):
                wrong[f"{role}: {path}"] = found
    assert wrong == {}
    pages = {
        path.name
        for path in (WEB / "templates").glob("*.html")
        if '{% extends "base.html" %}' in path.read_text("utf-8")
    }
    assert pages - drawn == ANSWERS


# What a page could hold | what is found wrong with it
FAULTS = [
    ("<h2>b</h2>", "0 main headings"),
    ("<h1>a</h1><h3>c</h3>", "h3 after h1"),
    ("<h1>a</h1><input id='n'>", "n: no label"),
    ("<h1>a</h1><label for='n'>N</label>", "n: a label of nothing"),
    ("<h1>a</h1><label><input aria-describedby='why'></label>", "why: described by nothing"),
    ("<h1>a</h1><p id='n'></p><p id='n'></p>", "n: 2 times"),
    ("<h1>a</h1><div id='n'><p class='why'></p></div>", "a reason that no field is described by"),
    ("<h1>a</h1><table><tr><th></th></tr></table>", "th without scope"),
]


@pytest.mark.parametrize(("html", "fault"), FAULTS)
def test_a_fault_is_found(html: str, fault: str) -> None:
    assert faults(Page(f"<title>It · trialrun</title>{html}")) == [fault]


def test_a_title_without_words_is_found() -> None:
    assert faults(Page("<title> · trialrun</title><h1>a</h1>")) == ["no words in the title"]


# A form that is sent with next to nothing in it
REFUSED: list[tuple[Role, str, dict[str, str]]] = [
    (Role.INVESTIGATOR, "/participants/1/adverse-events/new", {}),
    (Role.INVESTIGATOR, "/adverse-events/1/follow-up", {}),
    (Role.INVESTIGATOR, "/adverse-events/1/correction", {}),
    (Role.INVESTIGATOR, "/adverse-events/1/reports", {}),
    (Role.INVESTIGATOR, "/safety/grades/1/anemia", {"version": "1"}),
    (Role.INVESTIGATOR, "/safety/grades/1/anemia", {"version": "1", "decided": "9"}),
    (Role.INVESTIGATOR, "/safety/grades/1/anemia", {"version": "1", "decided": "2"}),
    (Role.INVESTIGATOR, "/deviations/1/judgement", {"expected": "1"}),
    (Role.INVESTIGATOR, "/participants/1/deviations/new", {}),
    (Role.COORDINATOR, "/participants/1/doses/1/2", {}),
    (Role.COORDINATOR, "/participants/1/medication/new", {}),
    (Role.COORDINATOR, "/participants/1/visits/V2", {}),
    (Role.COORDINATOR, "/doses/receive", {}),
    (Role.MONITOR, "/queries/new/form_value/1", {"item": "haemoglobin"}),
]


def test_each_reason_belongs_to_a_field(at: Safety) -> None:
    people = {role: at.browser(role) for role in Role}
    for role, path, fields in BEFORE:
        people[role].fill_in(path, **fields)
    wrong: dict[str, list[str]] = {}
    for role, path, fields in REFUSED:
        answer = people[role].fill_in(path, **fields)
        page = Page(answer.html)
        assert (answer.status, page.reasons != []) == (422, True), (path, answer.words)
        if found := faults(page):
            wrong[path] = found
    assert wrong == {}
