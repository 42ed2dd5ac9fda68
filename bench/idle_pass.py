"""A scheduling pass in which nothing fits, with a long queue and with a short one."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bench.list_jobs import BEGAN, PROJECT, job_document, project_document
from bench.table import Line, side_by_side
from domain.clock import now
from domain.database import Database, Row
from domain.documents import Instance, Job, Lane, Target, TokenPool
from domain.resources import empty_slots
from domain.status import JobStatus
from scheduler.plan import Assignment
from scheduler.scheduling import Scheduling

SHORT, LONG = 1_000, 100_000
SHAPES = 200
PASSES = 20
RATIO = 1.5
TARGET = "node1"
_CHUNK = 5_000


class IdlePass:
    """A round: passes over a queue that is in memory; every one must launch nothing."""

    def __init__(self, scheduling: Scheduling) -> None:
        self._scheduling = scheduling

    async def __call__(self) -> list[float]:
        """One round."""
        return [await self._one() for _ in range(PASSES)]

    async def _one(self) -> float:
        await self._scheduling.follow(None)
        began = time.perf_counter()
        assert not await self._scheduling.one_pass()
        return time.perf_counter() - began


async def idle_line(database: Database, rounds: int) -> Line:
    """The long queue beside the short one, on the same database."""
    await _prepare(database)
    async with _queue_of(database, SHORT) as short, _queue_of(database, LONG) as long:
        return await side_by_side(
            f"idle pass, {LONG:,} queued, {SHAPES} shapes",
            IdlePass(long),
            f"itself with {SHORT:,} queued",
            IdlePass(short),
            goal_ms=None,
            goal_ratio=RATIO,
            rounds=rounds,
        )


async def _prepare(database: Database) -> None:
    """A target whose every slot is taken."""
    await project_document(PROJECT).insert()
    await Instance(instance_id="bench", name="bench", signing_key=b"", created_at=BEGAN).insert()
    await TokenPool().insert()
    await Lane(id="default", type="node", title="Default", created_at=BEGAN).insert()
    slots = empty_slots(64, 1024, range(8))
    taken = {kind: dict.fromkeys(indices, "P1-J1#1") for kind, indices in slots.items()}
    await Target(
        id=TARGET,
        type="node",
        lane="default",
        title=TARGET,
        hostname=TARGET,
        slots=taken,
        created_at=BEGAN,
    ).insert()
    await database["jobs"].delete_many({})


@asynccontextmanager
async def _queue_of(database: Database, jobs: int) -> AsyncIterator[Scheduling]:
    """A scheduler's queue of so many jobs, all told why they wait; the jobs go at the end."""
    for first in range(0, jobs, _CHUNK):
        await database["jobs"].insert_many(_rows(first, _CHUNK if jobs > _CHUNK else jobs))
    scheduling = Scheduling(1, lambda: frozenset({TARGET}), _launch_nothing, now)
    await scheduling.follow(None)
    while await scheduling.one_pass():
        pass
    assert len(scheduling.queue) == jobs
    await database["jobs"].delete_many({})
    yield scheduling


def _rows(first: int, number: int) -> list[Row]:
    template = job_document(PROJECT, 1, inputs={}, parents=[], on_hold=False).model_dump(
        by_alias=True
    )
    return [template | _own(n) for n in range(first + 1, first + number + 1)]


def _own(number: int) -> Row:
    shape = number % SHAPES
    return {
        "_id": f"{PROJECT}-J{number}",
        "uid": f"J{number}",
        "uid_num": number,
        "status": JobStatus.QUEUED.value,
        "queued_to_lane": "default",
        "queue_entered_at": BEGAN + timedelta(seconds=number),
        "priority": 0,
        "resource_spec": {"cpu": 1 + shape % 25, "gpu": shape // 25, "ram": 1, "ssd": False},
    }


async def _launch_nothing(jobs: Mapping[str, Job], assignments: Sequence[Assignment]) -> None:
    assert not jobs, assignments
