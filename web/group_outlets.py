"""How the messages of a group of streams leave: encoded once, and written without waiting."""

import abc
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from copy import copy
from typing import Any, Protocol, cast

import orjson
from strawberry.http import GraphQLHTTPResponse
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

    @property
    def query(self) -> str | None:
        """The document."""
        ...

    variables: dict[str, Any] | None
    operation_name: str | None


class SocketOperation(Operation, Protocol):
    """An operation of a socket."""

    id: str


class OpenSocket(Protocol):
    """The socket of an operation."""

    def send_now(self, text: str) -> bool:
        """Send it if the client is not behind; whether it was sent."""
        ...


class OpenResponse(Protocol):
    """The response of an operation over HTTP."""

    def send_now(self, part: bytes) -> bool:
        """Send it if nothing else is being sent and the client is not behind; whether it was."""
        ...


class _Outlet(abc.ABC):
    """One operation, as a group sees it."""

    def __init__(self, schema: BaseSchema, context: Context, operation: Operation) -> None:
        self._schema = schema
        self._context = context
        self._operation = operation

    async def run_for(self, group: Group) -> AsyncGenerator[Any | None, None]:
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
            async for each in results:
                result = cast("ExecutionResult", each)  # streams have no other
                yield None if result.errors else self._encode(_body(result))

    @abc.abstractmethod
    def _encode(self, body: GraphQLHTTPResponse) -> Any:
        """What is put to the members."""


class SocketOutlet(_Outlet):
    """One operation of a socket."""

    transport = "graphql-transport-ws"

    def __init__(
        self, schema: BaseSchema, context: Context, operation: SocketOperation, socket: OpenSocket
    ) -> None:
        super().__init__(schema, context, operation)
        self._socket = socket
        self._head = f'{{"id":{orjson.dumps(operation.id).decode()},"type":"next","payload":'

    def put(self, payload: NextPayload) -> bool:
        """Write the frame, unless the client is behind."""
        return self._socket.send_now(payload.frame(self._head))

    def _encode(self, body: GraphQLHTTPResponse) -> NextPayload:
        return NextPayload(orjson.dumps(body).decode())


class HttpOutlet(_Outlet):
    """One operation over HTTP; `encode` makes a part of `transport` of a message."""

    def __init__(
        self,
        schema: BaseSchema,
        context: Context,
        operation: Operation,
        *,
        transport: str,
        encode: Callable[[GraphQLHTTPResponse], str],
    ) -> None:
        super().__init__(schema, context, operation)
        self.transport = transport
        self.response: OpenResponse | None = None
        self._part = encode

    def put(self, payload: bytes) -> bool:
        """Write the part, unless another is under way or the client is behind."""
        return self.response is not None and self.response.send_now(payload)

    def _encode(self, body: GraphQLHTTPResponse) -> bytes:
        return self._part(body).encode()


def _body(result: ExecutionResult) -> GraphQLHTTPResponse:
    body: GraphQLHTTPResponse = {"data": result.data}
    if result.extensions:
        body["extensions"] = result.extensions
    return body
