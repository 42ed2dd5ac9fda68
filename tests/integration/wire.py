"""The way of one client to mongod, a TCP proxy: requests are watched, held up, and cut off."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

LENGTH_BYTES = 4
"""A message begins with its length, little-endian (MongoDB manual, "MongoDB Wire Protocol")."""
_GONE = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class _Watch:
    words: tuple[bytes, ...]
    act: Callable[[], None]


class Wire:
    """Listens on `port`, on loopback, for a client that wants the mongod on `mongod_port`.

    Messages must not be compressed, or nobody can see what they are about.
    """

    def __init__(self, mongod_port: int) -> None:
        self.port = 0
        self._mongod_port = mongod_port
        self._flows = asyncio.Event()
        self._flows.set()
        self._watches: list[_Watch] = []
        self._clients: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Accept connections; also again after `cut`, on the same port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def hold(self) -> None:
        """Carry nothing any more, in either direction; connections stay as they are."""
        self._flows.clear()

    def let_go(self) -> None:
        """Carry on with what was held, in its order."""
        self._flows.set()

    def cut(self) -> None:
        """Drop all connections and refuse new ones; what was sent still reaches mongod."""
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            client.transport.abort()

    async def close(self) -> None:
        """End everything, and wait until it has ended."""
        self.cut()
        self.let_go()
        await asyncio.gather(*self._carriers)

    def at_next(self, *words: bytes, act: Callable[[], None]) -> None:
        """Call `act` once, when a request with all these words has come and not yet gone on."""
        self._watches.append(_Watch(words, act))

    def expect(self, *words: bytes) -> asyncio.Event:
        """Is set when another request with all these words comes."""
        seen = asyncio.Event()
        self.at_next(*words, act=seen.set)
        return seen

    async def _connected(self, source: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carriers.add(task)
        self._clients.add(client)
        with suppress(OSError):
            answers, mongod = await asyncio.open_connection("127.0.0.1", self._mongod_port)
            await self._carry(source, client, answers, mongod)
        client.close()
        self._clients.discard(client)
        self._carriers.discard(task)

    async def _carry(
        self,
        source: asyncio.StreamReader,
        client: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        mongod: asyncio.StreamWriter,
    ) -> None:
        """Both ways, until one of them ends."""
        ways = [
            asyncio.create_task(self._requests(source, mongod)),
            asyncio.create_task(self._answers(answers, client)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            mongod.close()

    async def _requests(self, source: asyncio.StreamReader, mongod: asyncio.StreamWriter) -> None:
        with suppress(*_GONE):
            while True:
                length = await source.readexactly(LENGTH_BYTES)
                rest = int.from_bytes(length, "little") - LENGTH_BYTES
                message = length + await source.readexactly(rest)
                self._note(message)
                await self._flows.wait()
                mongod.write(message)
                await mongod.drain()

    async def _answers(self, answers: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(*_GONE):
            while data := await answers.read(65536):
                await self._flows.wait()
                client.write(data)
                await client.drain()

    def _note(self, message: bytes) -> None:
        for watch in [w for w in self._watches if all(word in message for word in w.words)]:
            self._watches.remove(watch)
            watch.act()
