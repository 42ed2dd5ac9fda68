"""On becoming leader: make the slots and tokens on record agree with the attempts."""

import logging
from contextlib import suppress
from datetime import datetime

from domain import slots, tokens
from domain.documents import Attempt, Target, TokenPool
from domain.documents.attempt import UNSETTLED, AttemptState
from domain.errors import JobMoved
from scheduler.settle import burn_number
from scheduler.watch import Watcher

log = logging.getLogger(__name__)


async def recover(watcher: Watcher, instance_id: str, now: datetime) -> None:
    """Adopt what runs, settle what has ended or never began, free what nobody holds.

    The fence must be up on lanes and targets: no other process starts anything meanwhile. But by
    the time that this one frees something, another may lead: holders are read before the attempts,
    so that none can be younger than what is known of its attempt. What an earlier leader took
    before, it cannot launch with any more afterwards, whether its lane answers or not (INV-7).
    """
    await tokens.fence(instance_id, watcher.term)
    await _burn_unlaunched(watcher.term, now)
    await watcher.look()
    targets = await Target.find_all().to_list()
    pool = await tokens.read()
    unsettled = Attempt.rows().find({"state": {"$in": list(UNSETTLED)}}, {"_id": 1})
    holding = {row["_id"] async for row in unsettled}
    await _free_slots(targets, holding)
    await _free_tokens(pool, holding, instance_id)
    log.info(
        "Recovered at %s: %d attempts go on.", now, len(holding), extra={"action": "recovered"}
    )


async def _burn_unlaunched(term: int, now: datetime) -> None:
    query = {"state": AttemptState.NEW, "term": {"$lt": term}}
    for attempt in await Attempt.find(query).to_list():
        with suppress(JobMoved):  # it was launched with it
            await burn_number(attempt, term=term, now=now)


async def _free_slots(targets: list[Target], holding: set[str]) -> None:
    for target in targets:
        for key, held in slots.holders(target).items():
            if key not in holding and await slots.give_back(target.name, key, held):
                log.warning(
                    "Freed slots of %s on %s.", key, target.name, extra={"action": "slots_freed"}
                )


async def _free_tokens(pool: TokenPool | None, holding: set[str], instance_id: str) -> None:
    for grant in pool.held if pool else ():
        if grant.instance_id != instance_id or grant.key in holding:
            continue
        if await tokens.give_back(grant.key, grant.tokens, instance_id=instance_id):
            log.warning("Freed tokens of %s.", grant.key, extra={"action": "tokens_freed"})
