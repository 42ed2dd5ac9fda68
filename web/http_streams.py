"""Subscriptions over HTTP: server-sent events and multipart, and clients that do not read.

Strawberry's transports, mended where stock clients stumble (08-graphql, pitfalls 9 to 11).
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Beat:
    """What keeps a silent stream open: sent every so often, and at the beginning if `at_once`."""

    part: str
    every_s: float
    at_once: bool


class ClientGone(Exception):
    """The client has left, or takes nothing."""


class PatientResponse(StreamingResponse):
    """A stream that gives up on a client which takes nothing for ten seconds.

    Nothing lies between the parts and the client: who is asked for the next one has sent the last.
    """

    def __init__(
        self,
        parts: AsyncGenerator[str, None],
        headers: Mapping[str, str],
        beat: Beat,
        at_end: Callable[[], None],
    ) -> None:
        super().__init__(parts, headers=headers)
        self._parts = parts
        self._beat = beat
        self._at_end = at_end
        self._turn = asyncio.Lock()
        self._send: Send | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all; however that ends, `at_end` is called and the parts are closed."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._send = None
            self._at_end()
            await self._parts.aclose()

    async def stream_response(self, send: Send) -> None:
        """Send all; what the server keeps of a client that does not read is bounded."""
        head = {"status": self.status_code, "headers": self.raw_headers}
        try:
            async with asyncio.TaskGroup() as group:
                await self._write(send, {"type": "http.response.start", **head})
                if self._beat.at_once:
                    await self._write(send, _body(self._beat.part.encode()))
                self._send = send
                beating = group.create_task(self._keep_beating(send))
                async for part in self._parts:
                    await self._write(send, _body(part.encode()))
                beating.cancel()
                await self._write(send, _body(b"", more=False))
        except* ClientGone:
            pass

    async def _keep_beating(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self._beat.every_s)
            await self._write(send, _body(self._beat.part.encode()))

    async def _write(self, send: Send, message: Message) -> None:
        """Raises ClientGone."""
        async with self._turn:
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await send(message)
            except TimeoutError as error:
                facts = {"action": "not_reading"}
                log.info("A client does not read its stream: closed.", extra=facts)
                raise ClientGone from error
            except OSError as error:
                raise ClientGone from error

    def send_now(self, part: bytes) -> bool:
        """Send it if nothing else is being sent and the client is not behind; whether it was.

        A send that would wait does so before it has begun (uvicorn's `write_paused`): it is undone.
        """
        if self._send is None or self._turn.locked():
            return False
        steps = self._send(_body(part)).__await__()
        try:
            next(steps)
        except StopIteration:
            return True
        except (OSError, RuntimeError):  # closed: the stream's own task sees to it
            return False
        steps.close()
        return False


def _body(part: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": part, "more_body": more}
