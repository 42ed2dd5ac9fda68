"""What a waiting job asks, answered in the panel that is made for it."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.scene import Scene
from tests.browser.test_a11y import AXE, violations

pytestmark = [pytest.mark.browser, pytest.mark.processes]
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PROGRAM = Path(__file__).parent / "programs" / "classified.py"


def waiting(scene: Scene, type_: str, *inputs: str) -> str:
    """A real job that has asked its user; what it takes was made by another one."""
    product, project = scene.product, scene.project
    source = product.make_job(project, "classified", {"program": str(PROGRAM)})
    uid = product.make_job(project, type_, None, **{name: f"{source}.{name}" for name in inputs})
    scene.in_queue(source)
    scene.in_queue(uid)
    product.wait_for_one(project, [uid], "WAITING")
    return uid


def panel(scene: Scene, uid: str) -> Locator:
    """Its question, by way of its dialog."""
    scene.open(f"?job={scene.project}.{uid}")
    scene.sheet.get_by_role("button", name="Answer").click()
    return scene.sheet.locator("[data-interaction]")


def panel_by_card(scene: Scene, uid: str) -> Locator:
    """Its question, by way of its card in Current Jobs."""
    scene.open("?jobs")
    scene.job(uid).get_by_role("button", name="Answer").click()
    return scene.sheet.locator("[data-interaction]")


def expect_accessible(scene: Scene) -> None:
    for theme in THEMES:
        scene.page.emulate_media(color_scheme=theme)
        if AXE.is_file():
            assert violations(scene.page) == []


def made(scene: Scene, uid: str) -> dict[str, int]:
    """Output → number of its items, where there are any, once the job is done."""
    assert scene.product.wait_done(scene.project, [uid]) == {uid: "COMPLETED"}
    outputs = scene.read(uid, "outputs { name numItems }")["outputs"]
    return {output["name"]: output["numItems"] for output in outputs if output["numItems"]}


def test_classes_are_ticked_as_pictures_and_their_particles_are_kept(scene: Scene) -> None:
    uid = waiting(scene, "select_2D", "particles", "templates")
    asked = panel_by_card(scene, uid)
    tiles = asked.locator("[data-class]")
    expect(tiles).to_have_count(6)
    expect(tiles.first).to_contain_text("Class 5 10.0 Å60 particles")
    expect(tiles.last.locator("img")).to_have_js_property("naturalWidth", 128)
    expect_accessible(scene)

    tiles.nth(0).click()
    tiles.nth(1).get_by_role("checkbox").press("Space")
    expect(asked.get_by_role("status")).to_contain_text(
        "2 of 6 classes, 110 of 210 particles (52 %)"
    )
    asked.get_by_role("button", name="Invert").click()
    scene.page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    scene.go(f"?job={scene.project}.{uid}&tab=interact")
    asked.get_by_role("button", name="Keep 4 classes").click()

    assert made(scene, uid) == {
        "particles_selected": 100,
        "particles_excluded": 110,
        "templates_selected": 4,
        "templates_excluded": 2,
    }


def test_exposures_are_parted_by_limits_and_by_hand(scene: Scene) -> None:
    uid = waiting(scene, "curate_exposures_v2", "exposures")
    asked = panel(scene, uid)
    expect(asked.get_by_role("button", name="Keep 60 exposures")).to_be_visible()

    asked.get_by_label("Greatest Defocus (Å)").press_sequentially("9500.05")
    expect(asked.get_by_label("Greatest Defocus (Å)")).to_have_value("9500.05")
    expect(asked.get_by_role("button", name="Keep 6 exposures")).to_be_visible()
    asked.get_by_role("button", name="Defocus (Å)").click()
    asked.get_by_role("button", name="Defocus (Å)").click()
    asked.get_by_role("checkbox", name="m_059").check()
    asked.get_by_label("Exposures shown").select_option("accepted")
    expect(asked.locator("[data-exposure]")).to_have_count(7)
    asked.get_by_role("checkbox", name="m_000").click()
    expect(asked.locator("[data-exposure]")).to_have_count(6)
    expect(asked.get_by_role("img", name="Diagnostics of m_000")).to_have_js_property(
        "naturalWidth", 128
    )
    expect_accessible(scene)
    asked.get_by_role("button", name="Keep 6 exposures").click()

    assert made(scene, uid) == {"exposures_accepted": 6, "exposures_rejected": 54}
