"""The pages in a real browser: signing in, the focus, the keyboard, colours, the policy.

They need Debian's chromium (`apt-get install chromium`), and are skipped where there is none.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.clinic_records import PROTOCOL
from tests.web.site import PASSWORD, Site

from trialrun.conduct.roles import Role
from trialrun.web.app import create_app
from trialrun.web.settings import Settings

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} to try the pages in"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Serve the pages on loopback until the test ends."""
    settings = Settings(site.database, PROTOCOL, "http://127.0.0.1", site.data, clock=site.clock)
    config = uvicorn.Config(create_app(settings), port=0, access_log=False, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    opened = chromium.new_context(
        base_url=address, locale="en-GB", viewport={"width": 1180, "height": 820}
    )
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; whatever the browser refuses or complains of fails the test."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: _note(complaints, said))
    yield opened
    assert complaints == []


def _note(complaints: list[str], said: Any) -> None:
    # A form that is refused is answered with 422, which the browser notes down as an error.
    if said.type in ("error", "warning") and "status of 4" not in said.text:
        complaints.append(said.text)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def enter(page: Page, name: str) -> None:
    """Sign in, and wait until one is in."""
    sign_in(page, name)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_signing_in_and_out(site: Site, page: Page) -> None:
    site.account(Role.MONITOR)
    page.goto("/")
    expect(page).to_have_url(f"{origin(page)}/sign-in?next=%2F")
    sign_in(page, "monitor")
    expect(page.get_by_role("heading", name="To do")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def test_a_wrong_password_is_said_where_the_focus_goes(site: Site, page: Page) -> None:
    site.account(Role.MONITOR)
    sign_in(page, "monitor", "no heron at all")
    expect(page.locator("#why-password")).to_contain_text("the name or the password is wrong")
    expect(page.get_by_label("Name")).to_have_value("monitor")
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_role("alert")).to_be_focused()
    sign_in(page, "monitor")
    expect(page.get_by_role("heading", name="To do")).to_be_visible()


def test_an_act_shows_what_it_wrote_when_it_is_opened(site: Site, page: Page) -> None:
    site.account(Role.ADMINISTRATOR)
    enter(page, "administrator")
    page.goto("/audit?verb=create+account")
    act = page.locator("tbody tr").first
    expect(act.get_by_text("Full name")).to_have_count(0)
    act.locator("summary").click()
    expect(act.get_by_text("Full name: The administrator")).to_be_visible()
    expect(act.get_by_role("link", name="All rows")).to_have_count(0)


def test_the_keyboard_reaches_everything(site: Site, page: Page) -> None:
    site.account(Role.ADMINISTRATOR)
    enter(page, "administrator")
    page.goto("/audit")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    expect(page.get_by_label("Person")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.get_by_label("Person")).to_have_value("a/b")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Person")).not_to_be_focused()
    # The keys that reach a browser from a test press no access key: see that each has its place.
    keys = page.locator("[accesskey]").evaluate_all("all => all.map(one => one.accessKey)")
    assert sorted(keys) == ["a", "d", "k", "m", "o", "p", "q", "s", "t", "v"]


def test_what_has_the_focus_can_be_seen_to_have_it(site: Site, page: Page) -> None:
    site.account(Role.ADMINISTRATOR)
    enter(page, "administrator")
    page.goto("/accounts/new")
    seen = set()
    for _ in range(24):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # round the end of the page
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        place = page.evaluate("document.activeElement.outerHTML.slice(0, 60)")
        assert (width, style) == ("3px", "solid"), place
        seen.add(place)
    assert len(seen) > 10


def test_an_account_from_the_list_to_its_one_time_password(site: Site, page: Page) -> None:
    site.account(Role.ADMINISTRATOR)
    enter(page, "administrator")
    page.goto("/accounts")
    page.get_by_role("link", name="New account").click()
    page.get_by_label("Account name", exact=True).fill("Wang!")
    page.get_by_label("Full name").fill("<script>document.title='run'</script>")
    page.get_by_label("Role").select_option("coordinator")
    page.get_by_role("button", name="Create account").click()
    name = page.get_by_label("Account name", exact=True)
    expect(name).to_have_accessible_description(
        "it cannot be a name to sign in with: 2 to 40 small letters, digits, points or hyphens,"
        " a letter first To sign in with: small letters, digits, points, hyphens."
    )
    name.fill("wang")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#password")).to_have_text(re.compile(r"([a-z0-9]{5}-){3}[a-z0-9]{5}"))
    page.goto("/accounts")
    expect(page.get_by_text("<script>document.title='run'</script>")).to_be_visible()
    assert "run" not in page.title().split()


def test_a_script_that_got_onto_a_page_would_not_run(site: Site, context: BrowserContext) -> None:
    opened = context.new_page()
    opened.goto("/sign-in")
    opened.evaluate(
        "() => { const it = document.createElement('script');"
        " it.textContent = 'window.ran = true'; document.body.append(it); }"
    )
    assert opened.evaluate("window.ran === undefined")


def test_text_stands_out(site: Site, page: Page) -> None:
    site.account(Role.ADMINISTRATOR)
    page.goto("/sign-in")
    assert faint(page) == []
    enter(page, "administrator")
    for path in ("/accounts", "/accounts/new", "/safety/grades", "/audit"):
        page.goto(path)
        assert faint(page) == [], path


def faint(page: Page) -> list[str]:
    """Return what is written with too little contrast (WCAG 2.2, 1.4.3: at least 4.5 : 1)."""
    written = page.evaluate(COLOURS)
    assert len(written) > 5
    return [text for text, ink, paper in written if contrast(ink, paper) < 4.5]


COLOURS = """() => {
  const paper = (one) => getComputedStyle(one).backgroundColor;
  const behind = (one) => {
    while (one && paper(one) === 'rgba(0, 0, 0, 0)') one = one.parentElement;
    return one ? paper(one) : 'rgb(255, 255, 255)';
  };
  const writes = (one) => [...one.childNodes].some(
    (child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  return [...document.querySelectorAll('body *')]
    .filter((one) => writes(one) && one.checkVisibility())
    .map((one) => [`${one.tagName} ${one.className} ${one.textContent.trim()}`.slice(0, 60),
                   getComputedStyle(one).color, behind(one)]);
}"""


def contrast(ink: str, paper: str) -> float:
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of `rgb(r, g, b)` (WCAG 2.2, definition)."""
    parts = [int(part) / 255 for part in colour.strip("rgba()").split(",")[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("language", ["English", "中文"])
@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.ADMINISTRATOR])
def test_the_places_stand_in_one_line(site: Site, page: Page, role: Role, language: str) -> None:
    site.account(role, "somebody")
    enter(page, "somebody")
    if page.get_by_role("button", name=language).count():
        page.get_by_role("button", name=language).click()
    places = page.locator("header nav a")
    expect(places.first).to_be_visible()
    assert places.count() >= 4
    for width in (1180, 820):
        page.set_viewport_size({"width": width, "height": 820})
        tops = {place.bounding_box()["y"] for place in places.all()}  # type: ignore[index]
        assert len(tops) == 1, f"{len(tops)} lines at {width} pixels"
        assert page.evaluate("document.documentElement.scrollWidth") == width
