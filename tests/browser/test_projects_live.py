"""Projects and workspaces: what others do to them shows, they can be deleted, and lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.lanes import change
from tests.browser.scene import Scene
from tests.browser.test_interactions import PROGRAM
from tests.integration.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.processes]
PASSWORD = "photograph 51"


def tile(page: Page, kind: str, uid: str) -> Locator:
    return page.locator(f'[data-{kind}="{uid}"]')


def test_the_list_shows_projects_that_others_make_rename_and_delete(scene: Scene) -> None:
    scene.open("?projects")
    expect(tile(scene.page, "project", scene.project)).to_be_visible()
    scene.page.evaluate("window.loadedOnce = true")

    uid = scene.product.make_project()
    made = tile(scene.page, "project", uid)
    expect(made).to_be_visible()
    change(scene.product, "updateProject", projectUid=uid, title="Apoferritin")
    expect(made).to_contain_text("Apoferritin")
    scene.product.make_job(uid, "sleeper")
    expect(made.locator('[data-status="BUILDING"]')).to_contain_text("1")
    change(scene.product, "deleteProject", projectUid=uid)

    expect(made).to_have_count(0)
    assert scene.page.evaluate("window.loadedOnce") is True


def test_a_project_shows_workspaces_that_others_make_rename_and_delete(scene: Scene) -> None:
    scene.open(f"?p={scene.project}")
    first, second = (tile(scene.page, "workspace", uid) for uid in ("W1", "W2"))
    expect(first).to_contain_text("no jobs")

    scene.building()
    expect(first.locator('[data-status="BUILDING"]')).to_contain_text("1")
    change(scene.product, "createWorkspace", projectUid=scene.project, title="Second look")
    expect(second).to_contain_text("Second look")
    where = {"projectUid": scene.project, "workspaceUid": "W2"}
    change(scene.product, "updateWorkspace", **where, title="Third look")
    expect(second).to_contain_text("Third look")
    change(scene.product, "deleteWorkspace", **where)

    expect(second).to_have_count(0)
    change(scene.product, "updateProject", projectUid=scene.project, queuePaused=True)
    expect(scene.page.get_by_text("Queue paused")).to_be_visible()


def test_a_workspace_is_deleted_by_keys_after_a_look_at_what_goes(scene: Scene) -> None:
    [only_here, linked] = scene.building(2)
    title = {"newWorkspace": {"title": "Kept"}}
    scene.product.act("linkJob", scene.project, linked, destination=title)
    scene.open(f"?p={scene.project}")

    scene.page.get_by_role("button", name="Menu of W1").press("Enter")
    scene.page.get_by_role("menuitem", name="Delete…").press("Enter")
    expect(scene.dialog).to_contain_text(f"Delete workspace {scene.project} W1")
    expect(scene.dialog).to_contain_text("1 job is deleted with all results.")
    expect(scene.dialog).to_contain_text("1 job is kept in another workspace.")
    scene.page.keyboard.press("Tab")
    scene.page.keyboard.press("Enter")

    expect(tile(scene.page, "workspace", "W1")).to_have_count(0)
    expect(tile(scene.page, "workspace", "W2")).to_be_visible()
    assert scene.read(only_here, "deleted") == {"deleted": True}
    assert scene.workspace_uids(linked) == ["W2"]


def test_a_project_is_deleted_from_its_page_but_not_with_a_final_result(scene: Scene) -> None:
    uid = scene.product.make_job(scene.project, "classified", {"program": str(PROGRAM)})
    scene.product.wait_for_one(scene.project, [scene.in_queue(uid)], "COMPLETED")
    scene.product.act("setJobFinalResult", scene.project, uid, isFinalResult=True)
    scene.open(f"?p={scene.project}")
    delete = scene.page.get_by_role("button", name="Delete…")
    confirm = scene.dialog.get_by_role("button", name="Delete project")

    delete.click()
    expect(scene.dialog).to_contain_text("1 job is protected. So nothing can be deleted.")
    expect(confirm).to_be_disabled()
    scene.page.keyboard.press("Escape")
    scene.building()
    scene.page.get_by_role("button", name="Menu of W1").click()
    scene.page.get_by_role("menuitem", name="Delete…").click()
    scene.dialog.get_by_role("button", name="Delete workspace").click()
    said = scene.page.locator(".toast")
    stays = f"1 job deleted; workspace {scene.project} W1 stays"
    expect(said.filter(has_text=stays)).to_be_visible()
    expect(tile(scene.page, "workspace", "W1")).to_be_visible()
    scene.product.act("setJobFinalResult", scene.project, uid, isFinalResult=False)
    delete.click()
    confirm.click()

    expect(said.filter(has_text=f"project {scene.project} deleted")).to_be_visible()
    expect(scene.page.get_by_role("heading", name="Projects")).to_be_visible()
    expect(tile(scene.page, "project", scene.project)).to_have_count(0)


@pytest.fixture
def member(browser: Browser, product: Product) -> Iterator[Page]:
    """A page of rosalind, who is no administrator."""
    change(product, "createUser", name="rosalind.e", password=PASSWORD)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(product.url)
    opened.get_by_label("User name").fill("rosalind.e")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Sign in", exact=True).click()
    opened.get_by_role("contentinfo").wait_for()
    yield opened
    context.close()


def test_whoever_loses_access_is_told_so_wherever_they_are(member: Page, product: Product) -> None:
    project = product.make_project()
    uid = product.make_job(project, "sleeper")
    rosalind = {"projectUid": project, "user": {"name": "rosalind.e"}}
    change(product, "addProjectCollaborator", **rosalind)
    pages = [member, *(member.context.new_page() for _ in range(2))]
    places = (f"?p={project}", f"?p={project}&w=W1", f"?job={project}.{uid}")
    for page, place in zip(pages, places, strict=True):
        page.goto(f"{product.url}/{place}")
    for page, sign in zip(pages, (".tile", "[data-job]", ".job-sheet"), strict=True):
        expect(page.locator(sign).first).to_be_visible()

    change(product, "removeProjectCollaborator", **rosalind)

    for page, what in zip(pages, (f"project {project}", f"workspace {project} W1"), strict=False):
        expect(page.get_by_role("alert")).to_contain_text(f"You can no longer see {what}.")
        expect(page.locator("[data-job], .tile")).to_have_count(0)
    expect(pages[2].locator("dialog.sheet")).to_contain_text(f"There is no job {project} {uid}")
