"""What can be changed of a job that waits in a queue, and the mark of a final result."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lanes import second_lane
from tests.browser.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]
PROGRAM = Path(__file__).parent / "programs" / "classified.py"


def undo(scene: Scene) -> None:
    scene.page.get_by_role("status").get_by_role("button", name="Undo").last.click()


def test_a_queued_job_is_given_another_priority_and_back_and_held_and_released(
    scene: Scene,
) -> None:
    uid = scene.queued()
    before = scene.read(uid, "priority")["priority"]
    scene.open("?jobs")

    scene.choose(uid, "priority")
    expect(scene.dialog.get_by_label("Priority")).to_have_value(str(before))
    scene.dialog.get_by_label("Priority").fill("41")
    scene.page.keyboard.press("Enter")

    expect(scene.job(uid)).to_contain_text("41")
    undo(scene)
    expect(scene.job(uid)).not_to_contain_text("41")
    scene.sidebar.get_by_role("button", name="Actions").click()
    panel = scene.sidebar.locator(".actions-panel")
    panel.get_by_role("button", name="Hold in queue").click()
    panel.get_by_role("button", name="Release").click()
    expect(panel.get_by_role("button", name="Hold in queue")).to_be_visible()
    assert scene.read(uid, "priority onHold") == {"priority": before, "onHold": False}


def test_queued_jobs_change_their_lane_together(scene: Scene) -> None:
    first, second = scene.queued(), scene.queued()
    with second_lane(scene.product, "later") as lane:
        scene.open(f"{scene.workspace}&view=table")

        scene.select(first, second)
        scene.choose(second, "change_lane")
        expect(scene.dialog.get_by_role("heading")).to_have_text("Change lane of 2 jobs?")
        scene.dialog.get_by_role("radio", name=re.compile("Lane later")).check()
        scene.dialog.get_by_role("button", name="Change lane").click()

        for uid in (first, second):
            expect(scene.job(uid)).to_contain_text(lane)
            assert scene.read(uid, "queuedToLane status") == {
                "queuedToLane": lane,
                "status": "QUEUED",
            }
        undo(scene)
        expect(scene.page.locator("[data-job]").filter(has_text=lane)).to_have_count(0)


def test_a_completed_job_is_marked_as_final_and_then_kept_from_deletion(scene: Scene) -> None:
    uid = scene.product.make_job(scene.project, "classified", {"program": str(PROGRAM)})
    scene.in_queue(uid)
    scene.product.wait_for_one(scene.project, [uid], "COMPLETED")
    scene.open()

    scene.choose(uid, "final")

    expect(scene.job(uid).get_by_text("Final", exact=True)).to_be_visible()
    delete = scene.menu_of(uid).locator('[data-item="delete"]')
    expect(delete).to_have_attribute("aria-disabled", "true")
    scene.page.locator('[data-item="not_final"]').click()
    expect(scene.job(uid).get_by_text("Final", exact=True)).to_have_count(0)
    assert scene.read(uid, "isFinalResult") == {"isFinalResult": False}
