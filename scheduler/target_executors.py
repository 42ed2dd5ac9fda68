"""Which executor answers for which target, and keeping the targets' records true about it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from domain.documents import Target
from scheduler.executors.base import Executor


class TargetExecutors(Mapping[str, Executor]):
    """From a target's name to its executor; targets without one are not used.

    All targets without an ssh connection are this machine, and share one executor.
    """

    def __init__(self, this_machine: Executor) -> None:
        self._this_machine = this_machine
        self._by_target: dict[str, Executor] = {}

    async def refresh(self, now: datetime, term: int) -> bool:
        """Read the targets anew; those that an executor answers for are put online.

        True if a target has appeared that `term` does not fence yet.
        """
        targets = await Target.find_all().to_list()
        self._by_target = {
            target.name: self._this_machine
            for target in targets
            if target.type == "node" and target.ssh is None
        }
        appeared = [t.name for t in targets if not t.online and t.name in self._by_target]
        if appeared:
            await Target.rows().update_many(
                {"_id": {"$in": appeared}},
                {"$set": {"online": True, "last_seen_at": now}, "$inc": {"revision": 1}},
            )
        return any(target.term < term for target in targets)

    def __getitem__(self, name: str) -> Executor:
        return self._by_target[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_target)

    def __len__(self) -> int:
        return len(self._by_target)
