"""Go on with every open operation: what was asked is on record, so a crash loses nothing."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Self

from domain import operations
from domain.database import DatabaseFault
from scheduler.operations.carry_on import carry_on
from scheduler.operations.tools import LeadsNoMore, OperationTools

log = logging.getLogger(__name__)
AT_ONCE = 8
"""Operations carried on side by side; the others wait for their turn."""


@dataclass
class Runner:
    """Carries the open operations on, each in a task of its own: a slow one holds up no other."""

    tools: OperationTools
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _again: set[str] = field(default_factory=set)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def go_on(self) -> None:
        """See that each open operation is carried on from what is true now; returns at once."""
        for id in await operations.open_ids():
            if id in self._under_way:
                self._again.add(id)  # it may have looked just before what has woken us
            else:
                self._under_way[id] = asyncio.create_task(self._carry_on(id))

    async def rest(self) -> None:
        """Wait until nothing is under way any more."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values())

    async def __aenter__(self) -> Self:
        """The runner."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave all operations as they are; what the disks are asked just now is finished."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.tools.threads.shutdown(wait=False, cancel_futures=True)

    async def _carry_on(self, id: str) -> None:
        try:
            while True:
                self._again.discard(id)
                async with self._turns:
                    await self._guarded(id)
                if id not in self._again:
                    return
        finally:
            self._under_way.pop(id, None)

    async def _guarded(self, id: str) -> None:
        """A fault is logged and ends this turn; the next change or sweep begins another."""
        try:
            await carry_on(id, self.tools)
        except DatabaseFault as fault:
            log.warning("The database failed during operation %s: %s", id, fault)
        except LeadsNoMore:
            log.info("Operation %s is left to the next leader.", id)
        except Exception:  # the one broad catch of the runner
            log.exception("A fault in operation %s.", id, extra={"action": "fault"})
