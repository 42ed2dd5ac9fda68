"""The dashboard in a real Chromium: live, by the API alone, without reload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lanes import change
from tests.browser.scene import Scene
from tests.integration.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.processes]
SMALL = {"count": 6, "size": 512, "particles_per_micrograph": 10}


def test_a_card_goes_from_queued_to_completed_without_reload(
    signed_in: Page, product: Product
) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", SMALL)
    card = signed_in.locator(f'[data-job="{project}.{uid}"]')
    signed_in.goto(f"{product.url}/?jobs")
    signed_in.evaluate("window.loadedOnce = true")

    product.act("queueJob", project, uid)

    expect(card).to_have_attribute("data-status", re.compile("QUEUED|LAUNCHED|STARTED|RUNNING"))
    expect(card).to_have_attribute("data-status", "COMPLETED", timeout=60_000)
    assert signed_in.evaluate("window.loadedOnce") is True


def test_a_running_job_is_killed_from_its_card(signed_in: Page, product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "simulate_data", {"count": 400})
    product.act("queueJob", project, uid)
    card = signed_in.locator(f'[data-job="{project}.{uid}"]')
    signed_in.goto(f"{product.url}/?jobs")
    expect(card).to_have_attribute("data-status", "RUNNING", timeout=30_000)

    card.locator('[data-action="kill"]').click()
    signed_in.locator("dialog.dialog").get_by_role("button", name="Kill job").click()

    expect(card).to_have_attribute("data-status", "KILLED", timeout=30_000)


def test_home_tells_which_of_my_jobs_have_ended_and_how(scene: Scene) -> None:
    queued, uid = scene.queued(), scene.running()
    scene.open("?")
    mine = scene.page.get_by_role("region", name="My jobs")
    ended = scene.page.get_by_role("region", name="Ended lately")
    expect(mine.locator(f'[data-home-job="{scene.project}.{uid}"]')).to_be_visible()

    scene.product.act("killJob", scene.project, uid)

    row = ended.locator(f'[data-home-job="{scene.project}.{uid}"]')
    expect(row.locator(".status")).to_have_text("Killed")
    expect(mine.locator(f'[data-home-job="{scene.project}.{uid}"]')).to_have_count(0)
    expect(ended.locator(f'[data-home-job="{scene.project}.{queued}"]')).to_have_count(0)


def test_after_the_api_was_killed_the_page_shows_what_the_server_has(
    scene: Scene, product: Product
) -> None:
    uids = scene.chain(5)
    for uid in uids[1:4]:
        scene.in_queue(uid)
    scene.open("?jobs")
    cards = scene.sheet.locator("[data-job]")
    expect(cards).to_have_count(3)
    scene.page.evaluate("window.loadedOnce = true")

    product.kill9("api")
    expect(scene.page.get_by_text("Connection lost")).to_be_visible()
    product.wait_healthy()
    product.act("clearJob", scene.project, uids[1])
    scene.in_queue(uids[4])

    expect(scene.page.get_by_text("Connection lost")).to_have_count(0)
    expect(scene.job(uids[4])).to_be_visible()
    expect(scene.job(uids[1])).to_have_count(0)
    expect(cards).to_have_count(3)
    assert scene.page.evaluate("window.loadedOnce") is True


def test_what_someone_else_deletes_goes_from_every_view_and_its_open_page_says_so(
    scene: Scene,
) -> None:
    product, project = scene.product, scene.project
    first, second, third = scene.building(3)
    scene.open(f"{scene.workspace}&view=table")
    scene.select(first, second)

    product.act("deleteJob", project, first)
    expect(scene.job(first)).to_have_count(0)
    scene.expect_selected(second)
    scene.go(f"?build={project}.W1&edit={second}")
    expect(scene.page.locator('[data-param="seconds"]')).to_be_enabled()
    product.act("deleteJob", project, second)
    expect(scene.page.get_by_text("This job has been deleted.")).to_be_visible()
    scene.go(f"{scene.workspace}&job={project}.{third}")
    expect(scene.sheet.get_by_role("tab", name="Overview")).to_be_visible()
    product.act("deleteJob", project, third)
    expect(scene.sheet).to_contain_text(f"{project} {third} Sleeper of Tests has been deleted.")
    scene.page.keyboard.press("Escape")
    change(product, "deleteWorkspace", projectUid=project, workspaceUid="W1")

    expect(scene.page.get_by_text("This workspace has been deleted.")).to_be_visible()
    expect(scene.page.get_by_role("button", name="New job")).to_be_disabled()


def test_the_token_in_the_address_is_spent_and_does_not_stay_there(
    signed_in: Page, product: Product
) -> None:
    signed_in.goto(product.page)

    expect(signed_in.get_by_role("contentinfo")).to_be_visible()
    assert "token" not in signed_in.url


def test_without_a_session_the_page_asks_to_sign_in(page: Page, product: Product) -> None:
    page.goto(product.url)

    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("[data-lane]")).to_have_count(0)


def test_a_user_signs_in_by_password_and_out_again(page: Page, product: Product) -> None:
    made = product.ask(
        'mutation { createUser(input: {name: "guest", password: "open sesame 1953"}) {'
        " errors { message } } }"
    )
    assert made["createUser"]["errors"] == []
    page.goto(product.url)
    page.get_by_label("User name").fill("guest")
    page.get_by_label("Password").fill("open sesame 1953")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("contentinfo")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in to Lanekeeper")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_playground_answers_offline(signed_in: Page, product: Product) -> None:
    errors: list[str] = []
    signed_in.on("pageerror", lambda error: errors.append(str(error)))

    signed_in.goto(f"{product.url}/playground/")

    expect(signed_in.locator(".graphiql-container")).to_be_visible(timeout=40_000)
    assert errors == []
