"""Lanes and targets, looked after by their administrator."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lanes import change
from tests.browser.scene import Scene
from tests.browser.test_a11y import AXE, violations

pytestmark = [pytest.mark.browser, pytest.mark.processes]
LANE = '{ lane(name: "annex") { title desc targets { name title cpuTotal drained } } }'


def confirm(scene: Scene, button: Locator, verb: str) -> None:
    """Press it, and then the button of the dialog that asks."""
    button.click()
    scene.dialog.get_by_role("button", name=verb, exact=True).click()


def fill(form: Locator, **values: str) -> None:
    for name, value in values.items():
        form.locator(f'[name="{name}"]').fill(value)


def edit(scene: Scene, button: Locator, **values: str) -> None:
    """Change some values in the dialog that the button opens."""
    button.click()
    fill(scene.dialog, **values)
    scene.dialog.get_by_role("button", name="Save").click()


def make_lane(scene: Scene, **values: str) -> None:
    scene.page.get_by_text("New lane", exact=True).click()
    fill(scene.page.get_by_role("form", name="New lane"), **values)
    scene.page.get_by_role("button", name="Create lane").click()


def test_a_lane_and_its_machine_are_made_changed_declared_lost_and_deleted(scene: Scene) -> None:
    scene.open("?admin=lanes")
    make_lane(scene, name="annex", title="Annexe")
    lane = scene.page.locator('[data-admin-lane="annex"]')
    expect(lane).to_be_visible()
    ssh = {"host": "127.0.0.1", "port": 9, "user": "nobody"}  # port 9: nobody answers there
    machine = {"hostname": "far", "cpuCores": 2, "ramGb": 16, "ssh": ssh}
    change(scene.product, "createNodeTarget", lane="annex", name="far", **machine)
    target = lane.locator('[data-admin-target="far"]')

    edit_lane = lane.get_by_role("button", name="Edit lane annex")
    edit(scene, edit_lane, title="Annex", desc="Behind the lab")
    expect(lane.get_by_text("Behind the lab")).to_be_visible()
    edit_target = target.get_by_role("button", name="Edit target far")
    edit(scene, edit_target, title="Far away", cpuCores="4")
    expect(target.get_by_text("4 CPU")).to_be_visible()
    expect(target.get_by_text("Unreachable")).to_be_visible()
    lost = target.get_by_role("button", name="Declare lost target far")
    confirm(scene, lost, "Declare lost")
    expect(target.get_by_text("Drained", exact=True)).to_be_visible()  # which stays
    assert scene.product.ask(LANE)["lane"] == {
        "title": "Annex",
        "desc": "Behind the lab",
        "targets": [{"name": "far", "title": "Far away", "cpuTotal": 4, "drained": True}],
    }

    confirm(scene, target.get_by_role("button", name="Delete target far"), "Delete")
    expect(target).to_have_count(0)
    confirm(scene, lane.get_by_role("button", name="Delete lane annex"), "Delete")
    expect(lane).to_have_count(0)
    assert scene.product.ask(LANE)["lane"] is None


def test_a_cluster_begins_with_the_preset_of_its_batch_system(scene: Scene) -> None:
    page = scene.page
    change(scene.product, "createLane", name="site", type="CLUSTER")
    scene.open("?admin=lanes")
    page.get_by_text("New cluster", exact=True).click()
    form = page.get_by_role("form", name="New cluster")
    expect(form.locator('[name="qsubCmdTpl"]')).to_have_value(re.compile("sbatch"))
    if AXE.is_file():
        assert violations(page) == []

    page.get_by_role("radio", name="PBS").check(force=True)
    expect(form.locator('[name="scriptTpl"]')).to_have_value(re.compile("#PBS"))
    fill(form, name="site-pbs")
    page.get_by_role("button", name="Add cluster").click()
    target = page.locator('[data-admin-target="site-pbs"]')
    target.get_by_role("button", name="Verify site-pbs").click()

    expect(target.get_by_role("status")).to_contain_text("It does not answer.")
    for name, mutation in (("site-pbs", "deleteTarget"), ("site", "deleteLane")):
        change(scene.product, mutation, name=name)
