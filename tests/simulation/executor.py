"""The nodes as one scheduler process reaches them: with delays, faults, and wakes of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

from scheduler.executors.base import (
    AttemptRef,
    LaneReport,
    LaneUnreachable,
    Launch,
    Observation,
    StartResult,
    Wake,
)
from scheduler.executors.programs import Wanted
from tests.simulation.nodes import Nodes
from tests.simulation.wire import Network

T = TypeVar("T")
UNSEEN = 0.01
"""How often an attempt gives no answer when it is looked at."""


class SimulatedExecutor:
    """See the protocol `Executor`; `alive` is told of by `Nodes.changed`."""

    starts_at_once = 4

    def __init__(self, nodes: Nodes, network: Network, random: Random) -> None:
        self._nodes = nodes
        self._network = network
        self._random = random
        self.on_change: Wake = _nobody

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        self.on_change = on_change

    async def check(self, directory: Path) -> LaneReport:
        return LaneReport(
            host="n", interpreter="python", cpu_cores=4, ram_gb=64, gpus=(), problems=()
        )

    async def lacking(self, wanted: Wanted) -> None:
        return None

    async def start(self, launch: Launch) -> StartResult:
        return await self._ask("start", launch.key, lambda: self._nodes.start(launch))

    async def observe(self, attempts: Sequence[AttemptRef]) -> Observation:
        def look() -> Observation:
            shaky = self._network.dangers.refused > 0
            return {
                attempt.key: self._nodes.look(attempt.key)
                for attempt in attempts
                if not (shaky and self._random.random() < UNSEEN)
            }

        return await self._ask("observe", str(len(attempts)), look)

    async def stop(self, attempt: AttemptRef) -> None:
        await self._ask("stop", attempt.key, lambda: self._nodes.stop(attempt))

    async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        return await self._ask("forbid", attempt.key, lambda: self._nodes.forbid(attempt, reason))

    async def sweep(self, attempt: AttemptRef) -> int:
        return await self._ask("sweep", attempt.key, lambda: self._nodes.sweep(attempt))

    async def close(self) -> None:
        self.on_change = _nobody

    async def _ask(self, what: str, key: str, effect: Callable[[], T]) -> T:
        return await self._network.call(f"{what} {key}", effect, LaneUnreachable)


def _nobody(key: str) -> None:
    """Until `listen` is called."""
