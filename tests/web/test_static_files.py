"""The built pages: what a browser may keep, and one sentence where nothing was built."""

from pathlib import Path

import pytest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from tests.web.client import client
from web.security import DASHBOARD_POLICY, PLAYGROUND_POLICY, SecurityHeaders
from web.static_files import IMMUTABLE, BuiltFiles, page


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>hello")
    (built / "assets" / "index-Bo3JWcFM.js").write_text("1")
    (built / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return built


async def get(dist: Path, path: str) -> Response:
    async def index(request: Request) -> Response:
        return page(dist, "dashboard", DASHBOARD_POLICY)

    routes = [Route("/", index), Mount("/", BuiltFiles(dist, DASHBOARD_POLICY))]
    async with client(routes, [Middleware(SecurityHeaders)]) as opened:
        answer = await opened.get(path)
    return Response(answer.content, answer.status_code, dict(answer.headers))


async def test_hashed_assets_are_kept_for_ever(dist: Path) -> None:
    response = await get(dist, "/assets/index-Bo3JWcFM.js")

    assert (response.status_code, response.headers["cache-control"]) == (200, IMMUTABLE)


@pytest.mark.parametrize("path", ["/", "/favicon.svg"])
async def test_what_keeps_its_name_is_asked_for_anew(dist: Path, path: str) -> None:
    response = await get(dist, path)

    assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")


async def test_an_asset_that_is_not_there_is_not_kept(dist: Path) -> None:
    response = await get(dist, "/assets/old-11111111.js")

    assert response.status_code == 404
    assert response.headers.get("cache-control") != IMMUTABLE


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fx"])
async def test_no_path_leaves_the_built_files(dist: Path, path: str) -> None:
    response = await get(dist, path)

    assert response.status_code == 404
    assert b"secret" not in response.body


@pytest.mark.parametrize("path", ["/", "/favicon.svg", "/assets/index-Bo3JWcFM.js"])
async def test_every_answer_tells_the_browser_to_run_our_scripts_only(
    dist: Path, path: str
) -> None:
    headers = (await get(dist, path)).headers

    assert headers["content-security-policy"] == DASHBOARD_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("policy", [DASHBOARD_POLICY, PLAYGROUND_POLICY])
def test_no_page_of_ours_reaches_another_host_or_runs_inline_scripts(policy: str) -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "http" not in policy


async def test_a_page_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    response = await get(tmp_path / "nothing", "/")

    assert response.status_code == 503
    assert bytes(response.body).startswith(b"The dashboard is not built. Run `make build`")
