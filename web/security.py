"""What every answer carries and every request must: headers, hosts, the same origin."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.settings import Settings

DASHBOARD_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
PLAYGROUND_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""GraphiQL's editor writes style elements and starts workers from blobs."""
NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For files of jobs: whatever is in them, a browser runs nothing of it."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """Middleware: adds the headers that every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its answer's headers are completed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def allowed_hosts(settings: Settings) -> list[str]:
    """The names by which requests may call this server; others are DNS tricks (09, E5)."""
    own = {"localhost", "127.0.0.1", "[::1]", settings.host, *settings.allowed_hosts}
    return (
        ["*"] if settings.host in ("0.0.0.0", "::") and not settings.allowed_hosts else sorted(own)
    )


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser's request comes from our own pages; programs send no Origin and may.

    `Sec-Fetch-Site` cannot be forged by a page; without it the Origin's host must be ours.
    """
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
