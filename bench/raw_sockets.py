"""Many WebSocket clients in one process, as cheap as Python can: they count frames, no more."""

import asyncio
import base64
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

OP_TEXT, OP_PING = 1, 9
OPEN_TIMEOUT_S = 120.0


def _nobody_listens(payload: bytes, at: float) -> None:
    """What comes before anybody waits for it."""


class RawSocket(asyncio.Protocol):
    """One client; `came` is called with the payload of every text frame and when it came."""

    def __init__(self, host: str, path: str, protocol: str) -> None:
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
        )
        self._held = b""
        self._is_open = False
        self.opened = asyncio.get_running_loop().create_future()
        self.came: Callable[[bytes, float], None] = _nobody_listens

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request.encode())

    def data_received(self, data: bytes) -> None:
        """Take whole frames out of what has come."""
        at = time.perf_counter()
        self._held += data
        if not self._is_open:
            head, separator, rest = self._held.partition(b"\r\n\r\n")
            if not separator:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.opened.set_exception(ConnectionError(head.decode()))
                return
            self._held, self._is_open = rest, True
            self.opened.set_result(None)
        while (frame := self._frame()) is not None:
            opcode, payload = frame
            if opcode == OP_PING:
                self.send(payload, opcode=10)
            elif opcode == OP_TEXT:
                self.came(payload, at)

    def _frame(self) -> tuple[int, bytes] | None:
        held = self._held
        if len(held) < 2:
            return None
        length, begin = held[1] & 127, 2
        if length >= 126:
            begin = 4 if length == 126 else 10
            if len(held) < begin:
                return None
            length = int.from_bytes(held[2:begin], "big")
        if len(held) < begin + length:
            return None
        self._held = held[begin + length :]
        return held[0] & 15, held[begin : begin + length]

    def send(self, payload: bytes, opcode: int = OP_TEXT) -> None:
        """Send one frame, masked with zeros."""
        size = len(payload)
        length = bytes((128 | size,)) if size < 126 else bytes((254,)) + size.to_bytes(2, "big")
        self.transport.write(bytes((128 | opcode,)) + length + bytes(4) + payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has closed."""
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed"))


async def open_sockets(url: str, protocol: str, number: int) -> list[RawSocket]:
    """As many sockets, opened a hundred at a time."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    port = parts.port
    loop = asyncio.get_running_loop()
    sockets: list[RawSocket] = []
    while len(sockets) < number:
        some = [
            await loop.create_connection(
                lambda: RawSocket(parts.netloc, parts.path, protocol), parts.hostname, port
            )
            for _ in range(min(100, number - len(sockets)))
        ]
        await asyncio.gather(*(socket.opened for _, socket in some))
        sockets += [socket for _, socket in some]
    return sockets


class Receipts:
    """When each of many sockets has a frame with a certain text in it."""

    def __init__(self, sockets: list[RawSocket]) -> None:
        self._sockets = sockets

    async def of(self, text: bytes, cause: Awaitable[object]) -> list[float]:
        """Do `cause`; seconds from its start to the receipt, of every socket."""
        done = asyncio.get_running_loop().create_future()
        latencies: list[float] = []
        waiting = set(self._sockets)
        began = time.perf_counter()

        def watch(socket: RawSocket) -> Callable[[bytes, float], None]:
            def came(payload: bytes, at: float) -> None:
                if text in payload and socket in waiting:
                    waiting.discard(socket)
                    latencies.append(at - began)
                    if not waiting:
                        done.set_result(None)

            return came

        for socket in self._sockets:
            socket.came = watch(socket)
        await cause
        await done
        return latencies


@asynccontextmanager
async def subscribers(
    url: str, number: int, query: str, token: str | None = None, *, first: bytes
) -> AsyncIterator[list[RawSocket]]:
    """So many sockets of graphql-transport-ws that subscribe, each past a message with `first`."""
    sockets = await open_sockets(url, "graphql-transport-ws", number)
    credentials = {"authorization": f"Bearer {token}"} if token else {}
    try:
        hello = {"type": "connection_init", "payload": credentials}
        await _each_gets(sockets, b"connection_ack", hello)
        asked = {"type": "subscribe", "id": "1", "payload": {"query": query}}
        await _each_gets(sockets, first, asked)
        yield sockets
    finally:
        for socket in sockets:
            socket.transport.close()


async def _each_gets(sockets: list[RawSocket], text: bytes, message: object) -> None:
    frame = json.dumps(message).encode()

    async def send() -> None:
        for number, socket in enumerate(sockets):
            socket.send(frame)
            if number % 50 == 0:
                await asyncio.sleep(0)

    async with asyncio.timeout(OPEN_TIMEOUT_S):
        await Receipts(sockets).of(text, send())
