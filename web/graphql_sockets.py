"""GraphQL over WebSocket: who is let in, frames that are wrong, and clients that do not read."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass, fields
from typing import Any, Self

from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    SubscribeMessage,
)
from strawberry.subscriptions.protocols.graphql_ws.handlers import BaseGraphQLWSHandler

from domain.live.watches import sign_in_of
from schema.context import Context
from schema.instance import CURSOR_RETENTION_S, SCHEMA_VERSION
from web.context import Contexts
from web.frame_faults import fault_in
from web.group_outlets import SocketOutlet
from web.open_streams import OpenStreams, TooManyStreams
from web.persisted_documents import DocumentRefused

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 10.0
ASKED_ANEW_S = 60.0
"""How often it is asked who is there though nothing tells that it has changed."""
UNAUTHORIZED = 4401
PROTOCOL_ERROR = 1002
FORBIDDEN = 4403
"""Close code of the protocol for callers without good credentials, or none any more."""
SEND = "lanekeeper.send"
"""In a socket's scope: what sends its messages, without Starlette's part, which takes a tenth."""
TOO_MANY = 1013
"""Close code "Try Again Later" for one socket too many: another must be closed first."""


@dataclass
class SocketContext(Context):
    """A socket's context: `connection_params` is what its client said in its first message."""

    connection: WebSocket | None = None
    connection_params: dict[str, Any] | None = None  # JSON from the client
    counted_for: str | None = None
    """The user whose sockets this one is counted among."""

    @classmethod
    def of(cls, context: Context, connection: WebSocket) -> Self:
        """The same context, for this socket."""
        given = {f.name: getattr(context, f.name) for f in fields(Context) if f.init}
        return cls(**given, connection=connection)


async def admit(
    context: SocketContext, contexts: Contexts, open_streams: OpenStreams
) -> dict[str, object]:
    """Find out who is there, and count the socket.

    Raises ConnectionRejectionError for anybody without credentials, and TooManyStreams. The
    answer tells the client how the server will behave (08-graphql, "Transports").
    """
    assert context.connection is not None
    said = (context.connection_params or {}).get("authorization")
    bearer = said if isinstance(said, str) else None
    credentials = contexts.by_connection(context.connection, bearer)
    context.authenticate = credentials.ask_again
    context.viewer = await credentials.ask()
    if context.viewer is None:
        raise ConnectionRejectionError
    open_streams.enter(context.viewer.user_id)
    context.counted_for = context.viewer.user_id
    expires_at = context.viewer.expires_at
    return {
        "expiresAt": expires_at.isoformat() if expires_at else None,
        "heartbeatMs": int(context.settings.stream_heartbeat_s * 1000),
        "resumeWindowSeconds": CURSOR_RETENTION_S,
        "schemaVersion": SCHEMA_VERSION,
    }


async def until_signed_out(context: SocketContext) -> None:
    """Wait until the sign-in that the socket came with ends: revoked, expired, closed, disabled.

    Until then the context's viewer is kept as the user is now, e.g. an administrator no more.
    """
    with context.hub.watches.over(sign_in_of(context.caller)) as watch:
        while True:
            watch.rest()
            viewer = await context.authenticate()
            if viewer is None:
                return
            context.viewer = viewer
            left_s = ASKED_ANEW_S
            if viewer.expires_at is not None:
                left_s = min(left_s, (viewer.expires_at - context.now()).total_seconds())
            await watch.wait(max(left_s, 0.01))


class Socket(ASGIWebSocketAdapter):
    """A socket that gives up on a client which takes nothing for ten seconds."""

    is_given_up = False
    _reader: asyncio.Task[Any] | None = None

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        """What the client sends; whoever reads it is ended with the socket."""
        self._reader = asyncio.current_task()
        messages = super().iter_json(ignore_parsing_errors=ignore_parsing_errors)
        async with aclosing(messages):
            async for message in messages:
                yield message

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one message, or give up: raises WebSocketDisconnected."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await super().send_json(message)
        except TimeoutError as error:
            self._give_up()
            raise WebSocketDisconnected from error

    def send_now(self, text: str) -> bool:
        """Send it if the client is not behind; whether it was sent.

        A send that would wait does so before it has begun (uvicorn's `writable`): it is undone.
        """
        sending = self.ws.scope[SEND]({"type": "websocket.send", "text": text})
        try:
            sending.send(None)
        except StopIteration:
            return True
        except (WebSocketDisconnect, RuntimeError):  # closed: the operation's own task sees to it
            return False
        sending.close()
        return False

    def _give_up(self) -> None:
        """A close frame would wait behind what the client does not take."""
        if self._reader is not None and not self.is_given_up:
            log.info("A client does not read its socket: closed.", extra={"action": "not_reading"})
            self.is_given_up = True
            self._reader.cancel()


