"""How the messages of a group of streams leave: encoded once, and written without waiting."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from copy import copy
from typing import Any, Protocol, cast

import orjson
from strawberry.schema import BaseSchema
from strawberry.types import ExecutionResult

from domain.live.groups import Group
from schema.context import Context


class NextPayload:
    """The payload of a `next` message; the frames made of it are kept, by what stands before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._frames: dict[str, str] = {}

    def frame(self, head: str) -> str:
        """The whole message: `head`, the payload, and the bracket that closes it."""
        frame = self._frames.get(head)
        if frame is None:
            frame = self._frames[head] = f"{head}{self.text}}}"
        return frame


class Operation(Protocol):
    """What was asked for, as a transport keeps it."""

    id: str
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


class OpenSocket(Protocol):
    """The socket of an operation."""

    def send_now(self, text: str) -> bool:
        """Send it if the client is not behind; whether it was sent."""
        ...


class SocketOutlet:
    """One operation of a socket, as a group sees it."""

    transport = "graphql-transport-ws"

    def __init__(
        self, schema: BaseSchema, context: Context, operation: Operation, socket: OpenSocket
    ) -> None:
        self._schema = schema
        self._context = context
        self._operation = operation
        self._socket = socket
        self._head = f'{{"id":{orjson.dumps(operation.id).decode()},"type":"next","payload":'

    def put(self, payload: NextPayload) -> bool:
        """Write the frame, unless the client is behind."""
        return self._socket.send_now(payload.frame(self._head))

    async def run_for(self, group: Group) -> AsyncGenerator[NextPayload | None, None]:
        """The operation's messages for the group; None for one with errors."""
        context = copy(self._context)
        context.outlet, context.group = None, group
        results = await self._schema.stream(
            self._operation.query,
            variable_values=self._operation.variables,
            context_value=context,
            operation_name=self._operation.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                yield _payload(cast("ExecutionResult", result))  # streams have no other


def _payload(result: ExecutionResult) -> NextPayload | None:
    if result.errors:
        return None
    said = {"data": result.data}
    if result.extensions:
        said["extensions"] = result.extensions
    return NextPayload(orjson.dumps(said).decode())
