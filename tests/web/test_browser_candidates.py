"""In a real browser, in Chinese: from the hospital's records to enrolment; a monitor looks on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.clinic_records import ON, trial_on
from tests.web.site import PASSWORD, Site
from tests.web.test_browser import (  # noqa: F401 - fixtures
    CHROMIUM,
    address,
    chromium,
    context,
    page,
)

from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.audit import verify
from trialrun.conduct.reading.worklist import Wanted, worklist
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Candidate
from trialrun.workflows.enlisting import enlist

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} to try the pages in"
)


DAY = "2022-01-15"


@pytest.fixture
def site(site: Site, records: Path) -> Site:
    """The pages of a trial whose server has a hospital's records."""
    return replace(site, data=records)


def chinese(site: Site, page: Page, role: Role) -> None:  # noqa: F811
    site.account(role, language="zh")
    page.goto("/sign-in")
    page.locator("#name").fill(role.replace(" ", "-"))
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    page.goto("/candidates")


def first_with_one_confirmation_open(site: Site) -> Candidate:
    """Return a candidate who lacks a person's confirmation of E6, and the signature of I8, only."""
    with site.database.reading() as session:
        lines = worklist(session, Wanted(criterion="E6", verdict="undetermined"), ON).lines
    open_to = ["E6", "I8"]
    return next(one.candidate for one in lines if sorted(one.candidate.open_criteria) == open_to)


def test_from_the_records_to_enrolment(site: Site, page: Page) -> None:  # noqa: F811
    chinese(site, page, Role.INVESTIGATOR)
    page.get_by_role("button", name="立即筛选医院病历").click()
    expect(page.get_by_text("最近一次病历筛选：以2022年1月15日为准")).to_be_visible()
    chosen = first_with_one_confirmation_open(site)
    # Found by the hospital's id, which no address shows.
    page.get_by_label("院内编号").fill(chosen.patient_id)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=chosen.patient_id, exact=True).or_(
        page.get_by_role("heading", name=f"候选者{chosen.patient_id}")
    ).first.wait_for()
    page.goto(f"/candidates/{chosen.id}")
    expect(page.locator("#c-E6")).to_have_attribute("open", "")
    page.get_by_role("link", name="回答E6").click()
    page.locator("input[name=answer][value=yes]").check()
    page.get_by_label("理由").fill("查阅病历并询问患者")
    page.get_by_role("button", name="保存回答").click()
    # Only the signature that the trial holds is missing now.
    expect(page.locator(".facts .mark")).to_have_text("待定")
    page.get_by_role("button", name="邀请").click()
    expect(page.get_by_text("已邀请")).to_be_visible()
    take_a_form_into_use(page)
    page.goto(f"/candidates/{chosen.id}/enrolment")
    page.get_by_role("button", name="入组").click()
    expect(page.get_by_role("alert")).to_contain_text("没有有效的知情同意")
    page.get_by_role("link", name="登记签署的知情同意").click()
    page.get_by_label("说明试验并取得知情同意者").fill("范大夫")
    page.get_by_role("button", name="保存知情同意").click()
    page.get_by_role("button", name="登记筛选访视").click()
    expect(page.get_by_text("2022年1月15日可以入组")).to_be_visible()
    page.get_by_role("button", name="入组").click()
    expect(page.get_by_role("status")).to_contain_text("受试者编号001")
    page.goto("/logs/flow")
    expect(page.locator("svg")).to_contain_text("入组（n = 1）")
    assert verify(site.database).problems == ()


def take_a_form_into_use(page: Page) -> None:  # noqa: F811
    page.goto("/consent-forms")
    page.get_by_label("版本", exact=True).fill("1.0")
    page.get_by_label("启用日期").fill(DAY)
    page.get_by_role("button", name="启用该版本").click()
    expect(page.get_by_text("使用中")).to_be_visible()


def test_a_monitor_sees_no_button_and_is_refused(
    site: Site,
    page: Page,  # noqa: F811
) -> None:
    enlist(trial_on(site.database, site.data), PROGRAM, site.clock.now, ON, lambda _: None)
    chosen = first_with_one_confirmation_open(site)
    chinese(site, page, Role.MONITOR)
    for path in ("", "/enrolment"):
        page.goto(f"/candidates/{chosen.id}{path}")
        expect(page.get_by_role("heading", name=f"候选者{chosen.patient_id}")).to_be_visible()
        expect(page.locator("main button, main a.button, main a.act")).to_have_count(0)
    page.goto(f"/candidates/{chosen.id}")
    folded = "document.querySelector('details:not([open]) .parts').checkVisibility()"
    assert not page.evaluate(folded)
    page.emulate_media(media="print")
    assert page.evaluate(folded), "paper shows what is folded on the screen"
    page.emulate_media(media="screen")
    answer = page.evaluate(
        """async (path) => {
          const csrf = document.querySelector('[name=csrf]').value;
          const sent = await fetch(path, {method: 'POST', body: new URLSearchParams({csrf})});
          return sent.status;
        }""",
        f"/candidates/{chosen.id}/invitation",
    )
    assert answer == 403


def test_two_people_at_one_candidate(
    site: Site,
    context: BrowserContext,  # noqa: F811
) -> None:
    enlist(trial_on(site.database, site.data), PROGRAM, site.clock.now, ON, lambda _: None)
    chosen = first_with_one_confirmation_open(site)
    first = context.new_page()
    chinese(site, first, Role.COORDINATOR)
    second = context.new_page()
    for opened in (first, second):
        opened.goto(f"/candidates/{chosen.id}")
    first.get_by_role("button", name="邀请").click()
    expect(first.get_by_text("已邀请")).to_be_visible()
    second.get_by_role("button", name="邀请").click()
    expect(second.get_by_role("heading", name="其间已有修改")).to_be_visible()
