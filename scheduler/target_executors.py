"""Which executor answers for which target, and keeping the records of this machine's true."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.documents import Target
from scheduler.executors.base import Executor, Wake

Remote = Callable[[Target], Executor | None]
"""Makes the executor of a target that is not this machine; None if its kind is not served."""

REACHED_BY = {"type", "ssh", "cluster", "worker_bin_path"}
"""The fields that say how a target is reached: with others, it needs another executor."""


def nothing_remote(_target: Target) -> None:
    """Serve this machine alone."""


@dataclass(frozen=True)
class Served:
    """A remote target's executor, and how it reaches the target."""

    executor: Executor
    reached_by: str


class TargetExecutors(Mapping[str, Executor]):
    """From a target's name to its executor; targets without one are not used.

    All targets without an ssh connection are `this_machine`, and share its executor. The others
    have one each, for as long as they are reached in the same way; turns of leadership come and
    go meanwhile.
    """

    def __init__(self, this_machine: Executor, remote: Remote = nothing_remote) -> None:
        self.this_machine = this_machine
        self.online: frozenset[str] = frozenset()
        self._make_remote = remote
        self._here: frozenset[str] = frozenset()
        self._elsewhere: dict[str, Served] = {}
        self._wakes: tuple[Wake, Wake] = (_nobody, _nobody)

    @property
    def remote(self) -> Mapping[str, Executor]:
        """Those that may fail to answer, by the name of their target."""
        return {name: served.executor for name, served in self._elsewhere.items()}

    @property
    def here(self) -> frozenset[str]:
        """The targets that are this machine, by name."""
        return self._here

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        """Let every executor wake these from now on, also those that are made later."""
        self._wakes = (on_change, on_messages)
        for executor in (self.this_machine, *self.remote.values()):
            executor.listen(on_change=on_change, on_messages=on_messages)

    async def refresh(self, now: datetime, term: int) -> bool:
        """Read the targets anew; those of this machine are put online.

        `online` are from now on those that may be planned on. True if a target has appeared that
        `term` does not fence yet.
        """
        targets = await Target.find_all().to_list()
        here = {target.name for target in targets if _is_here(target)}
        await self._serve([target for target in targets if target.name not in here])
        await _put_online([t.name for t in targets if t.name in here and not t.online], now)
        self._here = frozenset(here)
        self.online = self._here | {t.name for t in targets if t.online and t.name in self}
        return any(target.term < term for target in targets)

    async def _serve(self, targets: list[Target]) -> None:
        ways = {target.name: target.model_dump_json(include=REACHED_BY) for target in targets}
        for name, served in list(self._elsewhere.items()):
            if ways.get(name) != served.reached_by:
                del self._elsewhere[name]
                await served.executor.close()
        for target in targets:
            if target.name not in self._elsewhere:
                self._begin_serving(target, ways[target.name])

    def _begin_serving(self, target: Target, reached_by: str) -> None:
        executor = self._make_remote(target)
        if executor is not None:
            on_change, on_messages = self._wakes
            executor.listen(on_change=on_change, on_messages=on_messages)
            self._elsewhere[target.name] = Served(executor, reached_by)

    async def close(self) -> None:
        """Stop watching and hang up; attempts run on."""
        for executor in (self.this_machine, *self.remote.values()):
            await executor.close()

    def __getitem__(self, name: str) -> Executor:
        return self.this_machine if name in self._here else self._elsewhere[name].executor

    def __iter__(self) -> Iterator[str]:
        return iter((*self._here, *self._elsewhere))

    def __len__(self) -> int:
        return len(self._here) + len(self._elsewhere)


def _is_here(target: Target) -> bool:
    return target.type == "node" and target.ssh is None


async def _put_online(names: list[str], now: datetime) -> None:
    if names:
        await Target.rows().update_many(
            {"_id": {"$in": names}},
            {"$set": {"online": True, "last_seen_at": now}, "$inc": {"revision": 1}},
        )


def _nobody(_key: str) -> None:
    """Until `listen` is called."""
