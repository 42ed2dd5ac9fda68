"""One run: writers, followers and faults side by side, then calm, then judgement."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from domain.database import connect
from domain.documents import DOCUMENTS, Event, Job
from schema.node import global_id
from tests.api.streams.live import make_job, make_project
from tests.chaos_feed.faults import Faults
from tests.chaos_feed.followers import Follower, job_follower, log_follower
from tests.chaos_feed.house import DATABASE, House, running_house
from tests.chaos_feed.stories import JobStory, LogStory
from tests.chaos_feed.writers import Progress, Writer

PROJECTS = ("P1", "P2", "P3", "P4")
JOBS_PER_WRITER = 25
START_S = 90.0
CALM_S = 120.0


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    changes: int = 200_000
    writers: int = 8
    followers: int = 50
    reconnects: int = 100
    api_kills: int = 20
    mongod_kills: int = 5
    rollovers: int = 3
    oplog_mb: int = 48


@dataclass(frozen=True)
class Report:
    """What happened; `violations` are sentences."""

    seed: int
    seconds: float
    counts: Counter[str]
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        numbers = ", ".join(f"{number} {name}" for name, number in sorted(self.counts.items()))
        return (
            f"seed {self.seed}, {self.seconds:.0f} s: {numbers}; {len(self.violations)} violations"
        )


async def chaos_feed(
    directory: Path, size: Size, *, seed: int, planted: str | None, calm_s: float = CALM_S
) -> Report:
    """Run below `directory`, which must be empty; `planted` names a fault of the product."""
    began, chance = time.monotonic(), random.Random(seed)
    with running_house(directory, oplog_mb=size.oplog_mb, planted=planted) as house:
        async with connect(house.mongod.url, DATABASE, DOCUMENTS, timeout_s=60) as database:
            job_ids = await _furnish(size)
            house.start()
            await _answering(house)
            followers = _followers(size, job_ids, chance)
            faults = Faults(house, database, followers, chance)
            following = [
                asyncio.create_task(one.follow(house.urls, random.Random(chance.random())))
                for one in followers
            ]
            try:
                written = await _write(size, job_ids, faults, chance)
                await _until_all_agree(followers, house, calm_s)
            finally:
                for task in following:
                    task.cancel()
                await asyncio.gather(*following, return_exceptions=True)
            found = await violations(followers)
    counts = faults.counts + _counts(followers) + Counter({"changes": written})
    return Report(seed, time.monotonic() - began, counts, found)


async def _furnish(size: Size) -> list[str]:
    """Projects and jobs; the jobs' ids."""
    for project in PROJECTS:
        await make_project(project, owner="admin")
    keys = [
        (f"J{n}", PROJECTS[n % len(PROJECTS)]) for n in range(1, size.writers * JOBS_PER_WRITER + 1)
    ]
    return [(await make_job(uid, project, title="red 0")).id for uid, project in keys]


async def _answering(house: House) -> None:
    """Until every API is ready."""
    async with asyncio.timeout(START_S), httpx.AsyncClient() as http:
        for url in house.urls:
            while not await _is_live(http, url):  # noqa: ASYNC110
                await asyncio.sleep(0.2)


async def _is_live(http: httpx.AsyncClient, url: str) -> bool:
    """Whether it answers at all: without a scheduler it is never quite healthy."""
    try:
        await http.get(f"{url}/healthz")
    except httpx.TransportError:
        return False
    return True


def _followers(size: Size, job_ids: Sequence[str], chance: random.Random) -> list[Follower]:
    """Four of five follow jobs, the fifth a log; three of the first ask the very same."""
    made = []
    for number in range(size.followers):
        if number % 5 == 4:
            id = chance.choice(job_ids)
            made.append(log_follower(number, id, global_id("Job", id)))
        else:
            own = random.Random(0) if number < 4 else random.Random(chance.random())
            made.append(job_follower(number, own, PROJECTS))
    return made


async def _write(size: Size, job_ids: Sequence[str], faults: Faults, chance: random.Random) -> int:
    """All changes, with the faults spread among them."""
    progress = Progress()
    writers = [
        Writer(job_ids[n :: size.writers], random.Random(chance.random()), progress)
        for n in range(size.writers)
    ]
    plan = faults.planned(
        reconnects=size.reconnects,
        api_kills=size.api_kills,
        mongod_kills=size.mongod_kills,
        rollovers=size.rollovers,
    )
    striking = asyncio.create_task(_strike(plan, size.changes, progress, chance))
    await asyncio.gather(*(one.write(size.changes // size.writers) for one in writers))
    await striking
    return progress.made


async def _strike(
    plan: Sequence[Callable[[], Awaitable[None]]],
    changes: int,
    progress: Progress,
    chance: random.Random,
) -> None:
    """One fault after another, each when so many changes have been made."""
    moments = sorted(chance.uniform(0.05, 0.95) * changes for _ in plan)
    for moment, fault in zip(moments, plan, strict=True):
        await progress.until(int(moment))
        await fault()


async def _until_all_agree(followers: Sequence[Follower], house: House, calm_s: float) -> None:
    """Wait until everybody knows all, `calm_s` at most: what is not so then, is reported."""
    for follower in followers:
        follower.may_connect.set()
    give_up_at = time.monotonic() + calm_s
    while await violations(followers) and time.monotonic() < give_up_at:
        if any(follower.story.violations for follower in followers):
            return  # it will not become better
        await asyncio.to_thread(house.revive)
        await asyncio.sleep(0.5)


async def violations(followers: Sequence[Follower]) -> list[str]:
    """All that is wrong with what the followers were told."""
    found = []
    for follower in followers:
        found += follower.story.violations + await _differences(follower)
    return found


async def _differences(follower: Follower) -> list[str]:
    story, truth = follower.story, follower.truth
    if isinstance(story, LogStory):
        return story.differs_from(await Event.rows().count_documents(truth))
    assert isinstance(story, JobStory)
    rows = Job.rows().find(truth, {"revision": 1})
    return story.differs_from({global_id("Job", row["_id"]): row["revision"] async for row in rows})


def _counts(followers: Sequence[Follower]) -> Counter[str]:
    return Counter(
        {
            "followers": len(followers),
            "messages": sum(one.story.messages for one in followers),
            "resets": sum(one.story.resets for one in followers),
            "connections": sum(one.reconnects + 1 for one in followers),
        }
    )
