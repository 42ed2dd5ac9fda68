"""Files of jobs: what a signed address shows, in which part, as what, and when no more."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from starlette.routing import Route

from domain import clock
from domain.documents import Project
from domain.signing import sign_path
from tests.web.client import client
from web.files import BLOCK, content_type, job_file

KEY = b"k" * 32
TEXT = b"0123456789"
HOUR = timedelta(hours=1)
Fetch = Callable[..., Awaitable[Response]]


@pytest_asyncio.fixture
async def project(make_project: Callable[..., Awaitable[Project]]) -> Path:
    """The directory of P1, with one log of ten bytes."""
    directory = Path((await make_project()).project_dir)
    (directory / "J1").mkdir()
    (directory / "J1" / "job.log").write_bytes(TEXT)
    return directory


@pytest_asyncio.fixture
async def fetch(project: Path) -> AsyncIterator[Fetch]:
    """GETs a path of a project by a fresh address of its own."""
    async with client([Route("/files/{token}/{name}", job_file(KEY))]) as opened:

        async def get(
            path: str,
            *,
            project_uid: str = "P1",
            lifetime: timedelta = HOUR,
            bytes_wanted: str | None = None,
        ) -> Response:
            expires_at = clock.now() + lifetime
            token = sign_path(project_uid, path, KEY, expires_at=expires_at)
            headers = {"range": bytes_wanted} if bytes_wanted else {}
            return await _get(opened, token, headers)

        yield get


async def _get(opened: AsyncClient, token: str, headers: dict[str, str]) -> Response:
    return await opened.get(f"/files/{token}/any-name", headers=headers)


async def test_a_signed_address_gives_the_whole_file(fetch: Fetch) -> None:
    response = await fetch("J1/job.log")

    assert (response.status_code, response.content) == (200, TEXT)
    assert response.headers["content-length"] == "10"
    assert response.headers["accept-ranges"] == "bytes"


async def test_a_file_of_many_blocks_arrives_whole(fetch: Fetch, project: Path) -> None:
    content = os.urandom(3 * BLOCK + 17)
    (project / "J1" / "map.mrc").write_bytes(content)

    response = await fetch("J1/map.mrc")

    assert response.content == content


@pytest.mark.parametrize(
    ("wanted", "content", "content_range"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-4", b"6789", "bytes 6-9/10"),
        ("bytes=-99", TEXT, "bytes 0-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=9-9", b"9", "bytes 9-9/10"),
        ("bytes=0-0,5-6", b"0", "bytes 0-0/10"),
    ],
)
async def test_a_range_gives_exactly_these_bytes(
    fetch: Fetch, wanted: str, content: bytes, content_range: str
) -> None:
    response = await fetch("J1/job.log", bytes_wanted=wanted)

    assert (response.status_code, response.content) == (206, content)
    assert response.headers["content-range"] == content_range
    assert response.headers["content-length"] == str(len(content))


@pytest.mark.parametrize(
    "wanted",
    ["10-", "5-3", "-0", "-", "", "a-b", "--1", "0-" + "9" * 5000],
)
async def test_a_range_that_is_not_there_is_told_the_size(fetch: Fetch, wanted: str) -> None:
    response = await fetch("J1/job.log", bytes_wanted=f"bytes={wanted}")

    assert (response.status_code, response.content) == (416, b"")
    assert response.headers["content-range"] == "bytes */10"


async def test_an_empty_file_has_no_ranges(fetch: Fetch, project: Path) -> None:
    (project / "J1" / "empty.log").touch()

    whole = await fetch("J1/empty.log")
    part = await fetch("J1/empty.log", bytes_wanted="bytes=-5")

    assert (whole.status_code, whole.content) == (200, b"")
    assert (part.status_code, part.headers["content-range"]) == (416, "bytes */0")


async def test_a_range_in_an_unknown_unit_gives_the_whole_file(fetch: Fetch) -> None:
    response = await fetch("J1/job.log", bytes_wanted="lines=1-2")

    assert (response.status_code, response.content) == (200, TEXT)


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("a.png", "image/png", "inline"),
        ("a.JPG", "image/jpeg", "inline"),
        ("a.log", "text/plain; charset=utf-8", "inline"),
        ("a.star", "text/plain; charset=utf-8", "inline"),
        ("a.html", "text/html", "attachment"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.xhtml", "application/xhtml+xml", "attachment"),
        ("a.js", "text/javascript", "attachment"),
        ("a.cs", "application/octet-stream", "attachment"),
        ("noending", "application/octet-stream", "attachment"),
    ],
)
async def test_a_browser_shows_pictures_and_text_and_downloads_the_rest(
    fetch: Fetch, project: Path, name: str, media_type: str, disposition: str
) -> None:
    (project / "J1" / name).write_bytes(b"<script>alert(1)</script>")

    response = await fetch(f"J1/{name}")

    assert response.headers["content-disposition"] == f"{disposition}; filename*=UTF-8''{name}"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    if disposition == "inline":
        assert response.headers["content-type"] == media_type


def test_what_a_browser_would_run_is_never_shown() -> None:
    running = (".html", ".htm", ".xhtml", ".svg", ".xml", ".pdf", ".js", ".mjs", ".shtml", ".mht")

    assert [ending for ending in running if content_type(f"a{ending}")[1]] == []


async def test_a_name_with_quotes_and_lines_stays_in_its_header(
    fetch: Fetch, project: Path
) -> None:
    name = 'a"\r\nX-Evil: 1.txt'
    (project / "J1" / name).write_bytes(TEXT)

    response = await fetch(f"J1/{name}")

    assert response.status_code == 200
    assert "x-evil" not in response.headers
    assert "\n" not in response.headers["content-disposition"]


async def test_an_address_expires(fetch: Fetch) -> None:
    response = await fetch("J1/job.log", lifetime=-timedelta(seconds=1))

    assert response.status_code == 410
    assert "expired" in response.text


@pytest.mark.parametrize(
    "path",
    ["../outside.log", "J1/../../outside.log", "/etc/hostname", "J1", "", "J1/none", "J1/a\0b"],
)
async def test_no_signed_path_leaves_the_project(fetch: Fetch, project: Path, path: str) -> None:
    (project.parent / "outside.log").write_bytes(b"secret")

    response = await fetch(path)

    assert (response.status_code, response.text) == (404, "There is no such file.\n")


async def test_a_link_out_of_the_project_is_not_followed(fetch: Fetch, project: Path) -> None:
    (project.parent / "outside.log").write_bytes(b"secret")
    (project / "J1" / "link.log").symlink_to(project.parent / "outside.log")
    (project / "J1" / "up.log").symlink_to("../../outside.log")

    responses = [await fetch("J1/link.log"), await fetch("J1/up.log")]

    assert [response.status_code for response in responses] == [404, 404]


async def test_a_project_that_is_gone_has_no_files(fetch: Fetch) -> None:
    assert (await fetch("J1/job.log", project_uid="P2")).status_code == 404


async def test_a_changed_token_opens_nothing(project: Path) -> None:
    token = sign_path("P1", "J1/job.log", KEY, expires_at=clock.now() + HOUR)
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    foreign = sign_path("P1", "J1/job.log", b"x" * 32, expires_at=clock.now() + HOUR)

    async with client([Route("/files/{token}/{name}", job_file(KEY))]) as opened:
        statuses = [
            (await _get(opened, secret, {})).status_code
            for secret in (token, changed, foreign, "", "%00", "ä")
        ]

    assert statuses == [200, 404, 404, 404, 404, 404]
