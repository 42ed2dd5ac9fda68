"""The page as a program in the browser: it is replaced by newer ones, and asks for leave."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.processes]
ASKS = """window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
}"""


def connection(scene: Scene) -> Callable[[], None]:
    """Be between the page and the server; answers how to cut the connection."""
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    scene.page.route_web_socket(re.compile("/graphql"), pass_on)
    return lambda: sockets[-1].close(code=4000)


def newer_version(route: Route) -> None:
    """What the server would say of itself after an update that left the page as it was."""
    answer = route.fetch()
    body = re.sub(r'"version": ?"[^"]+"', '"version":"99.0"', answer.text())
    route.fulfill(response=answer, body=body)


def newer_build(route: Route) -> None:
    """The page as the server would give it after an update."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("assets/index-", "assets/newer-"))


def test_a_page_of_an_older_build_offers_to_be_loaded_again(scene: Scene) -> None:
    cut = connection(scene)
    scene.open("?")
    pill = scene.page.locator(f'[data-pill="{scene.project}.{scene.queued()}"]')
    expect(pill).to_be_visible()
    updated = scene.page.get_by_text("Lanekeeper has been updated.")
    scene.page.route(f"{scene.product.url}/", newer_build)

    cut()

    expect(updated).to_be_visible()
    scene.page.unroute(f"{scene.product.url}/")
    scene.page.get_by_role("button", name="Reload the page").click()
    expect(updated).to_have_count(0)
    expect(pill).to_be_visible()


def test_a_page_whose_server_is_of_another_version_offers_to_be_loaded_again(
    scene: Scene,
) -> None:
    cut = connection(scene)
    scene.open("?")
    updated = scene.page.get_by_text("Lanekeeper has been updated.")
    cut()
    expect(scene.page.get_by_text("Connection lost")).to_have_count(0)
    expect(updated).to_have_count(0)

    scene.page.route(f"{scene.product.url}/graphql", newer_version)
    cut()

    expect(updated).to_be_visible()


def test_the_browser_is_asked_once_whether_it_may_tell_of_ended_jobs(scene: Scene) -> None:
    scene.page.add_init_script(ASKS)
    scene.open("?")
    bell = scene.page.get_by_role("button", name="Be told when jobs end")

    bell.click()

    expect(bell).to_have_count(0)
