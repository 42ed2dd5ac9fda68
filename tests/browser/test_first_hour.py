"""docs/first-hour.md, step by step, by clicking alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scene import COMMAND
from tests.integration.product import Product
from tests.nightly import nightly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    nightly("minutes of computing"),
]
DONE_MS = 120_000


def choose_in_dialog(page: Page, button: str) -> None:
    page.locator("dialog.dialog").get_by_role("button", name=button).click()


def build_and_queue(page: Page, uid: str) -> None:
    """Queue the job that is being built, and wait in its workspace until it is done."""
    page.get_by_role("button", name="Queue…").click()
    choose_in_dialog(page, "Queue job")
    page.locator(".crumbs a").last.click()
    expect(page.locator(f'[data-job$=".{uid}"]')).to_have_attribute(
        "data-status", "COMPLETED", timeout=DONE_MS
    )


def next_step(page: Page, uid: str, title: str) -> None:
    page.locator(f'[data-job$=".{uid}"]').click(button="right")
    page.get_by_role("menuitem", name=f"Build {title}").click()


def make(page: Page, kind: str, title: str) -> None:
    page.get_by_role("button", name=f"New {kind}").click()
    page.locator("dialog.dialog").get_by_label("Title").fill(title)
    choose_in_dialog(page, f"Create {kind}")


def test_from_nothing_to_a_picked_micrograph_and_a_cloned_chain(
    signed_in: Page, product: Product
) -> None:
    page = signed_in
    page.goto(product.url)

    page.get_by_role("link", name="Projects", exact=True).click()
    make(page, "project", "Apoferritin")
    make(page, "workspace", "First look")
    page.get_by_role("button", name="New job").click()
    page.locator('[data-type="simulate_data"]').click()
    page.locator('[data-param="count"]').fill("2")
    page.locator('[data-param="count"]').press("Tab")
    build_and_queue(page, "J1")
    next_step(page, "J1", "CTF Estimation")
    build_and_queue(page, "J2")
    next_step(page, "J2", "Blob Picker")
    build_and_queue(page, "J3")

    page.locator('[data-job$=".J3"]').dblclick()
    page.get_by_role("tab", name="Log").click()
    expect(page.locator(".log-pictures img").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator('[data-job$=".J1"]').click()
    page.locator('[data-job$=".J3"]').click(modifiers=[COMMAND])  # type: ignore[list-item]
    page.locator('[data-job$=".J3"]').click(button="right")
    page.get_by_role("menuitem", name="Clone job chain…").click()
    page.get_by_role("radio", name="New workspace").check()
    page.get_by_label("Title of the new workspace").fill("Second look")
    choose_in_dialog(page, "Clone")

    expect(page).to_have_url(re.compile(r"w=W2$"))
    expect(page.locator('[data-job][aria-selected="true"]')).to_have_count(3)
