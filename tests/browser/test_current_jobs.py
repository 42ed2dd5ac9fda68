"""The Current Jobs dialog: its control bar, its lanes and their cards. Rows 1 to 47 of the seed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pymongo import MongoClient

from tests.browser.scene import Scene, box
from tests.integration.product import Product
from web.embedded_mongo import EmbeddedMongo

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_seed_001_003_011_015_current_jobs_is_a_dialog_of_lanes_with_header_jobs_and_footer(
    scene: Scene,
) -> None:
    uid = scene.queued()

    scene.open("?jobs")

    expect(scene.page.get_by_role("dialog", name="Current Jobs")).to_be_visible()
    lane = scene.sheet.locator('[data-lane="default"]')
    expect(lane.locator(f'[role="grid"] [data-job="{scene.project}.{uid}"]')).to_be_visible()
    expect(lane.locator("header h3")).to_have_text(re.compile("Default"))
    expect(lane.get_by_role("button", name="View Details")).to_be_visible()


def test_seed_004_007_the_control_bar_is_on_top_with_the_tokens_on_its_right(scene: Scene) -> None:
    scene.queued()
    scene.open("?jobs")

    bar = scene.sheet.locator(".control-bar")
    expect(bar.get_by_role("group", name="GPU tokens in use")).to_contain_text("0 / 8")
    top, lanes = box(bar), box(scene.sheet.locator(".lanes"))
    toggle, tokens = box(bar.get_by_role("group", name="Jobs to show")), box(bar.locator(".tokens"))

    assert top["y"] + top["height"] <= lanes["y"]
    assert tokens["x"] > toggle["x"] + toggle["width"]
    assert tokens["x"] + tokens["width"] > top["x"] + top["width"] - 40


@contextmanager
def shared_with(product: Product, alias: str) -> Iterator[None]:
    """Another instance lives on the same tokens."""
    member = {"name": alias, "alive_until": datetime.now(UTC) + timedelta(hours=1), "queued": 0}
    with MongoClient[dict[str, Any]](EmbeddedMongo(product.data_dir).url) as client:
        pools = client["lanekeeper"]["token_pools"]
        pools.update_one({}, {"$set": {"members": {"other": member}}})
        yield
        pools.update_one({}, {"$unset": {"members.other": True}})


def test_seed_008_009_010_tokens_are_told_by_instance_and_in_all_if_there_is_a_limit(
    scene: Scene,
) -> None:
    limit = "mutation($limit: Int) { updateInstanceSettings(input: {tokenLimit: $limit})"
    limit += " { errors { message } } }"
    with shared_with(scene.product, "Lab B"):
        scene.open("?jobs")
        tokens = scene.sheet.locator(".tokens")
        expect(tokens.locator(":scope > span")).to_have_text(
            [re.compile(" 0 / 8$"), "Lab B 0 / 8", re.compile("GPU tokens.*0 / 8")]
        )

    scene.product.ask(limit, limit=None)
    expect(tokens).to_have_count(0)
    scene.product.ask(limit, limit=8)

    expect(tokens).to_be_visible()


def test_seed_002_005_006_the_view_toggle_chooses_among_the_jobs_in_progress(scene: Scene) -> None:
    scene.building()
    queued, running = scene.queued(), scene.running()
    scene.open("?jobs")
    views = scene.sheet.get_by_role("group", name="Jobs to show")
    cards = scene.sheet.locator("[data-job]")

    expect(views.locator("label")).to_have_text(["All 2", "Queued 1", "Active 1"])
    expect(cards).to_have_count(2)
    for view, shown in (("Queued", queued), ("Active", running)):
        views.get_by_role("radio", name=re.compile(view)).check(force=True)
        expect(cards).to_have_count(1)
        expect(scene.job(shown)).to_be_visible()
    views.get_by_role("radio", name=re.compile("All")).check(force=True)

    expect(cards).to_have_count(2)


def test_seed_012_013_014_idle_lanes_are_one_tracker_pinned_to_the_left(scene: Scene) -> None:
    uid = scene.queued()
    scene.open("?jobs")

    tracker = scene.sheet.locator(".idle-lanes")
    expect(tracker).to_have_count(1)
    expect(tracker).to_contain_text("Spare lane")
    expect(scene.sheet.locator("[data-lane]")).to_have_count(1)
    where = box(tracker)
    scene.sheet.locator(".lanes").evaluate("lanes => { lanes.style.width = '500px'; }")
    scene.sheet.locator(".lanes").evaluate("lanes => { lanes.scrollLeft = 200; }")
    assert box(tracker) == where

    scene.product.act("clearJob", scene.project, uid)

    expect(scene.sheet.locator("[data-lane]")).to_have_count(0)
    expect(tracker).to_contain_text("Default")


def test_seed_016_017_018_019_the_header_tells_title_type_and_number_also_under_a_filter(
    scene: Scene,
) -> None:
    running = scene.running()
    scene.queued()
    scene.open("?jobs")
    header = scene.sheet.locator('[data-lane="default"] .lane-head')

    expect(header).to_contain_text("Default")
    expect(header).to_contain_text("Node lane")
    expect(header.locator(".lane-count")).to_have_text("2")
    scene.sheet.get_by_role("radio", name=re.compile("Active")).check(force=True)

    expect(header.locator(".lane-count")).to_have_text("1 / 2")
    expect(scene.sheet.locator('[data-lane] [role="row"]')).to_have_count(1)
    expect(scene.job(running)).to_be_visible()
    scene.expect_search(r"\?jobs=active$")


def test_seed_020_021_022_023_a_click_on_the_header_tells_title_name_and_description(
    scene: Scene,
) -> None:
    scene.queued()
    scene.open("?jobs")
    lane = scene.sheet.locator('[data-lane="default"]')
    details = lane.locator(".lane-details")
    expect(details).to_be_hidden()

    lane.locator("header").get_by_role("button").click()

    expect(details.locator("dt")).to_have_text(["Title", "Name", "About"])
    expect(details.locator("dd").nth(0)).to_have_text("Default")
    expect(details.locator("dd").nth(1)).to_have_text("default")
    expect(details.locator("dd").nth(2)).not_to_be_empty()


def test_seed_024_025_026_027_028_029_030_031_a_card_is_headed_by_what_matters(
    scene: Scene,
) -> None:
    uid = scene.queued()
    scene.open("?jobs")

    card = scene.job(uid)
    parts = card.locator(".card-head > *").evaluate_all(
        "all => all.map(one => one.dataset.fact ?? one.className.baseVal ?? one.className)"
    )
    assert parts == ["mark", "uid", "tokens", "priority", "status"]
    expect(card.locator(".uid")).to_have_text(f"{scene.project} {uid}")
    expect(card.locator('[data-fact="tokens"]')).to_have_text(re.compile(r"^\s*0 GPU tokens"))
    expect(card.locator('[data-fact="priority"]')).to_have_text(re.compile(r"^\s*0 priority"))
    expect(card.locator(".card-head .status")).to_have_text("Queued")
    expect(card.locator(".card-head + .card-type")).to_have_text("Dreamer of Tests")


def test_seed_032_033_034_035_112_a_card_tells_who_and_how_long_and_has_its_action_and_its_menu(
    scene: Scene,
) -> None:
    queued = scene.queued()
    running = scene.running()
    scene.open("?jobs")

    foot = scene.job(running).locator(".card-foot")
    expect(foot).to_contain_text("admin")
    expect(foot.locator("time")).to_have_text(re.compile(r"\d+ s"))
    expect(foot.get_by_role("button", name=re.compile("^Kill"))).to_be_visible()
    scene.job(running).get_by_role("button", name=re.compile("^Menu of")).click()
    expect(scene.page.get_by_role("menu")).to_be_visible()
    scene.page.keyboard.press("Escape")
    scene.job(queued).get_by_role("button", name=re.compile("^Remove from queue")).click()

    expect(scene.job(queued)).to_have_count(0)
    assert scene.status(queued) == "BUILDING"


def test_seed_036_037_038_039_040_041_a_selected_card_is_inspected_opened_and_come_back_from(
    scene: Scene,
) -> None:
    uid = scene.queued()
    scene.open("?jobs")

    scene.job(uid).click()
    expect(scene.job(uid)).to_have_attribute("aria-selected", "true")
    expect(scene.sidebar.locator(f'[data-sidebar="{scene.project}.{uid}"]')).to_be_visible()
    scene.sidebar.locator(".sidebar-foot").get_by_role("button", name="View Job").click()

    expect(scene.page.get_by_role("dialog", name=f"Job {scene.project} {uid}")).to_be_visible()
    expect(scene.page.get_by_role("dialog")).to_have_count(1)
    scene.page.go_back()
    expect(scene.page.get_by_role("dialog", name="Current Jobs")).to_be_visible()
    expect(scene.page.get_by_role("dialog")).to_have_count(1)


def test_seed_042_043_044_045_046_view_details_leads_to_the_table_of_the_lanes_current_jobs(
    scene: Scene,
) -> None:
    uid = scene.queued()
    scene.building()
    scene.open("?jobs")

    scene.sheet.locator('[data-lane="default"] footer').get_by_role(
        "button", name="View Details"
    ).click()

    scene.expect_search(r"\?all=jobs&lane=default&status=queued,launched,started,waiting,running$")
    table = scene.page.get_by_role("grid", name="Jobs")
    expect(table.locator(f'tr[data-job="{scene.project}.{uid}"]')).to_be_visible()
    expect(table.locator("tbody tr[data-status]:not([data-status=QUEUED])")).to_have_count(0)
    expect(scene.page.get_by_label("Lane")).to_have_value("default")
    for status in ("Queued", "Launched", "Started", "Waiting", "Running"):
        expect(scene.page.get_by_role("checkbox", name=status)).to_be_checked()
    expect(scene.page.get_by_role("checkbox", name="Building")).not_to_be_checked()


def test_seed_047_the_table_of_a_lane_is_sorted_and_follows_its_jobs(scene: Scene) -> None:
    first, second = [scene.in_queue(uid) for uid in scene.chain(3)[1:]]
    scene.product.act("setJobPriority", scene.project, first, priority=40)
    scene.open("?jobs")
    scene.sheet.get_by_role("button", name="View Details").click()
    heading = scene.page.get_by_role("columnheader", name="Priority")
    rows = scene.page.locator("tr[data-job]")

    heading.get_by_role("button").click()
    expect(rows.first).to_have_attribute("data-job", f"{scene.project}.{second}")
    scene.expect_search("sort=priority$")
    heading.get_by_role("button").click()
    expect(rows.first).to_have_attribute("data-job", f"{scene.project}.{first}")
    scene.product.act("setJobPriority", scene.project, second, priority=41)
    expect(scene.job(second)).to_contain_text("41")
    scene.product.act("clearJob", scene.project, first)

    expect(rows).to_have_count(1)


def test_nothing_is_moved_under_the_pointer_until_it_is_applied(scene: Scene) -> None:
    first, second, third = [scene.in_queue(uid) for uid in scene.chain(4)[1:]]
    scene.open("?jobs")
    cards = scene.sheet.locator("[data-job]")
    expect(cards).to_have_count(3)
    scene.job(second).click()

    scene.product.act("setJobPriority", scene.project, third, priority=9)
    apply = scene.sheet.get_by_role("button", name="3 moved · apply")
    expect(apply).to_be_visible()
    expect(cards.first).to_have_attribute("data-job", f"{scene.project}.{first}")
    apply.click()

    expect(cards.first).to_have_attribute("data-job", f"{scene.project}.{third}")
    expect(apply).to_have_count(0)
