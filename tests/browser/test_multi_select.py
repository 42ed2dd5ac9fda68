"""Selecting several jobs, by mouse and by keyboard. Rows 138 to 149 of the seed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scene import COMMAND, Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("view", ["cards", "table", "tree"])
def test_seed_139_140_146_command_and_click_takes_jobs_in_and_out(scene: Scene, view: str) -> None:
    first, second, third = scene.building(3)
    scene.open(f"{scene.workspace}&view={view}")

    scene.select(first, third)
    scene.expect_selected(first, third)
    scene.select(second, first, third)
    scene.job(second).click(modifiers=[COMMAND])  # type: ignore[list-item]  # a modifier

    scene.expect_selected(first, third)


def test_seed_141_142_command_and_arrows_take_in_the_neighbours_for_as_long_as_they_are_held(
    scene: Scene,
) -> None:
    uids = scene.building(5)
    scene.open()
    scene.select(uids[2])
    grid = scene.page.get_by_role("grid")
    grid.focus()

    scene.page.keyboard.press(f"{COMMAND}+ArrowRight")
    scene.expect_selected(uids[2], uids[3])
    scene.page.keyboard.press(f"{COMMAND}+ArrowLeft")
    scene.page.keyboard.down(COMMAND)
    for _ in range(3):
        scene.page.keyboard.down("ArrowLeft")
    scene.page.keyboard.up("ArrowLeft")
    scene.page.keyboard.up(COMMAND)

    scene.expect_selected(*uids[:4])


def test_seed_141_command_and_arrows_select_nothing_while_nothing_is_selected(
    scene: Scene,
) -> None:
    scene.building(2)
    scene.open()
    scene.page.get_by_role("grid").focus()

    scene.page.keyboard.press(f"{COMMAND}+ArrowRight")

    scene.expect_selected()


@pytest.mark.parametrize("view", ["cards", "table"])
def test_seed_138_143_a_right_click_on_one_of_several_opens_the_menu_for_all(
    scene: Scene, view: str
) -> None:
    first, second, third = scene.building(3)
    scene.open(f"{scene.workspace}&view={view}")
    expect(scene.menu_of(first).locator('[data-section="multi"]')).to_have_count(0)
    scene.page.keyboard.press("Escape")
    scene.select(first, second)

    menu = scene.menu_of(second)

    expect(menu).to_have_accessible_name("Actions of 2 jobs")
    expect(menu.locator('[data-section="core"]')).to_have_count(0)
    expect(menu.get_by_role("menuitem", name="Kill jobs… 0 of 2")).to_be_visible()
    scene.page.keyboard.press("Escape")
    expect(scene.menu_of(third)).to_have_accessible_name(f"Actions of {scene.project} {third}")
    scene.expect_selected(third)


def test_seed_144_145_147_the_multi_sidebar_has_a_palette_and_lets_go_of_one_or_of_all(
    scene: Scene,
) -> None:
    first, second, third = scene.building(3)
    scene.open()
    scene.select(first, second, third)
    cards = scene.sidebar.locator("[data-selected]")
    expect(cards).to_have_count(3)

    scene.sidebar.locator("footer").get_by_role("button", name="Actions").click()
    palette = scene.sidebar.get_by_role("region", name="Actions of 3 jobs")
    expect(palette.locator("[data-panel-action]")).to_have_count(13)
    card = scene.sidebar.locator(f'[data-selected="{scene.project}.{second}"]')
    card.get_by_role("button", name=re.compile("^Clear")).click()
    scene.expect_selected(first, third)
    expect(cards).to_have_count(2)
    scene.sidebar.locator(".multi-head").get_by_role("button", name="Clear").click()

    scene.expect_selected()
    expect(scene.sidebar).to_have_count(0)


def test_seed_148_149_the_ground_and_escape_let_go_of_all(scene: Scene) -> None:
    first, second = scene.building(2)
    scene.open()

    scene.select(first, second)
    scene.page.locator("[data-ground]").click(position={"x": 400, "y": 400})
    scene.expect_selected()
    scene.select(first, second)
    scene.page.keyboard.press("Escape")

    scene.expect_selected()


def test_shift_and_click_selects_a_range(scene: Scene) -> None:
    uids = scene.building(4)
    scene.open(f"{scene.workspace}&view=table")

    scene.job(uids[0]).click()
    scene.job(uids[2]).click(modifiers=["Shift"])

    scene.expect_selected(*uids[:3])
