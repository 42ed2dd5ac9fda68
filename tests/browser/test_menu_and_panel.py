"""The quick actions menu and the actions panel. Rows 68 to 87, 115, 123 and 132 of the seed."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.scene import Scene, box

pytestmark = [pytest.mark.browser, pytest.mark.processes]
CORE = [
    "queue",
    "link",
    "move",
    "kill",
    "restart",
    "clear",
    "clear_intermediate",
    "export",
    "clone",
    "complete",
    "delete",
]


def test_seed_068_069_070_the_panel_expands_over_the_sidebar_which_can_still_be_scrolled(
    scene: Scene,
) -> None:
    (uid,) = scene.building()
    scene.page.set_viewport_size({"width": 1200, "height": 560})
    scene.open()
    scene.select(uid)
    body = scene.sidebar.locator(".sidebar-body")
    expect(body.get_by_role("heading", name="Sleeper of Tests")).to_be_visible()

    scene.sidebar.locator("footer").get_by_role("button", name="Actions").click()

    panel = scene.sidebar.locator(".actions-panel")
    expect(panel).to_be_visible()
    assert box(panel)["y"] < box(body)["y"] + box(body)["height"]
    expect(body.get_by_role("heading", name="Sleeper of Tests")).to_be_in_viewport()
    last = body.get_by_role("link", name=re.compile("W1"))
    last.scroll_into_view_if_needed()
    body.evaluate("body => body.scrollTo(0, body.scrollHeight)")
    assert box(last)["y"] + box(last)["height"] <= box(panel)["y"]


def test_seed_071_072_073_074_the_panel_holds_the_core_actions_of_the_job_at_hand_until_closed(
    scene: Scene,
) -> None:
    first, second = scene.building(2)
    scene.open()
    scene.select(first)
    scene.sidebar.get_by_role("button", name="Actions").click()
    panel = scene.sidebar.locator(".actions-panel")
    names = panel.locator("[data-panel-action]").evaluate_all(
        "all => all.map(one => one.dataset.panelAction)"
    )
    assert names == CORE
    expect(panel.get_by_role("heading")).to_have_text(f"Actions of {first}")

    scene.select(second)
    expect(panel.get_by_role("heading")).to_have_text(f"Actions of {second}")
    panel.locator('[data-panel-action="clone"]').click()
    scene.page.keyboard.press("Enter")
    expect(scene.page.locator("[data-job]")).to_have_count(3)
    expect(panel).to_be_visible()
    scene.select(first)
    scene.sidebar.get_by_role("button", name="View Job").click()
    expect(scene.sheet).to_be_visible()
    expect(panel.get_by_role("heading")).to_have_text(f"Actions of {first}")
    panel.get_by_role("button", name="Close").click()

    expect(panel).to_have_count(0)


def offered(within: Locator, attribute: str) -> list[tuple[str, bool]]:
    """The actions there, each with whether it may be chosen."""
    one = f"one => [one.getAttribute('{attribute}'), one.ariaDisabled !== 'true']"
    found = within.locator(f"[{attribute}]").evaluate_all(f"all => all.map({one})")
    return [(name, may) for name, may in found]


def test_seed_066_067_menu_and_panel_offer_the_same_actions_each_open_or_closed_alike(
    scene: Scene,
) -> None:
    (uid,) = scene.building()
    scene.product.act("linkJob", scene.project, uid, destination={"newWorkspace": {"title": "B"}})
    scene.open()
    scene.select(uid)
    scene.sidebar.get_by_role("button", name="Actions").click()
    panel = scene.sidebar.locator(".actions-panel")
    expect(panel.locator('[data-panel-action="kill"]')).to_have_attribute("aria-disabled", "true")
    in_panel = offered(panel, "data-panel-action")

    menu = scene.menu_of(uid).locator('[data-section="core"]')
    expect(menu.locator('[data-item="kill"]')).to_have_attribute("aria-disabled", "true")

    assert ("unlink", True) in in_panel
    assert offered(menu, "data-item") == in_panel


@pytest.mark.parametrize("view", ["cards", "tree", "table"])
def test_seed_075_076_077_a_right_click_opens_the_menu_on_cards_nodes_and_rows(
    scene: Scene, view: str
) -> None:
    (uid,) = scene.building()
    scene.open(f"{scene.workspace}&view={view}")

    menu = scene.menu_of(uid)

    expect(menu).to_have_accessible_name(f"Actions of {scene.project} {uid}")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    scene.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(scene.page.get_by_role("grid")).to_be_focused()
    scene.expect_selected(uid)


def test_seed_078_the_three_dots_of_a_card_open_its_menu(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open()

    scene.job(uid).locator("header").get_by_role("button", name=f"Menu of {uid}").click()

    expect(scene.page.get_by_role("menu", name=f"Actions of {scene.project} {uid}")).to_be_visible()


def test_seed_079_080_115_123_132_the_menu_has_its_sections_in_order_the_core_actions_first(
    scene: Scene,
) -> None:
    first, second = scene.building(2)
    scene.open()

    menu = scene.menu_of(first)

    sections = menu.locator("[data-section]")
    one = sections.evaluate_all("all => all.map(each => each.dataset.section)")
    assert one == ["core", "quick", "general", "navigation"]
    core = menu.locator('[data-section="core"] [data-item]')
    assert core.evaluate_all("all => all.map(each => each.dataset.item)") == CORE
    expect(menu.get_by_role("menuitem", name="Clear Intermediate Results")).to_have_count(1)
    expect(menu.get_by_role("menuitem", name="Clone…")).to_have_count(1)
    expect(menu.get_by_role("menuitem", name="Delete…")).to_have_count(1)
    expect(menu.locator('[data-item="kill"]')).to_have_attribute("aria-disabled", "true")
    expect(menu.locator('[data-item="queue"]')).to_have_attribute("aria-disabled", "false")
    scene.page.keyboard.press("Escape")
    scene.select(first, second)
    expect(scene.menu_of(second).locator('[data-section="multi"]')).to_be_visible()


def test_seed_081_082_a_next_step_is_built_with_its_inputs_connected(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open()

    scene.menu_of(uid).get_by_role("menuitem", name="Build Dreamer of Tests").click()

    scene.expect_search(rf"\?build={scene.project}\.W1&edit=J\d+$")
    made = scene.page.url.rsplit("=", 1)[1]
    expect(scene.page.locator('[data-slot="dream"] .connection')).to_contain_text(uid)
    inputs = scene.read(made, "status inputs { connections { output parent { uid } } }")
    assert inputs["inputs"] == [{"connections": [{"output": "dream", "parent": {"uid": uid}}]}]


def test_seed_083_084_085_tags_are_given_and_taken_in_the_tags_menu(scene: Scene) -> None:
    (uid,) = scene.building()
    title = f"Good {scene.project}"
    scene.open()
    scene.menu_of(uid).locator('[data-section="general"] [data-item="tags"]').click()
    scene.page.get_by_role("menuitem", name="New tag…").click()
    scene.dialog.get_by_label("Title of a new tag").fill(title)
    scene.dialog.get_by_role("button", name="Create and add").click()
    expect(scene.job(uid).locator(".tag")).to_have_text(title)
    scene.page.keyboard.press("Escape")

    scene.choose(uid, "tags")
    tag = scene.page.get_by_role("menuitemcheckbox", name=title)
    expect(tag).to_have_attribute("aria-checked", "true")
    tag.click()

    expect(scene.job(uid).locator(".tag")).to_have_count(0)
    scene.choose(uid, "tags")
    expect(tag).to_have_attribute("aria-checked", "false")
    tag.click()
    expect(scene.job(uid).locator(".tag")).to_have_text(title)


def test_seed_086_087_the_menu_leads_to_the_project_and_to_each_workspace(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.product.act("linkJob", scene.project, uid, destination={"newWorkspace": {"title": "B"}})
    scene.open(f"?all=jobs&project={scene.project}")

    scene.menu_of(uid).get_by_role("menuitem", name="Go to project").click()

    scene.expect_search(rf"\?p={scene.project}$")
    expect(scene.page.locator("[data-workspace]")).to_have_count(2)
    scene.open(f"?all=jobs&project={scene.project}")
    navigation = scene.menu_of(uid).locator('[data-section="navigation"]')
    expect(navigation.get_by_role("menuitem", name="Go to workspace")).to_have_count(2)
    navigation.get_by_role("menuitem", name="W2 B").click()
    scene.expect_search(rf"\?p={scene.project}&w=W2$")
    expect(scene.job(uid)).to_be_visible()
