"""HTTP that closes connections which do not get to the end of a request."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_TIMEOUT_S = 20.0
"""For head and body together; uvicorn alone waits for ever (09-reliability, T21)."""
UNFINISHED = (h11.IDLE, h11.SEND_BODY)


class ImpatientHttp(H11Protocol):
    """uvicorn's HTTP with a time for each request to arrive in, the first one included.

    Between two requests uvicorn's own keep-alive timer runs, and ours from the next byte on.
    """

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        super().connection_made(transport)
        self._be_patient()

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request, or all of it; a WebSocket is not ours any more."""
        super().data_received(data)
        is_http = self.transport.get_protocol() is self
        if is_http and self.conn.their_state in UNFINISHED:
            self._be_patient()
        else:
            self._be_content()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._be_content()
        super().connection_lost(exc)

    def _be_patient(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(REQUEST_TIMEOUT_S, self.transport.abort)

    def _be_content(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
