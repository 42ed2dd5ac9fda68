"""Kills of attempts on a lane that does not answer: their files may still be heard there."""

import logging
from collections.abc import Sequence

from domain.documents import Attempt, Job
from domain.status import ACTIVE
from scheduler.attempt_ref import ref
from scheduler.executors.base import Executor, LaneUnreachable

log = logging.getLogger(__name__)


async def repeat_kills(executor: Executor, attempts: Sequence[Attempt]) -> None:
    """Ask those to end whose kill was asked for; that they have ended is seen in their files."""
    ids = sorted({attempt.job_id for attempt in attempts})
    asked = {"kill_requested_at": {"$ne": None}, "status": {"$in": sorted(ACTIVE)}}
    jobs = await Job.find({"_id": {"$in": ids}, **asked}).to_list()
    numbers = {job.id: job.attempt for job in jobs}
    for attempt in attempts:
        if numbers.get(attempt.job_id) == attempt.number:
            await _ask_to_end(executor, attempt)


async def _ask_to_end(executor: Executor, attempt: Attempt) -> None:
    try:
        await executor.stop(ref(attempt))
    except LaneUnreachable as silence:
        log.warning("%s", silence, extra={"action": "lane_unreachable", "key": attempt.id})
