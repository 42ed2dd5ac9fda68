"""A client that goes away in the middle of its request is no fault of the server."""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)


class GoneClients:
    """Middleware: nobody is there to be answered, and no traceback is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, unless the client goes before its request is whole."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            log.info("A client went away in the middle of its request.", extra={"action": "gone"})