class _Watched:
    """What the handlers of both protocols share: a socket ends with the sign-in it came with."""

    context: Context
    websocket: AsyncWebSocketAdapter
    view: Any  # the GraphQLView
    _watch: asyncio.Task[None] | None = None

    async def handle(self) -> None:
        """Serve the socket until it closes, or is given up."""
        try:
            await super().handle()  # type: ignore[misc]  # of the handler that this is mixed into
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert isinstance(self.websocket, Socket)
            if task is None or not self.websocket.is_given_up or task.uncancel() > 0:
                raise

    def _watch_over(self) -> None:
        if self._watch is None:
            self._watch = asyncio.create_task(self._close_when_signed_out())

    async def _close_when_signed_out(self) -> None:
        assert isinstance(self.context, SocketContext)
        try:
            await until_signed_out(self.context)
        except Exception:  # the socket must not outlive its watch
            log.exception("The watch over a socket failed.", extra={"action": "fault"})
        await self.websocket.close(code=FORBIDDEN, reason="Signed out")

    async def _leave(self) -> None:
        """End the watch, and let the socket count no more."""
        assert isinstance(self.context, SocketContext)
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self.context.counted_for is not None:
            self.view.open_streams.leave(self.context.counted_for)
            self.context.counted_for = None


class SocketHandler(_Watched, BaseGraphQLTransportWSHandler[Context, None]):
    """graphql-transport-ws as it is written: a bad operation leaves the socket's others alone."""

    async def handle_message(self, message: Any) -> None:
        """Close for what is no message, with the protocol's code."""
        fault = fault_in(message)
        if fault is None:
            await super().handle_message(message)
        else:
            await self.handle_invalid_message(fault)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """A payload of null is none (the protocol allows it; Strawberry does not)."""
        if message.get("payload", {}) is None:
            message = {"type": "connection_init"}
        try:
            await super().handle_connection_init(message)
        except TooManyStreams:
            await self.websocket.close(TOO_MANY, "Too many sockets of yours are open.")
        if self.connection_acknowledged:
            self._watch_over()

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Find the text of an operation that is named by its hash."""
        if not self.connection_acknowledged:
            await self.websocket.close(code=UNAUTHORIZED, reason="Unauthorized")
            return
        payload: Any = message["payload"]
        try:
            text = self.view.documents.text_of(
                payload.get("query"), payload.get("extensions"), payload.get("documentId")
            )
        except DocumentRefused as refusal:
            error: Any = {"id": message["id"], "type": "error", "payload": [refusal.formatted]}
            await self.send_message(error)
            return
        if text is None:
            await self.handle_invalid_message("The payload names no operation.")
            return
        found: Any = {**message, "payload": {**payload, "query": text}}
        await super().handle_subscribe(found)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Run it with a place where the messages of its group can be put."""
        own = copy(self)
        own.context = copy(self.context)
        assert isinstance(self.websocket, Socket)
        own.context.outlet = SocketOutlet(self.schema, self.context, operation, self.websocket)
        await super(SocketHandler, own).run_operation(operation)

    async def handle_task_exception(self, error: Exception) -> None:
        """Log what went wrong in an operation, unless it is its client that has gone."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    async def shutdown(self) -> None:
        """End the operations, and the watch over the sign-in."""
        await self._leave()
        await super().shutdown()

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:  # noqa: ARG004
        """Never close for a syntax error: it is answered as that operation's error."""
        return None


class LegacySocketHandler(_Watched, BaseGraphQLWSHandler[Context, None]):
    """The old protocol `graphql-ws`, for tools that know no other."""

    async def handle_message(self, message: Any) -> None:
        """Close for what is no message."""
        fault = fault_in(message)
        if fault is None:
            await super().handle_message(message)
        else:
            await self.websocket.close(PROTOCOL_ERROR, fault)

    async def handle_connection_init(self, message: Any) -> None:
        """Let the caller in, and watch over the sign-in."""
        try:
            await super().handle_connection_init(message)
        except TooManyStreams:
            await self.websocket.close(TOO_MANY, "Too many sockets of yours are open.")
        if self.connection_acknowledged:
            self._watch_over()

    async def cleanup(self) -> None:
        """End the operations, and the watch over the sign-in."""
        await self._leave()
        await super().cleanup()
