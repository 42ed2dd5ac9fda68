"""Subscribers over WebSocket who come back by their cursor, whatever breaks under them."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from domain.database import Row
from tests.chaos_feed.stories import JobStory, LogStory, Story
from tests.integration.product import TOKEN

JOBS = """
subscription ($after: Cursor, $filter: JobFilter, $rest: Int!) {
  jobChanges(after: $after, filter: $filter, minIntervalMs: $rest, maxBatchSize: 500) {
    cursor sequence kind snapshotComplete upserted { id uid revision } removed { id } } }
"""
LOG = """
subscription ($after: Cursor, $job: ID!) {
  jobEventLog(after: $after, ref: {id: $job}, maxBatchSize: 500) {
    cursor sequence kind snapshotComplete entries { id } } }
"""
PAUSE_S = 0.1
SILENCE_S = 40.0
"""Heartbeats come more often than that; a socket without any is given up."""


@dataclass
class Follower:
    """One subscription; `truth` is the query of what it should have in the end."""

    story: JobStory | LogStory
    query: str
    variables: dict[str, Any]
    truth: Row
    reconnects: int = 0
    may_connect: asyncio.Event = field(default_factory=asyncio.Event)
    _socket: ClientConnection | None = None

    async def follow(self, urls: Sequence[str], chance: random.Random) -> None:
        """Until cancelled: connect to one of the servers, listen, come back."""
        while True:
            await self.may_connect.wait()
            try:
                async with self._opened(chance.choice(urls)) as socket:
                    await self._listen(socket)
            except (OSError, TimeoutError, WebSocketException):
                await asyncio.sleep(PAUSE_S)  # a server that is down needs a moment
            self.reconnects += 1

    @asynccontextmanager
    async def _opened(self, url: str) -> AsyncIterator[ClientConnection]:
        protocol = Subprotocol("graphql-transport-ws")
        address = url.replace("http", "ws", 1) + "/graphql"
        async with connect(
            address, subprotocols=[protocol], max_size=None, open_timeout=10, close_timeout=1
        ) as socket:
            self._socket = socket
            try:
                yield socket
            finally:
                self._socket = None

    async def _listen(self, socket: ClientConnection) -> None:
        hello = {"type": "connection_init", "payload": {"authorization": f"Bearer {TOKEN}"}}
        await socket.send(json.dumps(hello))
        async with asyncio.timeout(SILENCE_S):
            await socket.recv()
        payload = {"query": self.query, "variables": {**self.variables, "after": self.story.cursor}}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        while True:
            async with asyncio.timeout(SILENCE_S):
                frame = json.loads(await socket.recv())
            if frame["type"] == "ping":
                await socket.send('{"type": "pong"}')
                continue
            if frame["type"] != "next" or frame["payload"].get("errors"):
                return
            [message] = frame["payload"]["data"].values()
            self.story.told(message)

    def break_off(self) -> None:
        """Cut the connection, as a network does."""
        if self._socket is not None:
            self._socket.transport.abort()

    def leave(self) -> None:
        """Cut it, and do not come back yet."""
        self.may_connect.clear()
        self.break_off()


def job_follower(number: int, chance: random.Random, projects: Sequence[str]) -> Follower:
    """One who follows the jobs of a filter at random."""
    wanted, truth = _filter(chance, projects)
    variables = {"filter": wanted, "rest": chance.choice((0, 50, 250))}
    return Follower(JobStory(f"follower {number} {wanted}"), JOBS, variables, truth)


def log_follower(number: int, job_id: str, global_id: str) -> Follower:
    """One who follows the log of a job."""
    story = LogStory(f"follower {number} of the log of {job_id}")
    return Follower(story, LOG, {"job": global_id}, {"job_id": job_id})


def _filter(chance: random.Random, projects: Sequence[str]) -> tuple[Row, Row]:
    """Some conditions as the API and as the database know them."""
    status, project = chance.choice(("building", "completed", "failed")), chance.choice(projects)
    word, held = chance.choice(("red", "green", "blue")), chance.random() < 0.5
    conditions: list[tuple[Row, Row]] = [
        ({"projectUids": [project]}, {"project_uid": project}),
        ({"statuses": [status.upper()]}, {"status": status}),
        ({"text": word}, {"title": {"$regex": word}}),
        ({"onHold": held}, {"on_hold": held}),
    ]
    chosen = chance.sample(conditions, chance.randint(0, 2))
    asked = {name: value for wanted, _ in chosen for name, value in wanted.items()}
    return asked, {name: value for _, known in chosen for name, value in known.items()}


def stories(followers: Sequence[Follower]) -> list[Story]:
    """All stories."""
    return [follower.story for follower in followers]
