"""Look for the programs of job types on targets, and keep it on record what is lacking."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from domain.documents import Target
from domain.job_types import Catalogue
from scheduler.executors.base import Executor, LaneUnreachable
from scheduler.executors.programs import Wanted
from scheduler.needed_programs import programs_of

log = logging.getLogger(__name__)
EVERY_S = 60.0
"""How long a program that was installed meanwhile may go unnoticed."""
REST_S = 5.0
"""The least time between two searches: every launch changes a target."""


@dataclass(frozen=True)
class InstalledPrograms:
    """Searches targets for what the catalogue's job types need; `executors` by target."""

    catalogue: Catalogue
    executors: Mapping[str, Executor]

    async def search_all(self) -> None:
        """Search all targets; of one that does not answer stands what was found before."""
        for target in await Target.find_all().to_list():
            try:
                await self.search(target)
            except LaneUnreachable as silence:
                log.debug("%s was not searched for programs: %s", target.name, silence)

    async def search(self, target: Target) -> Mapping[str, str] | None:
        """Job type → the program that the target lacks; None if nobody has looked.

        Where it cannot be told, as on a cluster, all is there, or what its administrator vouches
        for if there is such a word. Raises LaneUnreachable.
        """
        wanted, executor = self._wanted_on(target), self.executors.get(target.name)
        if executor is None:
            return None
        lacks = await executor.lacking(wanted)
        if lacks is None:
            is_told = self._vouched_for(target) is not None
            lacks = {key: p.names[0] for key, p in wanted.items()} if is_told else {}
        await _record(target, lacks)
        return lacks

    def _wanted_on(self, target: Target) -> Wanted:
        """What is not vouched for, and where it is looked for."""
        site, known = self.catalogue.site, self._vouched_for(target) or frozenset()
        found = {
            declaration.type: programs_of(
                declaration,
                site.surroundings(declaration.type, lane=target.lane, target=target.name),
                known,
            )
            for declaration in self.catalogue.all()
        }
        return {key: programs for key, programs in found.items() if programs.names}

    def _vouched_for(self, target: Target) -> frozenset[str] | None:
        return self.catalogue.site.provided(lane=target.lane, target=target.name)


async def _record(target: Target, lacks: Mapping[str, str] | None) -> None:
    """The revision stays: nobody who changes the target meanwhile is to be refused for it."""
    if lacks != target.lacks:
        values = {"$set": {"lacks": lacks}}
        await Target.rows().update_one({"_id": target.name, "lacks": target.lacks}, values)
