"""Carry out what administrators say of attempts that nothing is heard of.

They may vouch for a death that is not proven, which frees the slots, or declare a whole machine
lost, which ends its jobs and keeps their slots until the death of each is proven.
"""

import logging
from contextlib import suppress

from domain import slots
from domain.database import Row
from domain.documents import Attempt, Job, Target
from domain.documents.attempt import UNSETTLED, AttemptState
from domain.documents.target import Quarantine
from domain.errors import JobMoved
from domain.status import ACTIVE
from scheduler.attempt_ref import ref
from scheduler.ending import node_down
from scheduler.executors.base import LaneUnreachable, Observation, Sighting, SightingState
from scheduler.settle import burn_number, end_job, quarantine, settle_attempt, tell_end
from scheduler.watch import Watcher

log = logging.getLogger(__name__)
_DECIDED: Row = {"$or": [{"declared_lost_at": {"$ne": None}}, {"quarantine": {"$nin": [None, {}]}}]}
"""Targets of which something may have been said; others need not be read."""


async def carry_out_decisions(watcher: Watcher) -> None:
    """Do what was decided about targets and is not done yet; safe to repeat."""
    for target in await Target.find(_DECIDED).to_list():
        for key, entry in target.quarantine.items():
            if entry.freed_at is not None:
                await _free(target, key, entry, watcher)
        if target.declared_lost_at is not None:
            await _give_up(target, watcher)


async def _free(target: Target, key: str, entry: Quarantine, watcher: Watcher) -> None:
    async with watcher.alone_with(key):
        attempt = await _unsettled(key)
        if attempt is None:  # settled by another: only its slots are left
            await slots.give_back(target.name, key, slots.held_by(target, key))
            return
        with suppress(JobMoved):  # a later leader has it: the word stands, and it will do so
            message = f"An administrator has given the run on {target.name} up."
            if not await _end_job(attempt, message, watcher):
                await burn_number(attempt, term=watcher.term, now=watcher.clock())
                await tell_end(attempt, now=watcher.clock())
            result = {"reason": f"given up by {entry.freed_by}"}
            await settle_attempt(attempt, AttemptState.ENDED, now=watcher.clock(), result=result)
            log.warning("Freed %s, unproven.", key, extra={"action": "quarantine_freed"})


async def _give_up(target: Target, watcher: Watcher) -> None:
    """End the jobs of a machine that was declared lost; those that answer go on."""
    on_it: Row = {"state": {"$in": list(UNSETTLED)}, "resources.target": target.name}
    await watcher.look([attempt.id for attempt in await Attempt.find(on_it).to_list()])
    attempts = await Attempt.find(on_it).to_list()  # of which no end could be proven
    seen = await _look(target, attempts, watcher)
    silent = [attempt for attempt in attempts if _is_silent(attempt, seen.get(attempt.id))]
    given_up = [await _lose(target, attempt.id, watcher) for attempt in silent]
    if all(given_up):
        said = {"_id": target.name, "declared_lost_at": target.declared_lost_at}
        done = {"declared_lost_at": None, "declared_lost_by": None}
        fenced = said | {"term": watcher.term}
        await Target.rows().update_one(fenced, {"$set": done, "$inc": {"revision": 1}})


async def _look(target: Target, attempts: list[Attempt], watcher: Watcher) -> Observation:
    executor = watcher.executors.get(target.name)
    if executor is None:
        return {}
    try:
        return await executor.observe([ref(attempt) for attempt in attempts])
    except LaneUnreachable:
        return {}


def _is_silent(attempt: Attempt, sighting: Sighting | None) -> bool:
    """Whether nothing tells how the attempt goes on; the watcher judges all others."""
    if attempt.state is AttemptState.NEW:  # it was handed to nobody
        return False
    match sighting.state if sighting else None:
        case None | SightingState.LOST:
            return True
        case SightingState.UNCLAIMED:
            return attempt.state in (AttemptState.CLAIMED, AttemptState.LOST)
        case _:
            return False


async def _lose(target: Target, key: str, watcher: Watcher) -> bool:
    """Whether the attempt is given up; False while it is being launched, or its job moves."""
    if key in watcher.in_flight:
        return False
    async with watcher.alone_with(key):
        attempt = await _unsettled(key)
        if attempt is None:
            return True
        message = f"The machine {target.name} was declared lost."
        try:
            await _end_job(attempt, message, watcher)
        except JobMoved:
            return False
        await quarantine(attempt, message, term=watcher.term, now=watcher.clock())
    log.warning("Gave %s up.", key, extra={"action": "declared_lost"})
    return True


async def _end_job(attempt: Attempt, message: str, watcher: Watcher) -> bool:
    """Whether the attempt's job was still with it; then it has ended."""
    job = await Job.get(attempt.job_id)
    if job is None or job.attempt != attempt.number or job.status not in ACTIVE:
        return False
    end = node_down(job, watcher.clock(), message)
    await end_job(attempt, job, end, term=watcher.term, now=watcher.clock())
    return True


async def _unsettled(key: str) -> Attempt | None:
    attempt = await Attempt.get(key)
    return attempt if attempt is not None and attempt.state in UNSETTLED else None
