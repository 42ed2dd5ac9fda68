"""Streams over HTTP that ask the same are served by one execution, like sockets."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain import clock, job_moves
from domain.uids import JobKey
from tests.api.streams.live import retitle
from tests.web.transports.conftest import FIELDS, WATCH, Serve
from tests.web.transports.test_events import Event, message_of, reading
from web import http_streams
from web.group_outlets import HttpOutlet

pytestmark = pytest.mark.mongo
TIMEOUT_S = 30.0
LONG = "x" * 500_000
CHANGES = 12
DESCRIBED = WATCH % f"{FIELDS} upserted {{ uid title description }}"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of every part that a group put to a stream, whether it was taken."""
    answers, sound = [], HttpOutlet.put

    def spied(self: HttpOutlet, payload: Any) -> bool:
        is_sent = sound(self, payload)
        answers.append(is_sent)
        return is_sent

    monkeypatch.setattr(HttpOutlet, "put", spied)
    return answers


async def news(events: AsyncIterator[Event]) -> dict[str, Any]:
    """The next message that tells something."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            message = message_of(await anext(events))
            if message["kind"] != "HEARTBEAT":
                return message


async def test_one_part_reaches_every_stream_that_asks_the_same(
    serve: Serve, taken: list[bool]
) -> None:
    async with serve() as api, reading(api) as one, reading(api) as other:
        snapshots = [await news(one), await news(other)]
        while len(taken) < 2:  # until both have met
            await retitle("J1")
            changes = [await news(one), await news(other)]

    assert [message["kind"] for message in snapshots] == ["SNAPSHOT"] * 2
    assert changes[0] == changes[1]
    assert changes[0]["upserted"] == [{"uid": "J1", "title": "changed"}]
    assert all(taken)


async def test_a_stream_that_is_not_read_harms_nobody_and_misses_nothing(
    serve: Serve, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_streams, "SEND_TIMEOUT_S", TIMEOUT_S)
    async with (
        serve() as api,
        reading(api, DESCRIBED) as quick,
        reading(api, DESCRIBED) as slow,
    ):
        await news(quick)
        for number in range(CHANGES):  # `slow` reads none of it, and more than fits into any buffer
            values = {"title": f"{number}", "description": LONG}
            await job_moves.change(JobKey("P1", "J1"), changes=values, now=clock.now())
            while (await news(quick))["upserted"][0]["title"] != f"{number}":
                pass
        seen: list[str] = []
        while seen[-1:] != [f"{CHANGES - 1}"]:
            seen += [job["title"] for job in (await news(slow))["upserted"]]

    told = [int(title) for title in seen if title != "first"]
    assert told == sorted(set(told))  # in order, and none twice
    assert False in taken
