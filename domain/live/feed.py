"""The one reader of the change stream in a process: it fills the hub and never skips in silence."""

import asyncio
import logging
from contextlib import aclosing, suppress
from typing import Self

from domain.database import Database, DatabaseFault
from domain.live.change_stream import Batch, batches
from domain.live.cursor import Position
from domain.live.hub import Hub, ResetReason

logger = logging.getLogger(__name__)

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_SLICE = 100
"""Changes marked at once: about 60 ms of a core with 1000 listeners."""


class Feed:
    """Reads from entering to leaving its context, through restarts of the database.

    `await_ms` is how long the database holds a request while nothing changes; the hub's position
    moves on at least that often. Changes arrive at once, whatever it is.
    """

    def __init__(self, database: Database, hub: Hub, *, await_ms: int = 250) -> None:
        self._database = database
        self._hub = hub
        self._await_ms = await_ms
        self._position: Position | None = None
        self._lost = False
        self._pause_s = _FIRST_PAUSE_S
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start reading; the hub is ready as soon as the database answers."""
        self._task = asyncio.create_task(self._run(), name="change feed")
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop reading; listeners hear nothing more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._read()
            except DatabaseFault as error:
                fact = {"action": "feed_retry"}
                logger.warning("the feed waits for the database: %s", error, extra=fact)
            except Exception:  # HistoryLost, or a change that we cannot read: start anew, aloud
                logger.exception("the feed lost its place", extra={"action": "feed_reset"})
                self._position, self._lost = None, True
            await self._back_off()

    async def _read(self) -> None:
        stream = batches(self._database, self._position, await_ms=self._await_ms)
        async with aclosing(stream):
            async for batch in stream:
                if self._lost:
                    self._hub.reset(ResetReason.SERVER_RESTORED, batch.position)
                    self._lost = False
                await self._pass_on(batch)
                self._position = batch.position
                self._pause_s = _FIRST_PAUSE_S

    async def _pass_on(self, batch: Batch) -> None:
        """Mark a long batch in slices, so that the process can do other things in between."""
        changes = batch.changes
        while len(changes) > _SLICE:
            first, changes = changes[:_SLICE], changes[_SLICE:]
            self._hub.mark(first, first[-1].position)
            await asyncio.sleep(0)
        self._hub.mark(changes, batch.position)

    async def _back_off(self) -> None:
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
