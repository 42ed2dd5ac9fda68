"""The footer on every page, its pills, and what they open. Rows 48 to 65 of the seed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scene import Scene, box

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("search", ["?", "?projects", "?all=jobs", "?p=P1&w=W1", "?build=P1.W1"])
def test_seed_048_050_the_footer_with_its_two_sections_is_on_every_page(
    scene: Scene, search: str
) -> None:
    scene.open(search)

    footer = scene.page.get_by_role("contentinfo")
    expect(footer.get_by_role("region")).to_have_count(2)
    expect(footer.get_by_role("region", name="Active jobs")).to_be_visible()
    expect(footer.get_by_role("region", name="Active targets")).to_be_visible()


def until(page: Page, check: Callable[[], bool]) -> None:
    """Look again until it holds, for ten seconds at most."""
    for _ in range(200):
        if check():
            return
        page.wait_for_timeout(50)
    raise AssertionError(check.__name__)


def test_seed_049_the_footer_shows_as_many_pills_as_fit_and_counts_the_rest(scene: Scene) -> None:
    for uid in scene.chain(7)[1:]:
        scene.in_queue(uid)
    scene.open("?")
    pills = scene.page.locator("[data-pill]")
    expect(pills).to_have_count(6)
    more = scene.page.locator(".jobs-part > .button.quiet").last
    shown = scene.page.locator('.pill-slot[data-beyond="false"] [data-pill]')
    expect(shown).to_have_count(6)

    scene.page.set_viewport_size({"width": 760, "height": 800})

    expect(more).to_have_text(re.compile(r"^\+\d+$"))

    def are_right() -> bool:
        edge, last = box(scene.page.locator(".jobs-part .pills")), box(shown.last)
        beyond = int(more.inner_text().removeprefix("+"))
        fits = last["x"] + last["width"] <= edge["x"] + edge["width"]
        return fits and beyond > 0 and shown.count() == 6 - beyond

    until(scene.page, are_right)  # the count takes room itself: it is measured twice
    scene.page.set_viewport_size({"width": 1440, "height": 900})
    expect(shown).to_have_count(6)


def test_seed_051_052_053_the_jobs_begin_with_a_button_that_counts_them_and_opens_current_jobs(
    scene: Scene,
) -> None:
    scene.open()
    part = scene.page.locator(".jobs-part")
    button = part.locator(":scope > *").first
    expect(button).to_have_text("0 jobs")

    uid = scene.queued()

    expect(button).to_have_text("1 job")
    expect(part.locator("[data-pill]")).to_have_attribute("data-pill", f"{scene.project}.{uid}")
    button.click()
    expect(scene.page.get_by_role("dialog", name="Current Jobs")).to_be_visible()
    scene.expect_search(rf"\?p={scene.project}&w=W1&jobs$")


def test_seed_054_055_056_057_a_pill_names_its_job_and_status_and_its_type_in_a_tooltip(
    scene: Scene,
) -> None:
    uid = scene.queued()
    scene.open("?")

    pill = scene.page.locator(f'[data-pill="{scene.project}.{uid}"]')
    expect(pill).to_have_text(re.compile(rf"{scene.project} {uid}\s*Queued"))
    expect(pill).to_have_attribute("data-status", "QUEUED")
    expect(pill.locator("svg.mark")).to_be_visible()
    tip = scene.page.get_by_role("tooltip", name="Dreamer of Tests")
    expect(tip).to_be_hidden()
    pill.hover()
    expect(tip).to_be_visible()
    scene.page.mouse.move(700, 300)
    expect(tip).to_be_hidden()
    pill.focus()
    expect(tip).to_be_visible()


def test_seed_058_059_a_pill_opens_its_job_and_the_page_below_stays(scene: Scene) -> None:
    uid = scene.queued()
    scene.open(f"{scene.workspace}&view=table")
    expect(scene.page.locator(".job-table")).to_be_visible()

    scene.page.locator(f'[data-pill="{scene.project}.{uid}"]').click()

    expect(scene.page.get_by_role("dialog", name=f"Job {scene.project} {uid}")).to_be_visible()
    scene.expect_search(rf"\?p={scene.project}&w=W1&view=table&job={scene.project}\.{uid}$")
    scene.page.keyboard.press("Escape")
    expect(scene.sheet).to_have_count(0)
    expect(scene.page.locator(".job-table")).to_be_visible()


def test_seed_060_061_062_063_064_065_a_target_opens_a_grid_of_its_jobs_with_all_they_can_do(
    scene: Scene,
) -> None:
    waiting = scene.queued()
    uid = scene.running()
    scene.open("?")
    part = scene.page.locator(".targets-part")
    part.get_by_role("button", name="Targets").click()
    expect(scene.page.get_by_role("dialog", name="Current Jobs")).to_be_visible()
    pill = part.locator("[data-target]")
    expect(pill).to_contain_text("Default")

    pill.click()

    expect(scene.page.get_by_role("dialog", name=re.compile("^Target "))).to_be_visible()
    expect(scene.page.get_by_role("dialog")).to_have_count(1)
    cards = scene.sheet.get_by_role("grid").locator("[data-job]")
    expect(cards).to_have_count(1)
    expect(scene.job(uid)).to_be_visible()
    assert waiting != uid
    scene.job(uid).click()
    expect(scene.sidebar.locator(f'[data-sidebar="{scene.project}.{uid}"]')).to_be_visible()
    menu = scene.menu_of(uid)
    expect(menu.locator('[data-item="kill"]')).to_have_attribute("aria-disabled", "false")
    scene.page.keyboard.press("Escape")
    scene.job(uid).get_by_role("button", name=re.compile("^Kill")).click()
    scene.dialog.get_by_role("button", name="Kill job").click()
    expect(cards).to_have_count(0)
    assert scene.status(uid) == "KILLED"
