"""What GraphQLView answers over HTTP in many parts, each stream alone or in a group."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData
from strawberry.http.streaming import HTTPStreamTransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL

from schema.context import Context
from web.group_outlets import HttpOutlet
from web.http_streams import Beat, EventStream, MultipartStream, PatientResponse
from web.open_streams import OpenStreams


class StreamingView(GraphQL[Context, None]):
    """Strawberry's view with our streams; `open_streams` counts them."""

    open_streams: OpenStreams
    stream_transport_classes_by_protocol = {  # noqa: RUF012 - as the base class declares it
        GRAPHQL_SSE_PROTOCOL: EventStream,
        MULTIPART_SUBSCRIPTION_PROTOCOL: MultipartStream,
    }

    def outlet_of(self, data: GraphQLRequestData, context: Context) -> HttpOutlet:
        """Where the messages of the stream's group can be put."""
        transport = self._get_stream_transport(data.protocol)
        assert transport is not None
        encode = partial(transport.encode_next, encode_json=self.encode_json_string)
        return HttpOutlet(self.schema, context, data, transport=data.protocol, encode=encode)

    def _stream_result(
        self, request: Request, result: Any, transport: HTTPStreamTransport
    ) -> Callable[[], AsyncGenerator[str, None]]:
        """The parts alone: heartbeats are PatientResponse's, so that no part waits behind one."""
        message = transport.heartbeat_message(self.encode_json_string)
        at_once = transport.send_initial_heartbeat
        request.state.beat = Beat(message, transport.heartbeat_interval, at_once)

        async def parts() -> AsyncGenerator[str, None]:
            async for each in result:
                body = await self.process_result(request, each)
                yield transport.encode_next(body, self.encode_json_string)
            yield transport.encode_complete()

        return parts

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,  # noqa: ARG002
        headers: Mapping[str, str],
    ) -> Response:
        """The stream, which counts for its user from here on; raises TooManyStreams."""
        user_id = request.state.user_id
        self.open_streams.enter(user_id)
        headers = {"Cache-Control": "no-store", **headers}
        leave = partial(self.open_streams.leave, user_id)
        parts = stream()
        assert isinstance(parts, AsyncGenerator)
        response = PatientResponse(parts, headers, request.state.beat, leave)
        request.state.outlet.response = response
        return response
