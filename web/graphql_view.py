"""GraphQL over HTTP and WebSocket: methods, media types, status codes, streams.

By default every check of the public graphql-http audit suite holds (08-graphql, section E).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from cross_web import HTTPException
from cross_web.request._base import AsyncHTTPRequestAdapter
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData, process_result
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.subscriptions import (
    GRAPHQL_SSE_PROTOCOL,
    GRAPHQL_TRANSPORT_WS_PROTOCOL,
    GRAPHQL_WS_PROTOCOL,
    MULTIPART_SUBSCRIPTION_PROTOCOL,
)
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from domain.database import Database
from domain.job_types import Catalogue
from domain.live.hub import Hub
from domain.settings import Settings
from resolvers.graphql import build_schema
from schema.context import Context
from web.context import Contexts
from web.graphql_requests import (
    BadShape,
    asks_for,
    limited,
    operation_in,
    parse_body,
    parse_parameters,
    require_post_of_json,
)
from web.graphql_sockets import (
    SEND,
    LegacySocketHandler,
    Socket,
    SocketContext,
    SocketHandler,
    admit,
)
from web.media_types import EVENTS, JSON, MULTIPART, RESPONSE, negotiate, negotiate_stream
from web.open_streams import OpenStreams, TooManyStreams
from web.persisted_documents import DocumentRefused, PersistedDocuments, read_manifest
from web.sign_in.known_callers import KnownCallers
from web.statuses import HttpProfile, status_of, status_of_shape
from web.streaming_view import StreamingView

INIT_TIMEOUT_S = 10
MAX_OPERATIONS_PER_SOCKET = 32
NOT_A_STREAM = (
    f"Subscriptions need a WebSocket (graphql-transport-ws), or `Accept: {EVENTS}`"
    f" or `{MULTIPART};subscriptionSpec=1.0`."
)
CODES = {
    401: "UNAUTHENTICATED",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_STREAMS",
}
TRANSPORTS: Mapping[str, Any] = {EVENTS: "sse", MULTIPART: "multipart-subscription"}


def graphql_app(
    *,
    settings: Settings,
    database: Database,
    hub: Hub,
    catalogue: Catalogue,
    signing_key: bytes,
    callers: KnownCallers,
) -> "GraphQLView":
    """The ASGI application behind /graphql, for HTTP and WebSocket.

    Raises UnusableManifest.
    """
    contexts = Contexts(settings, database, hub, catalogue, signing_key, callers)
    manifest = settings.trusted_documents
    trusted = read_manifest(manifest) if manifest else None
    documents = PersistedDocuments(trusted, only_trusted=settings.only_trusted_documents)
    return GraphQLView(contexts, documents, OpenStreams(settings.streams_per_user))


class GraphQLView(StreamingView):
    """Strawberry's view with our rules around it; see the pitfalls in 08-graphql."""

    graphql_transport_ws_handler_class = SocketHandler
    graphql_ws_handler_class = LegacySocketHandler
    websocket_adapter_class = Socket  # type: ignore[assignment]  # declared as a callable there

    def __init__(
        self, contexts: Contexts, documents: PersistedDocuments, open_streams: OpenStreams
    ) -> None:
        settings = contexts.settings
        legacy = (GRAPHQL_WS_PROTOCOL,) if settings.legacy_sockets else ()
        super().__init__(
            build_schema(),
            graphql_ide=None,
            subscription_protocols=(
                GRAPHQL_TRANSPORT_WS_PROTOCOL,
                *legacy,
                GRAPHQL_SSE_PROTOCOL,
                MULTIPART_SUBSCRIPTION_PROTOCOL,
            ),
            connection_init_wait_timeout=timedelta(seconds=INIT_TIMEOUT_S),
            max_subscriptions_per_connection=MAX_OPERATIONS_PER_SOCKET,
        )
        self.documents = documents
        self.open_streams = open_streams
        self._contexts = contexts
        self._profile = HttpProfile(settings.http_profile)
        self._by_get = settings.queries_by_get

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; hand sockets on."""
        if scope["type"] != "http":
            await super().__call__({**scope, SEND: send}, receive, send)
            return
        request = Request(scope, limited(receive))
        request.state.media_type = negotiate(request.headers.get("accept")) or JSON
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            require_post_of_json(request, queries_by_get=self._by_get)
            return await self.run(request)
        except HTTPException as refusal:
            is_shape = isinstance(refusal, BadShape) or isinstance(
                refusal.__cause__, CannotGetOperationTypeError
            )
            status = status_of_shape(self._profile) if is_shape else refusal.status_code
            return self._refusal(request, status, refusal.reason)
        except DocumentRefused as refusal:
            body = {"errors": [refusal.formatted]}
            return _response(body, self._status([refusal], request, was_run=False), request)
        except TooManyStreams:
            return self._refusal(request, 429, "Too many streams of yours are open.")

    def _refusal(self, request: Request, status: int, message: str) -> Response:
        code = CODES.get(status, "BAD_REQUEST")
        body = {"errors": [{"message": message, "extensions": {"code": code}}]}
        response = _response(body, status, request)
        if status == 405:
            response.headers["Allow"] = "GET, POST" if self._by_get else "POST"
        return response

    async def get_context(self, request: Request | WebSocket, response: Any) -> Context:  # noqa: ARG002
        """The context of a request; a socket's caller is not known yet."""
        if isinstance(request, WebSocket):
            return SocketContext.of(await self._contexts.make(_nobody), request)
        credentials = self._contexts.by_connection(request)
        context = await self._contexts.make(credentials.ask, credentials.ask_again)
        context.last_event_id = request.headers.get("last-event-id") or None
        return context

    async def on_ws_connect(self, context: Context) -> dict[str, object]:
        """Let the caller in, or raise ConnectionRejectionError; the answer goes with the ack."""
        assert isinstance(context, SocketContext)
        return await admit(context, self._contexts, self.open_streams)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The operation; raises HTTPException or DocumentRefused."""
        if request.method == "GET":
            content = parse_parameters(request.query_params)
        else:
            content = parse_body(await request.get_body())
        return operation_in(content, self.documents)

    async def execute_operation(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: Any,
        context: Context,
        root_value: None,
        sub_response: Response,
    ) -> Any:
        """Settle what the answer is sent as, then run the operation."""
        if request.method == "GET" and asks_for(OperationType.MUTATION, request_data):
            raise HTTPException(405, "Mutations are not allowed when using GET.")
        self._choose_media_type(request, request_data, context)
        return await super().execute_operation(
            request, request_adapter, request_data, context, root_value, sub_response
        )

    def _choose_media_type(
        self, request: Request, data: GraphQLRequestData, context: Context
    ) -> None:
        """Raises HTTPException; a subscription run as a query would answer nonsense."""
        accept = request.headers.get("accept")
        streams = asks_for(OperationType.SUBSCRIPTION, data)
        media_type = negotiate_stream(accept) if streams else negotiate(accept)
        if media_type is None:
            taken = NOT_A_STREAM if streams else f"Supported: {RESPONSE}, {JSON}."
            raise HTTPException(406, f"Not acceptable. {taken}")
        request.state.media_type = media_type
        if media_type in TRANSPORTS:
            data.protocol = TRANSPORTS[media_type]
            request.state.user_id = _user_of(context)
            self.open_streams.require_room(request.state.user_id)
            context.outlet = request.state.outlet = self.outlet_of(data, context)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Remember the request, for the status and the media type of its answer."""
        response = await super().get_sub_response(request)
        response.request = request  # type: ignore[attr-defined]  # ours
        return response

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """The answer's body; a request that was not run has no `data`."""
        body = process_result(result)
        errors = result.errors or []
        was_run = not isinstance(result, PreExecutionError) and not _is_refused(result)
        if not was_run:
            body.pop("data", None)
        request.state.status = self._status(errors, request, was_run=was_run)
        return body

    def _status(self, errors: list[Any], request: Request, *, was_run: bool) -> int:
        media_type = request.state.media_type
        return status_of(errors, was_run=was_run, media_type=media_type, profile=self._profile)

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """The answer, in the media type and with the status that were settled."""
        request = sub_response.request  # type: ignore[attr-defined]  # set above
        return _response(response_data, getattr(request.state, "status", 200), request)

    def encode_json(self, data: object) -> str:
        """As text: bytes would make a socket send binary frames."""
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        """As the body of a request is read: never by recursion without limit."""
        return orjson.loads(data)


def _is_refused(result: ExecutionResult) -> bool:
    """Whether no field was run, as when a variable has a wrong value."""
    errors = result.errors or []
    return result.data is None and bool(errors) and all(error.path is None for error in errors)


async def _nobody() -> None:
    return None


def _user_of(context: Context) -> str:
    if context.viewer is None:
        raise HTTPException(401, "Sign in, or send a token.")
    return context.viewer.user_id


def _response(body: object, status: int, request: Request) -> Response:
    media_type = request.state.media_type
    media_type = JSON if media_type in TRANSPORTS else media_type
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(body), status, headers, f"{media_type}; charset=utf-8")
