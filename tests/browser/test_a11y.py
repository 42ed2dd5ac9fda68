"""WCAG 2.2 AA as axe sees it: every place, in both themes, with menus and dialogs open."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scene import COMMAND, Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]
AXE = Path(__file__).parents[2] / "web/dashboard/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe finds, a line each: the rule, and the first element that breaks it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(f"{AXE.read_text()};void 0")
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['any'][:1]}"
        for one in found["violations"]
    ]


@pytest.fixture(params=["light", "dark"])
def themed(scene: Scene, request: pytest.FixtureRequest) -> Scene:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run `npm ci` in web/dashboard")
    scene.page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    return scene


def test_every_place_is_accessible(themed: Scene) -> None:
    uid = themed.queued()
    project = themed.project
    themed.open("?")
    for search, shown in (
        ("?", ".home-row"),
        ("?projects", f'[data-project="{project}"]'),
        (f"?p={project}", "[data-workspace]"),
        (f"?p={project}&w=W1&view=tree", ".tree-node"),
        (f"?p={project}&w=W1", ".job-card"),
        ("?all=jobs", ".job-table tbody tr"),
        (f"?build={project}.W1", "[data-type]"),
        (f"?build={project}.W1&edit=J1", "[data-param]"),
        ("?admin=lanes", "[data-admin-lane]"),
        ("?admin=users", "[data-user]"),
        ("?admin=settings", ".admin-form"),
        (f"?job={project}.{uid}", ".outputs, .overview"),
    ):
        themed.go(search)
        expect(themed.page.locator(shown).first).to_be_visible()

        assert (search, violations(themed.page)) == (search, [])


def test_the_board_its_menu_and_its_dialogs_are_accessible(themed: Scene) -> None:
    themed.queued()
    uid = themed.running()
    themed.open("?jobs")
    themed.job(uid).click()
    themed.sidebar.get_by_role("button", name="Actions").click()
    assert violations(themed.page) == []

    menu = themed.menu_of(uid)
    expect(menu.locator('[data-item="kill"]')).to_have_attribute("aria-disabled", "false")
    assert violations(themed.page) == []
    menu.locator('[data-item="kill"]').click()
    expect(themed.dialog).to_be_visible()
    assert violations(themed.page) == []


def test_a_selection_its_menu_and_its_dialogs_are_accessible(themed: Scene) -> None:
    uids = themed.chain(3)
    themed.open(f"{themed.workspace}&view=table")
    themed.select(*uids)
    themed.sidebar.get_by_role("button", name="Actions").click()
    assert violations(themed.page) == []

    themed.menu_of(uids[0])
    assert violations(themed.page) == []
    themed.page.get_by_role("menuitem", name="Clone jobs…").click()
    assert violations(themed.page) == []
    themed.page.keyboard.press("Escape")
    for keys, name in ((f"{COMMAND}+k", "Go to"), ("?", "Keys")):
        themed.page.keyboard.press(keys)
        expect(themed.page.get_by_role("dialog", name=name)).to_be_visible()
        assert (name, violations(themed.page)) == (name, [])
        themed.page.keyboard.press("Escape")
