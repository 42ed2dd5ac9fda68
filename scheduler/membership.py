"""Being a member of a pool of tokens that several instances share.

The leader says that its instance lives, copies the pool into the instance's own database, where
readers and the feed find it, and gives back the tokens of dead instances whose jobs are dead too.
"""

import asyncio
import logging
import os
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from domain import tokens
from domain.database import Database, DatabaseFault, DuplicateKey, Row, watch
from domain.documents import Job, TokenPool
from domain.documents.instance import POOL_ID, HeldTokens
from domain.status import JobStatus
from scheduler.executors.base import AttemptRef, Executor, LaneUnreachable, SightingState

log = logging.getLogger(__name__)
BEATS = 3
"""How many times in its lifetime a member says that it lives."""
AGAIN_S = 1.0
"""The rest before the pool's database is tried again."""


@dataclass
class Membership:
    """One instance's place in the pool of `database`; `ttl_s` is how long it may be silent."""

    database: Database
    instance_id: str
    name: str
    ttl_s: float
    executor: Executor
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Take part until cancelled, through restarts of the pool's database."""
        while True:
            try:
                await self._take_part()
            except DatabaseFault as fault:
                log.warning("The token pool fails: %s", fault, extra={"action": "pool_fault"})
            await asyncio.sleep(AGAIN_S)

    async def _take_part(self) -> None:
        await self.join()
        listening = asyncio.create_task(self._listen())
        try:
            while not listening.done():
                await self.beat()
                await self.copy()
                await self.give_back_for_the_dead()
                await self._rest()
            listening.result()
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, DatabaseFault):
                await listening

    async def _listen(self) -> None:
        async with watch(self.database, ["token_pools"]) as changes:
            while True:
                await changes.next()
                self._changed.set()

    async def _rest(self) -> None:
        """Until the next sign of life is due; what changes meanwhile is copied at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.ttl_s / BEATS):
                while True:
                    await self._changed.wait()
                    self._changed.clear()
                    await self.copy()

    async def join(self) -> None:
        """Make the pool, if this is the first instance that shares it."""
        with suppress(DuplicateKey):
            await tokens.Pool.rows().insert_one(TokenPool().model_dump(by_alias=True))

    async def beat(self) -> None:
        """Say that the instance lives, by the clock of the pool's database."""
        waiting = {"status": JobStatus.QUEUED, "deleted": False, "num_tokens": {"$gt": 0}}
        lasts = {"startDate": "$$NOW", "unit": "millisecond", "amount": int(1000 * self.ttl_s)}
        member = {
            "name": {"$literal": self.name},
            "alive_until": {"$dateAdd": lasts},
            "queued": await Job.rows().count_documents(waiting),
        }
        update = [{"$set": {f"members.{self.instance_id}": member}}]
        await tokens.Pool.rows().update_one({"_id": POOL_ID}, update)

    async def copy(self) -> None:
        """Let the instance's own document say what the pool says."""
        row = await self._present()
        if row is not None and row != await TokenPool.rows().find_one({"_id": POOL_ID}):
            await TokenPool.rows().replace_one({"_id": POOL_ID}, row, upsert=True)

    async def give_back_for_the_dead(self) -> None:
        """Give back what dead instances hold for attempts that are seen to be dead as well."""
        row = await self._present()
        pool = TokenPool.from_row(row) if row else TokenPool()
        dead = {id for id, member in pool.members.items() if not member.alive}
        for grant in pool.held:
            if grant.instance_id not in dead or not await self._is_over(grant):
                continue
            if await tokens.give_back(grant.key, grant.tokens, instance_id=grant.instance_id):
                fact = {"action": "tokens_of_a_dead_instance", "key": grant.key}
                log.warning("Gave back %d tokens of %s.", grant.tokens, grant.key, extra=fact)

    async def _present(self) -> Row | None:
        """The pool as it is, and which members live by the clock of its database."""
        pipeline: list[Row] = [{"$match": {"_id": POOL_ID}}, {"$addFields": {"now": "$$NOW"}}]
        rows = await tokens.Pool.rows().aggregate(pipeline).to_list(1)
        for row in rows:
            now = row.pop("now")
            for member in row["members"].values():
                member["alive"] = member["alive_until"] >= now
        return rows[0] if rows else None

    async def _is_over(self, grant: HeldTokens) -> bool:
        """Whether the attempt has ended, or never will begin; no answer means no.

        Only an executor that stands on the same machine can tell, and sees the project there: in
        a directory that is not mounted every attempt looks as if it had never begun.
        """
        place = grant.place
        if place is None or place.hostname != socket.gethostname():
            return False
        if not await asyncio.to_thread(os.path.isdir, place.project_dir):
            return False
        attempt = AttemptRef(key=grant.key, token=place.token, directory=Path(place.directory))
        try:
            sighting = (await self.executor.observe([attempt])).get(grant.key)
            match sighting.state if sighting else None:
                case SightingState.ENDED | SightingState.VOID:
                    return True
                case SightingState.UNCLAIMED:
                    return await self.executor.forbid(attempt, "its instance is gone")
                case SightingState.LOST:
                    return await self.executor.sweep(attempt) == 0
        except LaneUnreachable:
            return False
        return False
