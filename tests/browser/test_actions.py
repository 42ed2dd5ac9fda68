"""Actions with their dialogs: what they ask, what they do, and where they lead."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lanes import second_lane
from tests.browser.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def reviewed(dialog: Locator) -> list[str]:
    """The uids that the dialog lists for review."""
    names = dialog.locator("[data-review]").evaluate_all(
        "all => all.map(one => one.dataset.review)"
    )
    return [name.split(".")[1] for name in names]


def places_offered(dialog: Locator) -> list[str]:
    """Where the dialog can put the jobs."""
    return dialog.locator("label:has([type=radio])").all_inner_texts()


def second_workspace(scene: Scene, title: str = "B") -> str:
    answer = scene.product.ask(
        "mutation($p: ProjectUid!, $t: String!) {"
        " createWorkspace(input: {projectUid: $p, title: $t}) { workspace { uid } } }",
        p=scene.project,
        t=title,
    )
    uid: str = answer["createWorkspace"]["workspace"]["uid"]
    return uid


def go_on_several(scene: Scene, item: str, *uids: str) -> Locator:
    """Select them and choose from their menu; the dialog."""
    scene.select(*uids)
    scene.choose(uids[-1], item)
    expect(scene.dialog).to_be_visible()
    return scene.dialog


def test_seed_099_100_101_a_kill_asks_first_and_the_killed_job_is_orange_and_stays(
    scene: Scene,
) -> None:
    uid = scene.running()
    scene.open()

    scene.choose(uid, "kill")
    expect(scene.dialog.get_by_role("heading")).to_have_text(f"Kill {scene.project} {uid}?")
    assert scene.status(uid) == "RUNNING"
    scene.dialog.get_by_role("button", name="Kill job").click()

    expect(scene.job(uid)).to_have_attribute("data-status", "KILLED")
    red, green, blue = [
        int(part)
        for part in re.findall(
            r"\d+",
            scene.job(uid).locator(".mark").evaluate("mark => getComputedStyle(mark).stroke"),
        )[:3]
    ]
    assert (red, green, blue) == (217, 106, 11)


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_seed_164_165_167_168_a_link_lists_the_jobs_and_leads_to_them_in_their_workspace(
    scene: Scene, several: bool
) -> None:
    uids = scene.building(3)[: 2 if several else 1]
    other = second_workspace(scene)
    scene.open()

    dialog = go_on_several(scene, "link", *uids)
    assert reviewed(dialog) == uids
    dialog.get_by_label("Choose a workspace").select_option(other)
    dialog.get_by_role("button", name="Link").click()

    scene.expect_search(rf"\?p={scene.project}&w={other}$")
    scene.expect_selected(*uids)
    assert scene.jobs_in(other) == uids
    assert set(uids) < set(scene.jobs_in("W1"))


def test_seed_092_166_jobs_are_linked_to_a_workspace_made_at_that_moment(scene: Scene) -> None:
    uids = scene.building(2)
    scene.open()

    dialog = go_on_several(scene, "link", *uids)
    dialog.get_by_role("radio", name="New workspace").check()
    dialog.get_by_label("Title of the new workspace").fill("Side by side")
    dialog.get_by_role("button", name="Link").click()

    expect(scene.page.get_by_role("heading", name="W2 Side by side")).to_be_visible()
    scene.expect_selected(*uids)
    assert scene.jobs_in("W1") == scene.jobs_in("W2") == uids


def test_seed_095_194_only_the_linked_of_the_selected_jobs_are_unlinked(scene: Scene) -> None:
    linked, alone = scene.building(2)
    scene.product.act(
        "linkJob", scene.project, linked, destination={"newWorkspace": {"title": "B"}}
    )
    scene.open()

    dialog = go_on_several(scene, "unlink", linked, alone)
    expect(dialog.locator('[data-refused="true"]')).to_contain_text(alone)
    dialog.get_by_role("button", name="Unlink job").click()

    expect(scene.job(linked)).to_have_count(0)
    assert scene.workspace_uids(linked) == ["W2"]
    assert scene.workspace_uids(alone) == ["W1"]


def test_seed_170_171_172_173_174_a_move_lists_the_jobs_and_leads_to_a_new_workspace(
    scene: Scene,
) -> None:
    first, second, third = scene.building(3)
    scene.open()

    dialog = go_on_several(scene, "move", first, third)
    assert reviewed(dialog) == [first, third]
    dialog.get_by_role("radio", name="New workspace").check()
    dialog.get_by_label("Title of the new workspace").fill("Moved here")
    dialog.get_by_role("button", name="Move").click()

    scene.expect_search(rf"\?p={scene.project}&w=W2$")
    expect(scene.page.get_by_role("heading", name="W2 Moved here")).to_be_visible()
    scene.expect_selected(first, third)
    assert scene.jobs_in("W1") == [second]


def test_a_move_is_undone_from_its_message(scene: Scene) -> None:
    (uid,) = scene.building()
    second_workspace(scene)
    scene.open()
    go_on_several(scene, "move", uid).get_by_role("button", name="Move").click()
    scene.expect_search("w=W2$")
    scene.expect_selected(uid)

    scene.page.get_by_role("status").get_by_role("button", name="Undo").click()

    expect(scene.job(uid)).to_have_count(0)
    assert scene.workspace_uids(uid) == ["W1"]


def test_seed_176_177_180_181_182_clone_is_focused_and_enter_clones_here_and_selects_the_clones(
    scene: Scene,
) -> None:
    first, second = scene.building(2)
    scene.open()

    dialog = go_on_several(scene, "clone", first, second)
    assert reviewed(dialog) == [first, second]
    expect(dialog.get_by_role("button", name="Clone")).to_be_focused()
    assert places_offered(dialog) == ["Current workspace W1", "Another workspace", "New workspace"]
    scene.page.keyboard.press("Enter")

    expect(scene.page.locator("[data-job]")).to_have_count(4)
    scene.expect_selected("J3", "J4")
    scene.expect_search(rf"\?p={scene.project}&w=W1$")
    assert scene.read("J3", "clonedFrom { uid }") == {"clonedFrom": {"uid": first}}


def test_seed_179_clones_for_another_workspace_are_gone_to(scene: Scene) -> None:
    first, second = scene.building(2)
    other = second_workspace(scene)
    scene.open(f"{scene.workspace}&view=table")

    dialog = go_on_several(scene, "clone", first, second)
    dialog.get_by_role("radio", name="Another workspace").check()
    dialog.get_by_role("button", name="Clone").click()

    scene.expect_search(rf"\?p={scene.project}&w={other}&view=table$")
    scene.expect_selected("J3", "J4")
    assert scene.jobs_in("W1") == [first, second]


def test_seed_183_186_187_188_189_190_191_a_chain_lists_its_jobs_and_its_clones_are_gone_to(
    scene: Scene,
) -> None:
    uids = scene.chain(4)
    scene.open()

    dialog = go_on_several(scene, "clone_chain", uids[0], uids[2])
    expect(dialog.locator("[data-review]")).to_have_count(3)
    assert reviewed(dialog) == uids[:3]
    assert places_offered(dialog) == ["Current workspace W1", "Another workspace", "New workspace"]
    dialog.get_by_role("radio", name="New workspace").check()
    dialog.get_by_label("Title of the new workspace").fill("Again")
    dialog.get_by_role("button", name="Clone").click()

    scene.expect_search(rf"\?p={scene.project}&w=W2$")
    scene.expect_selected("J5", "J6", "J7")
    assert scene.read("J7", "parents { uid }") == {"parents": [{"uid": "J6"}]}


def test_seed_184_185_the_ends_of_no_chain_are_told_so(scene: Scene) -> None:
    first, second = scene.building(2)
    scene.open()

    dialog = go_on_several(scene, "clone_chain", first, second)

    expect(dialog.get_by_role("alert")).to_contain_text("not ends of a valid chain")
    expect(dialog.get_by_role("button", name="Clone")).to_be_disabled()


def test_seed_133_195_196_197_a_deletion_asks_first_with_the_full_list(scene: Scene) -> None:
    uids = scene.building(3)
    scene.open()

    dialog = go_on_several(scene, "delete", *uids[:2])
    assert reviewed(dialog) == uids[:2]
    scene.page.keyboard.press("Escape")
    expect(scene.dialog).to_have_count(0)
    assert scene.jobs_in("W1") == uids
    go_on_several(scene, "delete", *uids[:2]).get_by_role("button", name="Delete 2 jobs").click()

    expect(scene.page.locator("[data-job]")).to_have_count(1)
    assert scene.jobs_in("W1") == uids[2:]


def test_seed_133_134_135_a_deleted_parent_stays_in_the_tree_alone(scene: Scene) -> None:
    parent, child = scene.chain(2)
    scene.open()

    scene.choose(parent, "delete")
    expect(scene.dialog).to_be_visible()
    scene.dialog.get_by_role("button", name="Delete job").click()

    expect(scene.job(parent)).to_have_count(0)
    expect(scene.job(child)).to_be_visible()
    scene.page.get_by_role("radio", name="Tree").check(force=True)
    expect(scene.job(parent)).to_have_attribute("data-deleted", "true")
    expect(scene.page.locator(".tree-lines path")).to_have_attribute("d", re.compile("^M"))
    scene.page.reload()
    expect(scene.job(parent)).to_have_attribute("data-deleted", "true")
    expect(scene.page.locator(".tree-lines path")).to_have_attribute("d", re.compile("^M"))


def test_seed_154_155_a_kill_of_several_lists_what_it_skips_with_the_reason(scene: Scene) -> None:
    running = scene.running()
    (idle,) = scene.building()
    scene.open()

    dialog = go_on_several(scene, "kill", running, idle)

    refused = dialog.locator('[data-refused="true"]')
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text(f"{idle}")
    expect(refused).to_contain_text("Skipped:")
    dialog.get_by_role("button", name="Kill job").click()
    expect(scene.job(running)).to_have_attribute("data-status", "KILLED")


def test_seed_088_089_a_job_is_queued_to_a_lane_of_ones_choice(scene: Scene) -> None:
    uid = scene.chain(2)[1]
    scene.open()

    scene.choose(uid, "queue")
    lanes = scene.dialog.get_by_role("group", name="Lane")
    expect(lanes.get_by_role("radio", name=re.compile("Default"))).to_be_checked()
    scene.dialog.get_by_label("Priority").fill("7")
    scene.dialog.get_by_role("button", name="Queue job").click()

    expect(scene.job(uid)).to_have_attribute("data-status", "QUEUED")
    assert scene.read(uid, "queuedToLane priority") == {"queuedToLane": "default", "priority": 7}


def test_seed_150_151_all_selected_jobs_are_queued_to_the_lane_of_ones_choice(
    scene: Scene,
) -> None:
    uids = scene.chain(3)[1:]
    with second_lane(scene.product, "both") as lane:
        scene.open()

        go_on_several(scene, "queue", *uids)
        scene.dialog.get_by_role("radio", name=re.compile("Lane both")).check()
        scene.dialog.get_by_role("button", name="Queue 2 jobs").click()

        for uid in uids:
            expect(scene.job(uid)).to_have_attribute("data-status", "QUEUED")
            assert scene.read(uid, "queuedToLane") == {"queuedToLane": lane}
        scene.clear_away()


def test_a_refused_action_takes_its_intent_back_and_says_why(scene: Scene) -> None:
    (uid,) = scene.building()
    scene.open()

    scene.choose(uid, "queue")
    scene.dialog.get_by_role("radio", name=re.compile("Spare lane")).check()
    scene.dialog.get_by_role("button", name="Queue job").click()

    message = scene.page.locator('.toast[data-tone="bad"]')
    expect(message).to_contain_text(f"{scene.project} {uid}:")
    expect(scene.job(uid).locator(".status")).to_have_text("Building")
    assert scene.status(uid) == "BUILDING"
