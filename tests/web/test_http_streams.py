"""A response of many parts: what ends it, and who is to blame."""

from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from web.http_streams import Beat, PatientResponse

SCOPE = {"type": "http", "asgi": {"spec_version": "2.4"}}
BEAT = Beat("beat", 60.0, at_once=True)


async def two_parts() -> AsyncGenerator[str, None]:
    yield "one"
    yield "two"


async def broken_part() -> AsyncGenerator[str, None]:
    yield "one"
    raise OSError("the disk")


async def nothing_comes() -> Message:
    raise AssertionError("nobody asks")


class Client:
    """Keeps the bodies that it is sent; `is_gone` after so many."""

    def __init__(self, *, is_gone_after: int = 100) -> None:
        self.bodies: list[bytes] = []
        self.has_left = False
        self._is_gone_after = is_gone_after

    async def send(self, message: Message) -> None:
        if len(self.bodies) >= self._is_gone_after:
            raise OSError("closed")
        if message["type"] == "http.response.body":
            self.bodies.append(message["body"])

    async def read(self, parts: AsyncGenerator[str, None]) -> None:
        def leave() -> None:
            self.has_left = True

        await PatientResponse(parts, {}, BEAT, leave)(SCOPE, nothing_comes, self.send)


async def test_all_parts_are_sent_and_then_the_end() -> None:
    client = Client()

    await client.read(two_parts())

    assert client.bodies == [b"beat", b"one", b"two", b""]
    assert client.has_left


async def test_a_client_that_has_gone_is_no_fault_of_ours() -> None:
    client = Client(is_gone_after=1)

    await client.read(two_parts())

    assert client.has_left


async def test_a_fault_of_the_stream_is_not_taken_for_a_client_that_has_gone() -> None:
    client = Client()

    with pytest.raises(ExceptionGroup, match="TaskGroup"):
        await client.read(broken_part())

    assert client.has_left
