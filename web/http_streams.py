"""Subscriptions over HTTP: server-sent events and multipart, and clients that do not read.

Strawberry's transports, mended where stock clients stumble (08-graphql, pitfalls 9 to 11).
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.streaming import JSONEncoder, MultipartSubscriptionTransport, SSETransport

log = logging.getLogger(__name__)
SEND_TIMEOUT_S = 10.0


class EventStream(SSETransport):
    """Lines end in LF, and an event's `id` is its cursor: what comes back as `Last-Event-ID`."""

    def encode_next(self, response: GraphQLHTTPResponse, encode_json: JSONEncoder) -> str:
        """One message; its `id` is there if the operation selects `cursor`."""
        cursor = _cursor(response)
        head = f"id: {cursor}\n" if cursor else ""
        return head + self.encode_event("next", encode_json(response))

    def encode_event(self, event: str, data: str | None = None) -> str:
        """`data` is a single line, as orjson writes it."""
        return f"event: {event}\ndata: {data or ''}\n\n"

    def encode_comment(self, comment: str) -> str:
        """What clients skip; it keeps proxies from closing."""
        return f": {comment}\n\n"

    def accepts(self, accept: str) -> bool:  # noqa: ARG002
        """Never by the header alone: a stream is for subscriptions (see GraphQLView)."""
        return False


class MultipartStream(MultipartSubscriptionTransport):
    """Apollo's multipart subscriptions, version 1.0."""

    def accepts(self, accept: str) -> bool:  # noqa: ARG002
        """As for events."""
        return False


def _cursor(response: GraphQLHTTPResponse) -> str | None:
    for message in (response.get("data") or {}).values():
        if isinstance(message, dict) and isinstance(message.get("cursor"), str):
            return str(message["cursor"])
    return None


class PatientResponse(StreamingResponse):
    """A stream that gives up on a client which takes nothing for ten seconds."""

    def __init__(
        self,
        parts: AsyncGenerator[str, None],
        headers: Mapping[str, str],
        at_end: Callable[[], None],
    ) -> None:
        super().__init__(parts, headers=headers)
        self._close = parts.aclose
        self._at_end = at_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all; however that ends, `at_end` is called and the parts are closed."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._at_end()
            await self._close()

    async def stream_response(self, send: Send) -> None:
        """Send all; what the server keeps of a client that does not read is bounded."""

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await send(message)

        try:
            await super().stream_response(send_in_time)
        except TimeoutError:
            log.info("A client does not read its stream: closed.", extra={"action": "not_reading"})
