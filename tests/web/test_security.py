"""Which pages and host names may call this server."""

import pytest
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.settings import Settings
from tests.web.client import client
from web.security import SecurityHeaders, allowed_hosts, is_same_origin

HOST = {"host": "lab:8000"}


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"origin": "http://lab:8000"}, True),
        ({"origin": "https://lab:8000"}, True),
        ({"origin": "http://lab:9000"}, False),
        ({"origin": "http://lab"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://lab:8000.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://lab:8000"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://proxy.example"}, True),
    ],
)
def test_a_browsers_request_counts_only_from_our_own_pages(
    headers: dict[str, str], is_ours: bool
) -> None:
    assert is_same_origin(Headers(HOST | headers)) is is_ours


@pytest.mark.parametrize(
    ("host", "more", "expected"),
    [
        ("127.0.0.1", [], ["127.0.0.1", "[::1]", "localhost"]),
        ("lab", ["lab.example"], ["127.0.0.1", "[::1]", "lab", "lab.example", "localhost"]),
        ("0.0.0.0", [], ["*"]),
        ("::", [], ["*"]),
        ("0.0.0.0", ["lab"], ["0.0.0.0", "127.0.0.1", "[::1]", "lab", "localhost"]),
    ],
)
def test_hosts_are_closed_unless_the_operator_listens_everywhere(
    host: str, more: list[str], expected: list[str]
) -> None:
    assert allowed_hosts(Settings(host=host, allowed_hosts=more)) == expected


async def test_a_foreign_name_for_this_server_is_refused() -> None:
    """DNS rebinding: the page's own name leads here, so Origin and Host agree (09, E5)."""

    async def hello(request: Request) -> Response:
        return Response("hello")

    guard = Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(Settings()))
    async with client([Route("/", hello)], [guard]) as opened:
        statuses = [
            (await opened.get("/", headers={"host": host})).status_code
            for host in ("127.0.0.1:8000", "localhost:8000", "evil.example", "evil.example:8000")
        ]

    assert statuses == [200, 200, 400, 400]


async def test_an_answers_own_headers_are_kept() -> None:
    async def hello(request: Request) -> Response:
        return Response("hello", headers={"Referrer-Policy": "no-referrer"})

    async with client([Route("/", hello)], [Middleware(SecurityHeaders)]) as opened:
        headers = (await opened.get("/")).headers

    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
