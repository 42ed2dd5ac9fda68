"""Everything by keyboard: the focus, the keys of a list, and Escape, which takes away one layer."""

import pytest
from playwright.sync_api import expect

from tests.browser.scene import COMMAND, Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_job_is_found_cloned_and_opened_by_keys_alone(scene: Scene) -> None:
    first, second = scene.building(2)
    scene.open()
    grid = scene.page.get_by_role("grid")
    grid.focus()

    scene.page.keyboard.press("ArrowRight")
    scene.page.keyboard.press("ArrowRight")
    scene.expect_selected(second)
    scene.page.keyboard.press("c")
    expect(scene.dialog.get_by_role("button", name="Clone")).to_be_focused()
    scene.page.keyboard.press("Enter")
    scene.expect_selected("J3")
    expect(grid).to_be_focused()
    scene.page.keyboard.press("Enter")

    expect(scene.page.get_by_role("dialog", name=f"Job {scene.project} J3")).to_be_visible()
    assert first == "J1"


def test_the_menu_is_opened_walked_and_left_by_keys(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open()
    grid = scene.page.get_by_role("grid")
    grid.focus()
    scene.page.keyboard.press("ArrowDown")
    scene.expect_selected(uid)

    scene.page.keyboard.press("Shift+F10")
    menu = scene.page.get_by_role("menu")
    expect(menu.locator('[data-item="queue"]')).to_be_focused()
    scene.page.keyboard.press("t")
    expect(menu.locator('[data-item="tags"]')).to_be_focused()
    scene.page.keyboard.press("ArrowRight")
    expect(menu.get_by_role("menuitem", name="New tag…")).to_be_visible()
    scene.page.keyboard.press("ArrowLeft")
    expect(menu.locator('[data-item="queue"]')).to_be_focused()
    scene.page.keyboard.press("Escape")

    expect(menu).to_have_count(0)
    expect(grid).to_be_focused()
    scene.expect_selected(uid)


def test_a_click_elsewhere_closes_the_menu_and_keeps_what_it_has_chosen(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open()
    menu = scene.menu_of(uid)
    field = scene.page.locator("[data-filter]")

    field.click()
    expect(menu).to_have_count(0)
    scene.page.keyboard.type("c")

    expect(field).to_be_focused()
    expect(field).to_have_value("c")
    expect(scene.dialog).to_have_count(0)


def test_escape_takes_away_one_layer_at_a_time(scene: Scene) -> None:
    uid = scene.queued()
    scene.open(f"{scene.workspace}&jobs")
    scene.job(uid).click()
    scene.page.keyboard.press(".")
    scene.job(uid).click(button="right")
    expect(scene.page.get_by_role("menu")).to_be_visible()

    scene.page.keyboard.press("Escape")
    expect(scene.page.get_by_role("menu")).to_have_count(0)
    scene.expect_selected(uid)
    scene.page.keyboard.press("Escape")
    scene.expect_selected()
    expect(scene.sheet).to_be_visible()
    scene.page.keyboard.press("Escape")

    expect(scene.sheet).to_have_count(0)
    scene.expect_search(rf"\?p={scene.project}&w=W1$")


def test_spotlight_leads_to_a_job_of_any_project(scene: Scene) -> None:
    uid = scene.product.make_job(scene.project, "sleeper")
    scene.product.ask(
        "mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { message } } }",
        input={
            "target": {"job": {"uid": {"projectUid": scene.project, "jobUid": uid}}},
            "title": f"Ribosome {scene.project}",
        },
    )
    scene.open("?")

    scene.page.keyboard.press(f"{COMMAND}+k")
    scene.page.keyboard.type(f"ribosome {scene.project}")
    hit = scene.page.get_by_role("option", name=f"Ribosome {scene.project}")
    expect(hit).to_have_attribute("aria-selected", "true")
    scene.page.keyboard.press("Enter")
    opened = scene.page.get_by_role("dialog", name=f"Job {scene.project} {uid}")
    expect(opened).to_be_visible()
    scene.page.keyboard.press("Escape")
    scene.page.keyboard.press(f"{COMMAND}+k")
    scene.page.keyboard.type(f"sleeper {scene.project.lower()}")
    expect(hit).to_have_attribute("aria-selected", "true")
    scene.page.keyboard.press("Enter")

    expect(opened).to_be_visible()


def test_the_focus_stays_on_its_lane_while_jobs_come_and_go(scene: Scene) -> None:
    uids = scene.chain(4)
    scene.in_queue(uids[3])
    scene.open("?jobs")
    lane = scene.sheet.get_by_role("grid")
    lane.focus()
    scene.page.keyboard.press("ArrowDown")
    scene.expect_selected(uids[3])

    scene.in_queue(uids[2])
    scene.in_queue(uids[1])
    expect(lane.locator("[data-job]")).to_have_count(3)
    scene.product.act("clearJob", scene.project, uids[2])
    expect(lane.locator("[data-job]")).to_have_count(2)

    expect(lane).to_be_focused()
    scene.expect_selected(uids[3])
