"""Long actions: how far they are is seen on every page, and what is not begun can be spared."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def let_go(scene: Scene, uid: str) -> None:
    """The stubborn job comes to its end."""
    (scene.product.directory_of(scene.project) / uid / "go").touch()


def test_a_restart_shows_how_far_it_is_until_it_is_cancelled(scene: Scene) -> None:
    stubborn = scene.in_queue(scene.product.make_job(scene.project, "stubborn"))
    scene.product.wait_for_one(scene.project, [stubborn], "RUNNING")
    done = scene.killed()
    scene.open()
    scene.select(stubborn, done)
    scene.choose(done, "restart")
    scene.dialog.get_by_role("button", name="Restart 2 jobs").click()

    said = scene.page.locator('.toast[data-tone="good"]')
    expect(said).to_have_text(re.compile("^Restart of 2 jobs begun"))
    operation = scene.page.locator('[data-operation="RESTART"]')
    expect(operation).to_contain_text("restart 2 jobs")
    expect(operation.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "0")
    scene.page.get_by_role("link", name="Jobs", exact=True).click()
    operation.get_by_role("button", name="Cancel").click()
    expect(operation.get_by_role("button", name="Cancel")).to_have_count(0)
    let_go(scene, stubborn)

    expect(operation).to_have_count(0)
    toast = scene.page.locator('.toast[data-tone="bad"]')
    expect(toast).to_contain_text("restart: of 2 jobs 1 spared")
    expect(said).to_have_text(re.compile("^1 of 2 jobs restarted"))
    assert scene.status(done) == "KILLED"
    scene.product.wait_for_one(scene.project, [stubborn], "RUNNING")
    let_go(scene, stubborn)
