"""The built dashboard and playground: cache headers and content security policy."""

from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parent
DASHBOARD = WEB / "dashboard" / "dist"
PLAYGROUND = WEB / "playground" / "dist"
NOT_BUILT = (
    "The {name} is not built. Run `make build` (it needs Node.js 20); the API works without it.\n"
)
IMMUTABLE = "public, max-age=31536000, immutable"


class BuiltFiles(StaticFiles):
    """The files of one web project: hashed assets are kept for ever, pages are asked for anew."""

    def __init__(self, directory: Path, policy: str) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self._policy = policy

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file with its headers; a path that is not there is 404."""
        response = await super().get_response(path, scope)
        kept = path.startswith("assets/") and response.status_code == 200
        response.headers["Cache-Control"] = IMMUTABLE if kept else "no-cache"
        response.headers["Content-Security-Policy"] = self._policy
        return response


def page(directory: Path, name: str, policy: str) -> Response:
    """The page of a web project, or one sentence that says how to build it."""
    index = directory / "index.html"
    if not index.is_file():
        return PlainTextResponse(NOT_BUILT.format(name=name), status_code=503)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": policy}
    return FileResponse(index, headers=headers)
