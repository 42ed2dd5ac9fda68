"""Files of jobs behind signed addresses: logs, pictures, tables."""

import asyncio
import mimetypes
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from domain import clock
from domain.documents import Project
from domain.errors import NotFound
from domain.files import open_beneath
from domain.signing import AddressExpired, SignatureInvalid, read_path
from web.security import NOTHING_POLICY

BLOCK = 256 * 1024
_MOST_DIGITS = 19  # of a position in a file; longer numbers are nonsense, and slow to read
_SHOWN = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
_AS_TEXT = (".log", ".txt", ".json", ".jsonl", ".star", ".csv")
"""Shown in the browser; everything else is a download, never HTML or SVG (09, T30)."""


def job_file(signing_key: bytes) -> Callable[[Request], Awaitable[Response]]:
    """GET /files/{token}/{name}: the file that the token names, whole or one range of it."""

    async def answer(request: Request) -> Response:
        try:
            uid, path = read_path(request.path_params["token"], signing_key, now=clock.now())
            file = await _open(uid, path)
        except AddressExpired as expired:
            return PlainTextResponse(str(expired), status_code=410)
        except (SignatureInvalid, NotFound, OSError):
            return PlainTextResponse("There is no such file.\n", status_code=404)
        return _stream(file, path, request.headers.get("range"))

    return answer


async def _open(project_uid: str, path: str) -> BinaryIO:
    project = await Project.get(project_uid)
    if project is None:
        raise NotFound("There is no such project.")
    return await asyncio.to_thread(open_beneath, Path(project.project_dir), path)


def content_type(path: str) -> tuple[str, bool]:
    """The media type of a file by its name, and whether a browser may show it."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix in _SHOWN:
        return _SHOWN[suffix], True
    if suffix in _AS_TEXT:
        return "text/plain; charset=utf-8", True
    return mimetypes.guess_type(path)[0] or "application/octet-stream", False


def _stream(file: BinaryIO, path: str, range_header: str | None) -> Response:
    size = os.fstat(file.fileno()).st_size
    media_type, shown = content_type(path)
    name = quote(path.rsplit("/", 1)[-1])
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600" if media_type.startswith("image/") else "no-cache",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": NOTHING_POLICY,
    }
    asked = (range_header or "").removeprefix("bytes=")
    partial = asked != (range_header or "")  # a unit that we do not know is ignored
    wanted = _range(asked, size) if partial else (0, size)
    if wanted is None:
        file.close()
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted
    headers["Content-Length"] = str(end - start)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    body = _blocks(file, start, end)
    return StreamingResponse(body, 206 if partial else 200, headers, media_type)


def _range(asked: str, size: int) -> tuple[int, int] | None:
    """The half-open range of bytes in `asked` ("2-5", "2-" or "-3"); None if it cannot be met.

    One range only (RFC 9110, section 14.2): several are answered with the first.
    """
    first, _, last = asked.split(",")[0].strip().partition("-")
    if not (first + last).isdecimal() or len(first + last) > 2 * _MOST_DIGITS:
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    return (start, end) if start < end else None


async def _blocks(file: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        await asyncio.to_thread(file.seek, start)
        left = end - start
        while left > 0 and (block := await asyncio.to_thread(file.read, min(BLOCK, left))):
            left -= len(block)
            yield block
    finally:
        file.close()
