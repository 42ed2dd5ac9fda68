"""GraphQL over WebSocket (graphql-transport-ws): who is let in, and clients that do not read."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from graphql import GraphQLError
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage

from domain.live.changes import Kind
from schema.context import Context
from schema.instance import CURSOR_RETENTION_S, SCHEMA_VERSION
from web.context import Contexts

SEND_TIMEOUT_S = 10.0
ASKED_ANEW_S = 60.0
"""How often it is asked who is there though nothing tells that it has changed."""
FORBIDDEN = 4403
"""Close code of the protocol for callers without good credentials, or none any more."""
NOT_READING = 1013
"""Close code "Try Again Later": a client that comes back resumes with its cursor."""


@dataclass
class SocketContext(Context):
    """A socket's context: `connection_params` is what its client said in its first message."""

    connection: WebSocket | None = None
    connection_params: dict[str, Any] = field(default_factory=dict)  # JSON from the client

    @classmethod
    def of(cls, context: Context, connection: WebSocket) -> Self:
        """The same context, for this socket."""
        given = {f.name: getattr(context, f.name) for f in fields(Context) if f.init}
        return cls(**given, connection=connection)


async def admit(context: SocketContext, contexts: Contexts) -> dict[str, object]:
    """Find out who is there; raises ConnectionRejectionError for anybody without credentials.

    The answer tells the client how the server will behave (08-graphql, "Transports").
    """
    assert context.connection is not None
    said = context.connection_params.get("authorization")
    bearer = said if isinstance(said, str) else None
    context.authenticate = contexts.by_connection(context.connection, bearer)
    context.viewer = await context.authenticate()
    if context.viewer is None:
        raise ConnectionRejectionError
    return {
        "heartbeatMs": int(context.settings.stream_heartbeat_s * 1000),
        "resumeWindowSeconds": CURSOR_RETENTION_S,
        "schemaVersion": SCHEMA_VERSION,
    }


async def until_signed_out(context: SocketContext) -> None:
    """Wait until the sign-in that the socket came with ends: revoked, expired, closed, disabled.

    Until then the context's viewer is kept as the user is now, e.g. an administrator no more.
    """
    first = context.caller
    ends = {
        (Kind.USERS, first.user_id),
        (Kind.LOGIN_SESSIONS, first.session_id),
        (Kind.API_TOKENS, first.token_id),
    }
    async with context.hub.listen(lambda change: (change.kind, change.id) in ends) as listener:
        while viewer := await context.authenticate():
            context.viewer = viewer
            left_s = ASKED_ANEW_S
            if viewer.expires_at is not None:
                left_s = min(left_s, (viewer.expires_at - context.now()).total_seconds())
            await listener.wait(max(left_s, 0.01))


class Socket(ASGIWebSocketAdapter):
    """A socket that gives up on a client which takes nothing for ten seconds."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one message, or close."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await super().send_json(message)
        except TimeoutError:
            await self.close(NOT_READING, "The client does not read.")
            raise


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """The protocol as it is written: one bad operation leaves the others of a socket alone."""

    _watch: asyncio.Task[None] | None = None

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """A payload of null is none (the protocol allows it; Strawberry does not)."""
        if message.get("payload", {}) is None:
            message = {"type": "connection_init"}
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self._watch is None:
            self._watch = asyncio.create_task(self._close_when_signed_out())

    async def _close_when_signed_out(self) -> None:
        assert isinstance(self.context, SocketContext)
        try:
            await until_signed_out(self.context)
        except Exception as error:  # noqa: BLE001 - the socket must not outlive its watch
            await self.handle_task_exception(error)
        await self.websocket.close(code=FORBIDDEN, reason="Signed out")

    async def shutdown(self) -> None:
        """End the operations, and the watch over the sign-in."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await super().shutdown()

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:  # noqa: ARG004
        """Never close for a syntax error: it is answered as that operation's error."""
        return None
