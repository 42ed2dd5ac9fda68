"""Try targets out when an administrator asks, beside the loop, and write down what came of it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.database import DatabaseFault
from domain.documents import Target, TargetCheck
from scheduler.executors.base import Executor, LaneReport, LaneUnreachable
from scheduler.executors.cluster import ClusterExecutor
from scheduler.installed_programs import InstalledPrograms
from scheduler.presence import record_answer

log = logging.getLogger(__name__)
OUTDATED = timedelta(seconds=60)
"""Nobody waits any more for the answer to an older request."""
TIMEOUT_S = 6.0
SEARCH_S = 4.0


class Answer(NamedTuple):
    """Whether the target answered, None if it was not tried; what there is to say of it."""

    reachable: bool | None
    output: str
    takes_jobs: bool = False


class TargetChecks:
    """The trials under way; a machine that hangs must not hold up the planning.

    `executors` maps a target's name to its executor; `directory` is where jobs would be written.
    """

    def __init__(
        self,
        executors: Mapping[str, Executor],
        directory: Path,
        clock: Callable[[], datetime],
        *,
        programs: InstalledPrograms,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._executors = executors
        self._programs = programs
        self._directory = directory
        self._clock = clock
        self._timeout_s = timeout_s
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def go_on(self) -> None:
        """Begin every trial that was asked for and is not under way."""
        asked = {"answered_at": None, "requested_at": {"$gt": self._clock() - OUTDATED}}
        for check in await TargetCheck.find(asked).to_list():
            if check.id not in self._under_way:
                self._under_way[check.id] = asyncio.create_task(self._answer(check))

    async def done(self) -> None:
        """Wait for all that is under way."""
        await asyncio.gather(*self._under_way.values())

    async def close(self) -> None:
        """Give up what is under way; a successor begins it anew."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, check: TargetCheck) -> None:
        try:
            target = await Target.get(check.target)
            answer = await self._try(target) if target else Answer(None, "It is gone.")
            now = self._clock()
            if answer.takes_jobs:
                await record_answer(check.target, now)
            values = {
                "answered_at": now,
                "reachable": answer.reachable,
                "output": answer.output,
            }
            await TargetCheck.rows().update_one(
                {"_id": check.id, "answered_at": None}, {"$set": values}
            )
        except DatabaseFault as fault:
            log.warning("The trial of %s failed: %s", check.target, fault)
        finally:
            del self._under_way[check.id]

    async def _try(self, target: Target) -> Answer:
        executor = self._executors.get(target.name)
        if executor is None:
            return Answer(None, "Not tried: its templates are not of Slurm, PBS or Grid Engine.")
        try:
            async with asyncio.timeout(self._timeout_s):
                report = await executor.check(self._directory)
                lacks = await self._lacks(target)
                told = [said(target, report), not_installed(lacks), await self._rehearsed(executor)]
                return Answer(True, "\n".join(filter(None, told)), report.takes_jobs)
        except LaneUnreachable as error:
            return Answer(False, str(error))
        except TimeoutError:
            return Answer(False, f"No answer within {self._timeout_s:g} seconds.")

    async def _lacks(self, target: Target) -> Mapping[str, str] | None:
        """What is found within a moment: a slow search is no reason to doubt the machine."""
        try:
            async with asyncio.timeout(SEARCH_S):
                return await self._programs.search(target)
        except (LaneUnreachable, TimeoutError):
            return None

    async def _rehearsed(self, executor: Executor) -> str | None:
        if not isinstance(executor, ClusterExecutor):
            return None
        try:
            return await executor.rehearse(self._directory)
        except OSError as error:
            return f"No script can be written in {self._directory}: {error.strerror}."


def not_installed(lacks: Mapping[str, str] | None) -> str | None:
    """A line on the programs that job types lack there; None if there are none."""
    names = sorted(set(lacks.values())) if lacks else ()
    return f"Not installed: {', '.join(names)}." if names else None


def said(target: Target, report: LaneReport) -> str:
    """The report in lines for an administrator, problems and differences last."""
    if report.text is not None:
        return "\n".join([report.text, *report.problems])
    gpus = [f"GPU {gpu.index}: {gpu.name}" for gpu in report.gpus] or ["No GPU was found."]
    found = {gpu.index for gpu in report.gpus}
    differences = (
        (target.cpu_cores > report.cpu_cores, "It gives more cores than it has."),
        (target.ram_gb >= report.ram_gb + 1, "It gives more memory than it has."),
        (
            any(int(index) not in found for index in target.slots.get("gpu", {})),
            "It gives GPUs that were not found.",
        ),
    )
    return "\n".join(
        [
            f"{report.host}: {report.cpu_cores} cores, {report.ram_gb} GiB, {report.interpreter}",
            *gpus,
            *report.problems,
            *(sentence for differs, sentence in differences if differs),
        ]
    )
