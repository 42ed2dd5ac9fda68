"""A project as its owner sees it: who works in it, what it is called, where it is put."""

from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.lanes import change
from tests.browser.scene import Scene
from tests.browser.test_a11y import AXE, violations

pytestmark = [pytest.mark.browser, pytest.mark.processes]
PROJECT = "query($p: ProjectUid!) { project(uid: $p) { title description archived %s } }"


def test_people_come_into_a_project_and_leave_it(scene: Scene) -> None:
    change(scene.product, "createUser", name="rosalind", password="photograph 51")
    scene.open(f"?p={scene.project}")
    scene.page.get_by_role("button", name="People…").click()
    name = scene.dialog.get_by_label("Name of a user")

    name.fill("nobody-of-that-name")
    name.press("Enter")
    expect(scene.page.locator('.toast[data-tone="bad"]')).to_contain_text("no such user")
    name.fill("rosalind")
    name.press("Enter")
    person = scene.dialog.locator('[data-person="rosalind"]')
    expect(person).to_be_visible()
    if AXE.is_file():
        assert violations(scene.page) == []
    query = PROJECT % "usersWithAccess { name }"
    there = scene.product.ask(query, p=scene.project)["project"]["usersWithAccess"]
    assert "rosalind" in [user["name"] for user in there]

    person.get_by_role("button", name="Remove rosalind").click()
    expect(person).to_have_count(0)


def in_messages_of(size: int) -> Callable[[WebSocketRoute], None]:
    """As if the server told so many projects at once, where it tells two hundred."""

    def pass_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def ask(message: str | bytes) -> None:
            text = message if isinstance(message, str) else message.decode()
            server.send(text.replace("minIntervalMs: 1000", f"maxBatchSize: {size}"))

        socket.on_message(ask)

    return pass_on


def test_all_projects_are_listed_and_found_however_many_there_are(scene: Scene) -> None:
    first = scene.project
    scene.product.make_project()
    there = "{ projects(first: 1) { totalCount } }"
    count = scene.product.ask(there)["projects"]["totalCount"]
    scene.page.route_web_socket("**/graphql", in_messages_of(count - 1))

    scene.open("?projects")

    expect(scene.page.locator("h1 .count")).to_have_text(str(count))
    expect(scene.page.locator("[data-project]")).to_have_count(count)
    scene.page.get_by_label("Filter the projects").fill(f"{first} ")
    expect(scene.page.locator("[data-project]")).to_have_count(1)


@pytest.mark.parametrize("way", ["menu", "page"])
def test_seed_116_the_intermediate_results_of_a_whole_project_are_cleared(
    scene: Scene, way: str
) -> None:
    if way == "page":
        scene.open(f"?p={scene.project}")
        scene.page.get_by_role("button", name="Clear Intermediate Results…").click()
    else:
        scene.open("?projects")
        scene.page.locator(f'[data-project="{scene.project}"]').click(button="right")
        scene.page.get_by_role("menuitem", name="Clear Intermediate Results…").click()

    expect(scene.dialog).to_contain_text(f"Of every job of {scene.project}")
    expect(scene.dialog).to_contain_text("0 jobs, 0 B are freed")
    expect(scene.dialog.get_by_role("button", name="Clear results")).to_be_disabled()


def test_a_workspace_is_given_another_name_before_everybodys_eyes(scene: Scene) -> None:
    scene.open()
    scene.page.get_by_role("button", name="Edit…").click()
    scene.dialog.get_by_label("Title").fill("Second look")
    scene.dialog.get_by_label("Description").fill("At **200** kV")
    scene.dialog.get_by_role("button", name="Save").click()

    expect(scene.page.get_by_role("heading", name="W1 Second look")).to_be_visible()
    expect(scene.page.locator(".place-head strong")).to_have_text("200")
    change(
        scene.product, "updateWorkspace", projectUid=scene.project, workspaceUid="W1", title="Third"
    )
    expect(scene.page.get_by_role("heading", name="W1 Third")).to_be_visible()


def test_what_another_has_changed_is_overwritten_only_by_a_second_save(scene: Scene) -> None:
    scene.open(f"?p={scene.project}")
    scene.page.get_by_role("button", name="Settings…").click()
    change(scene.product, "updateProject", projectUid=scene.project, title="Ribosome")
    expect(scene.page.get_by_text(f"{scene.project} Ribosome")).to_be_attached()
    save = scene.dialog.get_by_role("button", name="Save")

    scene.dialog.get_by_label("Title").fill("Apoferritin")
    save.click()
    expect(scene.page.locator('.toast[data-tone="bad"]')).to_contain_text("has changed")
    save.click()

    expect(scene.dialog).to_be_hidden()
    there = scene.product.ask(PROJECT % "", p=scene.project)["project"]
    assert there["title"] == "Apoferritin"


def test_a_project_is_given_another_name_put_away_and_brought_back(scene: Scene) -> None:
    scene.open(f"?p={scene.project}")
    settings = scene.page.get_by_role("button", name="Settings…")

    settings.click()
    scene.dialog.get_by_label("Title").fill("Apoferritin")
    scene.dialog.get_by_label("Description").fill("At 200 kV")
    scene.dialog.get_by_role("button", name="Save").click()
    expect(scene.page.get_by_role("heading", name=f"{scene.project} Apoferritin")).to_be_visible()
    settings.click()
    scene.dialog.get_by_role("button", name="Archive").click()
    expect(scene.page.get_by_role("button", name="New workspace")).to_be_disabled()
    assert scene.product.ask(PROJECT % "", p=scene.project)["project"] == {
        "title": "Apoferritin",
        "description": "At 200 kV",
        "archived": True,
    }
    settings.click()
    scene.dialog.get_by_role("button", name="Bring back").click()

    expect(scene.page.get_by_role("button", name="New workspace")).to_be_enabled()


def test_a_project_keeps_every_iteration_of_the_types_that_are_ticked(scene: Scene) -> None:
    scene.open(f"?p={scene.project}")
    settings = scene.page.get_by_role("button", name="Settings…")
    refinement = scene.dialog.get_by_role("checkbox", name="Homogeneous Refinement (RELION)")

    settings.click()
    refinement.check()
    scene.dialog.get_by_role("button", name="Save").click()
    expect(scene.dialog).to_be_hidden()
    scene.open(f"?p={scene.project}")
    settings.click()

    expect(refinement).to_be_checked()
    kept = scene.product.ask(
        "query($p: ProjectUid!) { project(uid: $p) { keepIterationsOf } }", p=scene.project
    )
    assert kept["project"] == {"keepIterationsOf": ["homo_refine_relion"]}
