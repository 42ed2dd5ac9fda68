"""The places: build a job, read its log, find it among all, look after the lanes."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]
ROW = 20
"""Pixels of a line of a log."""


def test_a_chain_is_built_and_queued_by_clicking_alone(scene: Scene) -> None:
    scene.open()
    scene.page.get_by_role("button", name="New job").click()
    scene.page.locator('[data-type="sleeper"]').click()
    scene.page.locator('[data-param="seconds"]').fill("0")
    scene.page.locator('[data-param="seconds"]').press("Enter")
    expect(scene.page.locator('label[data-set="true"] [data-param="seconds"]')).to_have_value("0")
    expect(scene.page.locator('[data-param="seconds"]')).to_be_focused()
    scene.page.get_by_role("link", name="W1 W").click()
    scene.page.get_by_role("button", name="New job").click()
    scene.page.locator('[data-type="dreamer"]').click()
    errors = scene.page.get_by_role("status", name="Build errors")
    expect(errors).to_contain_text("Dream")

    scene.page.get_by_label("Connect to Dream").select_option(index=1)
    expect(scene.page.locator(".connection")).to_contain_text("J1")
    expect(errors).to_have_count(0)
    scene.page.get_by_role("button", name="Queue…").click()
    scene.dialog.get_by_role("button", name="Queue job").click()

    expect(scene.page.locator(f'[data-pill="{scene.project}.J2"]')).to_be_visible()
    assert scene.read("J1", "params")["params"]["seconds"] == 0


def test_an_output_is_dragged_onto_an_input_and_taken_off_again(scene: Scene) -> None:
    (source,) = scene.building()
    made = scene.product.ask(
        "mutation($p: ProjectUid!) { createJob(input:"
        ' {projectUid: $p, workspaceUid: "W1", type: "dreamer"}) { job { uid } } }',
        p=scene.project,
    )["createJob"]["job"]["uid"]
    scene.open(f"?build={scene.project}.W1&edit={made}")
    slot = scene.page.locator('[data-slot="dream"]')

    scene.page.locator(f'[data-offer="{source}.dream"]').drag_to(slot)
    expect(slot.locator(".connection")).to_contain_text(source)
    slot.get_by_role("button", name=re.compile("^Disconnect")).click()

    expect(slot.locator(".connection")).to_have_count(0)
    inputs = scene.read(made, "inputs { connections { index } }")["inputs"]
    assert inputs == [{"connections": []}]


def test_a_job_is_described_in_markdown_and_nothing_in_it_becomes_html(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open(f"?job={scene.project}.{uid}")
    scene.sheet.get_by_role("button", name="Describe this job…").click()
    scene.dialog.get_by_label("Title").fill("First look")
    scene.dialog.get_by_label("Description").fill("# Why\n- **120** Å\n- <img src=x>")
    scene.dialog.get_by_role("button", name="Save").click()

    about = scene.sheet.get_by_role("region", name="Description")
    expect(about.get_by_role("heading", name="Why")).to_be_visible()
    expect(about.locator("li strong")).to_have_text("120")
    expect(about.locator("li").last).to_have_text("<img src=x>")
    expect(about.locator("img")).to_have_count(0)
    assert scene.read(uid, "title") == {"title": "First look"}


def test_a_wrong_value_is_told_at_once_and_not_sent(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open(f"?build={scene.project}.W1&edit={uid}")
    field = scene.page.locator('[data-param="seconds"]')

    field.fill("-3")
    field.press("Enter")

    expect(scene.page.locator(".params-form .problem")).to_have_text("At least 0.")
    assert "seconds" not in scene.read(uid, "params")["params"]


def test_the_log_follows_its_end_lets_go_when_scrolled_and_takes_hold_again(scene: Scene) -> None:
    uid = scene.product.make_job(scene.project, "chatter", {"lines": 300})
    scene.in_queue(uid)
    scene.product.wait_for_one(scene.project, [uid], "RUNNING")
    scene.open(f"{scene.workspace}&job={scene.project}.{uid}&tab=log")
    log = scene.page.get_by_role("log", name="Log")
    expect(log.get_by_text("line 300", exact=True)).to_be_visible()
    expect(log).to_have_attribute("data-held", "true")

    log.hover()
    scene.page.mouse.wheel(0, -3000)
    expect(log).to_have_attribute("data-held", "false")
    scene.page.get_by_role("button", name="↓ To the end").click()

    expect(log).to_have_attribute("data-held", "true")
    expect(log.get_by_text("line 300", exact=True)).to_be_visible()


def test_older_lines_of_a_log_come_as_one_scrolls_up_and_nothing_jumps(scene: Scene) -> None:
    uid = scene.product.make_job(scene.project, "chatter", {"lines": 1400})
    scene.in_queue(uid)
    scene.product.wait_for_one(scene.project, [uid], "RUNNING")
    scene.open(f"{scene.workspace}&job={scene.project}.{uid}&tab=log")
    log = scene.page.get_by_role("log", name="Log")
    last = log.get_by_text("line 1400", exact=True)
    expect(last).to_be_visible()
    scene.page.reload()  # what is written now comes from the end
    expect(last).to_be_visible()
    rows = log.locator("div").first
    expect(rows).to_have_css("height", f"{500 * ROW}px")

    log.evaluate("(log, top) => { log.scrollTop = top; }", 10 * ROW)
    expect(rows).to_have_css("height", f"{1000 * ROW}px")
    first_seen = log.locator("p").nth(6)  # six more are drawn above
    assert first_seen.inner_text().endswith(f"line {1400 - 500 + 11}")
    assert log.evaluate("log => log.scrollTop") == 510 * ROW
    for _ in range(2):
        log.evaluate("log => { log.scrollTop = 0; }")
        expect(rows).to_have_css("height", f"{1400 * ROW}px")

    expect(log.get_by_text("line 1", exact=True)).to_be_visible()
    expect(scene.page.get_by_text("This is the beginning of the log.")).to_be_visible()


def test_filters_of_all_jobs_stand_in_the_address_and_survive_a_reload(scene: Scene) -> None:
    queued = scene.queued()
    (idle,) = scene.building()
    scene.open(f"?all=jobs&project={scene.project}")
    expect(scene.job(idle)).to_be_visible()

    scene.page.get_by_role("checkbox", name="Queued").check(force=True)
    expect(scene.job(idle)).to_have_count(0)
    scene.page.reload()

    expect(scene.job(queued)).to_be_visible()
    expect(scene.job(idle)).to_have_count(0)
    scene.product.act("clearJob", scene.project, queued)
    expect(scene.job(queued)).to_have_count(0)
    scene.page.get_by_role("button", name=f"Not only {scene.project}").click()
    scene.expect_search(r"\?all=jobs&status=queued$")


def by_twos(route: Route) -> None:
    """As if the server gave two jobs at once, where it gives two hundred."""
    asked = route.request.post_data or ""
    route.continue_(post_data=asked.replace("first: 200", "first: 2"))


def test_a_change_asks_for_the_list_again_as_far_as_it_was_shown(scene: Scene) -> None:
    scene.building(5)
    scene.page.route(f"{scene.product.url}/graphql", by_twos)
    scene.open(f"?all=jobs&project={scene.project}")
    rows = scene.page.locator("tr[data-job]")
    expect(rows).to_have_count(2)
    scene.page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(4)

    (newest,) = scene.building()

    expect(rows.first).to_have_attribute("data-job", f"{scene.project}.{newest}")
    expect(rows).to_have_count(4)


def test_a_view_of_all_jobs_is_kept_under_a_name(scene: Scene) -> None:
    scene.product.make_job(scene.project, "chatter")
    (sleeper,) = scene.building()
    scene.open(f"?all=jobs&project={scene.project}")
    views = scene.page.get_by_role("navigation", name="Views")
    search = scene.page.get_by_label("Search the jobs")
    search.fill("Sleeper")
    rows = scene.page.locator("tr[data-job]")
    expect(rows).to_have_count(1)

    views.get_by_role("button", name="Save view…").click()
    scene.dialog.get_by_label("Name").fill("Mine")
    scene.page.keyboard.press("Enter")
    views.get_by_role("link", name="All").click()
    expect(search).to_have_value("")
    scene.page.reload()
    views.get_by_role("link", name="Mine").click()

    expect(search).to_have_value("Sleeper")
    expect(rows).to_have_count(1)
    expect(scene.job(sleeper)).to_be_visible()
    views.get_by_role("button", name="Forget the view Mine").click()
    expect(views.get_by_role("link", name="Mine")).to_have_count(0)


def test_a_lane_is_drained_and_resumed_by_its_administrator(scene: Scene) -> None:
    scene.open("?admin=lanes")
    lane = scene.page.locator('[data-admin-lane="spare"]')

    lane.get_by_role("button", name="Drain lane spare").click()
    expect(lane.get_by_text("Drained")).to_be_visible()
    answer = scene.product.ask('{ lane(name: "spare") { drained } }')
    assert answer["lane"]["drained"] is True
    lane.get_by_role("button", name="Resume lane spare").click()

    expect(lane.get_by_text("Drained")).to_have_count(0)


def test_on_a_phone_nothing_is_wider_than_the_screen(scene: Scene) -> None:
    uid = scene.queued()
    scene.page.set_viewport_size({"width": 390, "height": 800})
    for search in ("?", scene.workspace, "?jobs", f"?job={scene.project}.{uid}&tab=log"):
        scene.open(search)

        width = scene.page.evaluate("document.documentElement.scrollWidth")

        assert (search, width) == (search, 390)
