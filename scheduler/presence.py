"""Keep it on record which remote targets answer, beside the planning."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.database import DatabaseFault
from domain.documents import Target
from scheduler.executors.base import Executor, LaneReport, LaneUnreachable
from scheduler.gpu_use import record_gpu_use

log = logging.getLogger(__name__)
EVERY_S = 15.0
"""How often a target that answers is asked whether it is still there."""
FIRST_REST_S, LONGEST_REST_S = 1.0, 60.0
"""The rest after the first silence; it doubles with each that follows."""
PATIENCE_S = 20.0
NEWS_AFTER = timedelta(seconds=60)
"""How old `last_seen_at` may be while the target answers."""


@dataclass(frozen=True)
class Asking:
    """The task that asks one executor again and again."""

    executor: Executor
    task: "asyncio.Task[None]"


class Presence:
    """Marks targets online while they answer and take jobs, and else offline; one task for each.

    `directory` is where jobs would be written.
    """

    def __init__(
        self,
        directory: Path,
        clock: Callable[[], datetime],
        *,
        every_s: float = EVERY_S,
        first_rest_s: float = FIRST_REST_S,
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._every_s = every_s
        self._first_rest_s = first_rest_s
        self._asking: dict[str, Asking] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, executors: Mapping[str, Executor]) -> None:
        """Ask these from now on, by the name of their target, and no others."""
        for name, asking in list(self._asking.items()):
            if executors.get(name) is not asking.executor:
                self._asking.pop(name).task.cancel()
        for name, executor in executors.items():
            if name not in self._asking:
                task = asyncio.create_task(self._keep_asking(name, executor))
                self._asking[name] = Asking(executor, task)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Ask no more; what is on record stands until a successor has asked."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._asking.clear()

    async def _keep_asking(self, name: str, executor: Executor) -> None:
        seen_at, rest_s = None, self._first_rest_s
        while True:
            report = await self._report(name, executor)
            answers = report is not None and report.takes_jobs
            seen_at = self._clock() if answers else seen_at
            try:
                await (record_answer if answers else record_silence)(name, seen_at)
                await record_gpu_use(name, report.gpus if report else ())
            except DatabaseFault as fault:
                log.warning("What %s answered is not on record: %s", name, fault)
            await asyncio.sleep(self._every_s if answers else rest_s)
            rest_s = self._first_rest_s if answers else min(2 * rest_s, LONGEST_REST_S)

    async def _report(self, name: str, executor: Executor) -> LaneReport | None:
        """What the target says; None if it does not answer."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                report = await executor.check(self._directory)
        except (LaneUnreachable, TimeoutError) as silence:
            log.info("%s: %s", name, silence, extra={"action": "target_silent", "target": name})
            return None
        except Exception:  # the one broad catch of the loop: the others are still asked
            log.exception("A fault while asking %s.", name, extra={"action": "fault"})
            return None
        if not report.takes_jobs:
            said = " ".join(report.problems)
            log.info("%s: %s", name, said, extra={"action": "target_unfit", "target": name})
        return report


async def record_answer(name: str, now: datetime | None) -> None:
    """The target has just answered."""
    came = {"$set": {"online": True, "last_seen_at": now}, "$inc": {"revision": 1}}
    result = await Target.rows().update_one({"_id": name, "online": False}, came)
    if result.matched_count == 0 and now is not None:
        old = {"_id": name, "last_seen_at": {"$lt": now - NEWS_AFTER}}
        await Target.rows().update_one(old, {"$set": {"last_seen_at": now}})


async def record_silence(name: str, seen_at: datetime | None = None) -> None:
    """The target does not answer; `seen_at` is when it last did, None if that is not known."""
    values = {"online": False} | ({"last_seen_at": seen_at} if seen_at else {})
    await Target.rows().update_one(
        {"_id": name, "online": True}, {"$set": values, "$inc": {"revision": 1}}
    )
