"""The limit of a fan-out on this server: `python -m bench.raw_uvicorn PORT`."""

import gc
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

_sockets: list[WebSocket] = []


async def publish(request: Request) -> Response:
    """Send the body to every socket."""
    text = (await request.body()).decode()
    for socket in _sockets:
        await socket.send_text(text)
    return Response()


async def subscribe(socket: WebSocket) -> None:
    """Keep a socket until it closes."""
    await socket.accept("raw")
    _sockets.append(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        _sockets.remove(socket)


if __name__ == "__main__":
    gc.set_threshold(200_000, 50, 1000)
    app = Starlette(routes=[Route("/", publish, methods=["POST"]), WebSocketRoute("/", subscribe)])
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="error",
    )
