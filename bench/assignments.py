"""Assignments per second through the durable path: planned, claimed, and nothing started."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bench.list_jobs import BEGAN, PROJECT, job_document, project_document
from bench.peers import BareBulk, BareClaims
from bench.table import Line, Round, side_by_side
from domain.clock import now
from domain.database import Database, Row
from domain.documents import Attempt, Instance, Job, Lane, Target, TokenPool
from domain.documents.instance import POOL_ID
from domain.job_types import load_catalogue
from domain.live.changes import Kind
from domain.live.cursor import Position
from domain.live.hub import Dirty
from domain.resources import empty_slots
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.explain import NEAR
from scheduler.launch import Launcher
from scheduler.plan import Assignment
from scheduler.queued_job import as_document
from scheduler.scheduling import AT_ONCE, Scheduling
from scheduler.waiting_reasons import many_are_before

SIZES = (1_000, 10_000, 100_000)
TARGETS = tuple(f"node{number}" for number in range(1, 9))
CORES, GPUS = 64, 8
RATIO = 3.0
"""An assignment may take as long as so many bare compare-and-set writes."""
TERM = 1
NOWHERE = Position((0, 0))
_CHUNK = 5_000
_AS_QUEUED: Row = {
    "status": JobStatus.QUEUED.value,
    "deleted": False,
    "queued_to_lane": "default",
    "priority": 0,
    "on_hold": False,
}
_FAR: Row = {"waiting_for": as_document(many_are_before("default", NEAR))}
"""What all but the first are told, so that it need not be written in many passes."""


class Assignments:
    """A round: one pass over a long queue, in which AT_ONCE jobs are planned and claimed.

    The seconds of the pass for each assignment. Afterwards all is as it was, untimed.
    """

    def __init__(self, scheduling: Scheduling) -> None:
        self._scheduling = scheduling

    async def __call__(self) -> list[float]:
        """One round; every one of the jobs must be launched, on slots of its own."""
        await self._scheduling.follow(None)
        began = time.perf_counter()
        await self._scheduling.one_pass()
        took = time.perf_counter() - began
        launched = await _launched()
        assert len(launched) == AT_ONCE, len(launched)
        await _settle(launched)
        await self._scheduling.follow(Dirty({Kind.JOBS: set(launched)}, {}, NOWHERE))
        return [took / AT_ONCE]


async def assignment_lines(database: Database, rounds: int) -> list[Line]:
    """At each length of the queue: beside bare writes one at a time, and beside bulks of 64."""
    await _prepare()
    lines = []
    for jobs in SIZES:
        async with _queue_of(database, jobs) as ours:
            for name, peer, goal in (
                ("bare find_one_and_update", BareClaims(database, 64), RATIO),
                ("bare bulk_write of 64", BareBulk(database, AT_ONCE), None),
            ):
                what = f"one assignment of {AT_ONCE}, {jobs:,} queued"
                lines.append(
                    await side_by_side(
                        what, ours, name, peer, goal_ms=None, goal_ratio=goal, rounds=rounds
                    )
                )
    return lines


async def _prepare() -> None:
    """A project, and a lane of eight machines on which nothing runs."""
    await Job.rows().delete_many({})
    for record in (Instance, Lane, Target, TokenPool, Attempt):
        await record.rows().delete_many({})
    await project_document(PROJECT).insert()
    await Instance(instance_id="bench", name="bench", signing_key=b"", created_at=BEGAN).insert()
    await TokenPool(token_limit=len(TARGETS) * GPUS).insert()
    await Lane(id="default", type="node", title="Default", term=TERM, created_at=BEGAN).insert()
    for name in TARGETS:
        await Target(
            id=name,
            type="node",
            lane="default",
            title=name,
            hostname=name,
            slots=empty_slots(CORES, 8 * CORES, range(GPUS)),
            term=TERM,
            created_at=BEGAN,
        ).insert()


@asynccontextmanager
async def _queue_of(database: Database, jobs: int) -> AsyncIterator[Round]:
    """A scheduler's queue of so many jobs, all told why they wait; the jobs go at the end."""
    for first in range(0, jobs, _CHUNK):
        await database["jobs"].insert_many(_rows(first, min(_CHUNK, jobs)))
    launcher = Launcher(
        term=TERM,
        instance_id="bench",
        settings=Settings(),
        catalogue=load_catalogue(),
        programs=Path(),
        executors={},
        clock=now,
    )

    async def launch(jobs: Mapping[str, Job], assignments: Sequence[Assignment]) -> None:
        await launcher.claim([(jobs[given.job_id], given) for given in assignments])

    scheduling = Scheduling(TERM, lambda: frozenset(TARGETS), launch, now)
    await _tell_all(scheduling)
    yield Assignments(scheduling)
    await database["jobs"].delete_many({})


async def _tell_all(scheduling: Scheduling) -> None:
    """Let passes in which no machine may be used tell everybody why they wait."""
    usable, scheduling.usable = scheduling.usable, frozenset
    await scheduling.follow(None)
    while await scheduling.one_pass():
        pass
    scheduling.usable = usable


async def _launched() -> list[str]:
    rows = await Job.rows().find({"status": JobStatus.LAUNCHED}, {"_id": 1}).to_list(None)
    held = await Attempt.rows().count_documents({})
    assert held == len(rows)
    return [row["_id"] for row in rows]


async def _settle(ids: Sequence[str]) -> None:
    """Back to the queue, as if they had never been launched."""
    await Job.rows().update_many({"_id": {"$in": ids}}, {"$set": _AS_QUEUED})
    await Attempt.rows().delete_many({})
    slots = empty_slots(CORES, 8 * CORES, range(GPUS))
    await Target.rows().update_many({}, {"$set": {"slots": slots}})
    await TokenPool.rows().update_one({"_id": POOL_ID}, {"$set": {"held": [], "used": 0}})


def _rows(first: int, number: int) -> list[Row]:
    template = job_document(PROJECT, 1, inputs={}, parents=[]).model_dump(by_alias=True)
    return [template | _AS_QUEUED | _FAR | _own(n) for n in range(first + 1, first + number + 1)]


def _own(number: int) -> Row:
    """One in eight wants a GPU, and a token for it; the others one or two cores."""
    gpu, cpu = int(number % 8 == 0), 1 + number % 2
    return {
        "_id": f"{PROJECT}-J{number}",
        "uid": f"J{number}",
        "uid_num": number,
        "queue_entered_at": BEGAN + timedelta(seconds=number),
        "resource_spec": {"cpu": cpu, "gpu": gpu, "ram": 1, "ssd": False},
        "num_tokens": gpu,
    }
