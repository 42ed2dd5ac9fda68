"""How operations travel: by POST, and by a WebSocket for subscriptions."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

TRANSPORT_WS = Subprotocol("graphql-transport-ws")


class GraphQLFault(Exception):
    """The server refused the request as a whole; `errors` are as it sent them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = errors


class BaseClient:
    """A connection to a Lanekeeper server; `token` is an API token.

    Sockets stay open until the client is left, also those of streams that are read no further.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._socket_url = "ws" + url.removeprefix("http")
        self._authorization = f"Bearer {token}"
        headers = {"authorization": self._authorization}
        self._http = httpx.AsyncClient(headers=headers, timeout=30)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._open.aclose()
        await self._http.aclose()

    async def execute(
        self, query: str, operation_name: str, variables: dict[str, Any]
    ) -> httpx.Response:
        """Send a query or a mutation."""
        return await self._http.post(self._url, json=request(query, operation_name, variables))

    def get_data(self, response: httpx.Response) -> dict[str, Any]:
        """The answer's data; raises GraphQLFault."""
        return data_of(response.json())

    async def execute_ws(
        self, query: str, operation_name: str, variables: dict[str, Any]
    ) -> AsyncIterator[dict[str, Any]]:
        """The data of each message; raises GraphQLFault, and websockets' ConnectionClosed."""
        connecting = connect(self._socket_url, subprotocols=[TRANSPORT_WS])
        socket = await self._open.enter_async_context(connecting)
        await send(socket, "connection_init", payload={"authorization": self._authorization})
        await socket.recv()
        payload = request(query, operation_name, variables)
        await send(socket, "subscribe", id="1", payload=payload)
        while True:
            message = json.loads(await socket.recv())
            match message["type"]:
                case "next":
                    yield data_of(message["payload"])
                case "error":
                    raise GraphQLFault(message["payload"])
                case "ping":
                    await send(socket, "pong")
                case "complete":
                    return


async def send(socket: ClientConnection, type_: str, **more: object) -> None:
    """Send one message of the protocol."""
    await socket.send(json.dumps({"type": type_, **more}))


def request(query: str, operation_name: str, variables: dict[str, Any]) -> dict[str, Any]:
    """What is sent; variables that were not given are left out."""
    given = {
        name: value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        if isinstance(value, BaseModel)
        else value
        for name, value in variables.items()
        if type(value).__name__ != "UnsetType"
    }
    return {"query": query, "operationName": operation_name, "variables": given}


def data_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Its data; raises GraphQLFault."""
    if answer.get("errors"):
        raise GraphQLFault(answer["errors"])
    data: dict[str, Any] = answer["data"]
    return data
