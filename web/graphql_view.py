"""GraphQL over HTTP: methods, media types, status codes, the size of a request.

By default every check of the public graphql-http audit suite holds (08-graphql, section E).
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from cross_web import HTTPException
from cross_web.request._base import AsyncHTTPRequestAdapter
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData, process_result
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from domain.database import Database
from domain.job_types import Catalogue
from domain.live.hub import Hub
from domain.settings import Settings
from resolvers.graphql import build_schema
from resolvers.permissions import UNAUTHENTICATED
from schema.context import Context
from web.context import Contexts
from web.graphql_sockets import Socket, SocketContext, SocketHandler, admit
from web.media_types import JSON, RESPONSE, negotiate

MAX_BODY = 1024 * 1024
INIT_TIMEOUT_S = 10
MAX_OPERATIONS_PER_SOCKET = 32
NOT_A_STREAM = "Subscriptions need a WebSocket (graphql-transport-ws)."


def graphql_app(
    *, settings: Settings, database: Database, hub: Hub, catalogue: Catalogue, signing_key: bytes
) -> "GraphQLView":
    """The ASGI application behind /graphql, for HTTP and WebSocket."""
    return GraphQLView(Contexts(settings, database, hub, catalogue, signing_key))


class GraphQLView(GraphQL[Context, None]):
    """Strawberry's view with our rules around it; see pitfalls 3 to 8 and 13 of 08-graphql."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = Socket

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(
            build_schema(),
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=INIT_TIMEOUT_S),
            max_subscriptions_per_connection=MAX_OPERATIONS_PER_SOCKET,
        )
        self._contexts = contexts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; hand sockets on."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, _limited(receive))
        media_type = negotiate(request.headers.get("accept"))
        try:
            _require_acceptable(request, media_type)
            request.state.media_type = media_type
            response = await self.run(request)
        except HTTPException as refusal:
            response = _refusal(refusal.status_code, refusal.reason, media_type or JSON)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Any) -> Context:  # noqa: ARG002
        """The context of a request; a socket's caller is not known yet."""
        if isinstance(request, WebSocket):
            return SocketContext.of(await self._contexts.make(_nobody), request)
        return await self._contexts.make(self._contexts.by_connection(request))

    async def on_ws_connect(self, context: Context) -> dict[str, object]:
        """Let the caller in, or raise ConnectionRejectionError; the answer goes with the ack."""
        assert isinstance(context, SocketContext)
        return await admit(context, self._contexts)

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """The operation; raises HTTPException unless the body has the right shape."""
        if request.method == "POST":
            _require_object(await request.get_body())
        data = await super().parse_http_body(request)
        if isinstance(data, GraphQLRequestData):
            if data.operation_name is not None and not isinstance(data.operation_name, str):
                raise HTTPException(400, "`operationName` must be a string.")
            _require_no_subscription(data)
        return data

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Remember the request, for the status and the media type of its answer."""
        response = await super().get_sub_response(request)
        response.request_state = request.state  # type: ignore[attr-defined]  # ours
        return response

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """The answer's body; a request that was not run has no `data`."""
        body = process_result(result)
        was_not_run = isinstance(result, PreExecutionError)
        if was_not_run:
            body.pop("data", None)
        request.state.status = _status(result.errors or [], was_not_run, request.state.media_type)
        return body

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """The answer, in the media type and with the status that were settled."""
        state = sub_response.request_state  # type: ignore[attr-defined]  # set above
        response = Response(
            self.encode_json(response_data),
            status_code=sub_response.status_code or getattr(state, "status", 200),
            media_type=f"{state.media_type}; charset=utf-8",
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def encode_json(self, data: object) -> str:
        """As text: bytes would make a socket send binary frames."""
        return orjson.dumps(data).decode()


async def _nobody() -> None:
    return None


def _status(errors: list[GraphQLError], was_not_run: bool, media_type: str) -> int:
    codes = {(error.extensions or {}).get("code") for error in errors}
    if UNAUTHENTICATED in codes and was_not_run:
        return 401
    return 400 if was_not_run and media_type == RESPONSE else 200


def _require_acceptable(request: Request, media_type: str | None) -> None:
    if request.method not in ("GET", "POST"):
        raise HTTPException(405, "GraphQL only supports GET and POST requests.")
    if media_type is None:
        raise HTTPException(406, f"Not acceptable. Supported: {RESPONSE}, {JSON}.")
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method == "POST" and content_type != JSON:
        raise HTTPException(415, f"Send {JSON}.")


def _require_object(body: bytes | str) -> None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "Unable to parse request body as JSON") from error
    if not isinstance(content, Mapping):
        raise HTTPException(400, "The request body must be a JSON object.")
    if not isinstance(content.get("query"), str):
        raise HTTPException(400, "`query` must be a string.")


def _require_no_subscription(data: GraphQLRequestData) -> None:
    """A subscription that is run as a query would answer nonsense (pitfall 8)."""
    if data.query and data.query.lstrip().startswith("subscription"):
        raise HTTPException(406, NOT_A_STREAM)


def _refusal(status: int, message: str, media_type: str) -> Response:
    if "are not allowed when using GET" in message:
        status = 405
    codes = {405: "METHOD_NOT_ALLOWED", 406: "NOT_ACCEPTABLE", 413: "TOO_LARGE"}
    error = {"message": message, "extensions": {"code": codes.get(status, "BAD_REQUEST")}}
    headers = {"Allow": "GET, POST"} if status == 405 else {}
    body = orjson.dumps({"errors": [error]})
    return Response(body, status, headers, f"{media_type}; charset=utf-8")


def _limited(receive: Receive) -> Receive:
    """`receive` that refuses a body beyond MAX_BODY as soon as it is seen."""
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise HTTPException(413, f"A request has at most {MAX_BODY} bytes.")
        return message

    return receive_limited
