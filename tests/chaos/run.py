"""One round of chaos: users and faults for a while, then calm, then judgement."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from pymongo.errors import PyMongoError

from tests.chaos.faults import Faults
from tests.chaos.house import House, running_house
from tests.chaos.referee import DONE, Log, violations, waits_for_ever
from tests.chaos.users import Users

CROWD = 3
CALM_S = 60.0
ROUNDS_OF_REPEATS = 2
START_S = 60.0
PLENTY = {"cores": 24, "gpus": 10, "tokens": 8}


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


async def chaos(directory: Path, *, seed: int, seconds: float) -> Report:
    """Run a house of its own below `directory`, which must be empty."""
    began = time.monotonic()
    with running_house(directory) as house:
        chance = random.Random(seed)
        users, faults = Users(house, chance), Faults(house, chance)
        try:
            await ready(house)
            await users.settle_in()
            house.declare(**PLENTY)
            crowd = asyncio.gather(users.tidy(), *(users.live() for _ in range(CROWD)))
            await _for_a_while(seconds, faults.strike(), users.watch(), asyncio.shield(crowd))
            users.leave()
            await asyncio.to_thread(house.calm)
            await crowd
            drained_s = await _drain(house, users)
        finally:
            await users.close()
        found = await asyncio.to_thread(violations, house, users.diary, faults.victims)
        counts = _counts(house, users, faults) + Counter({"s until calm": round(drained_s)})
        return Report(seed, time.monotonic() - began, counts, found)


async def ready(house: House) -> None:
    """Until a scheduler has made this machine a target."""
    async with asyncio.timeout(START_S):
        while not await asyncio.to_thread(lambda: _look(house, "targets")):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _look(house: House, collection: str) -> list[dict[str, object]]:
    try:
        return house.rows(collection)
    except PyMongoError:
        return []


async def _for_a_while(seconds: float, *work: Awaitable[object]) -> None:
    """Do all that side by side; the first failure ends it and is raised."""
    tasks = [asyncio.ensure_future(part) for part in work]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _drain(house: House, users: Users) -> float:
    """Until all has ended, also what waited for jobs that failed; the longest wait, in seconds."""
    waits = [await until(_operations_are_carried_out, house)]
    for _ in range(ROUNDS_OF_REPEATS):
        await users.queue_what_is_left()
        waits.append(await until(all_has_ended, house))
        await users.repeat_what_others_wait_for()
    return max([*waits, await until(all_has_ended, house)])


async def until(calm: Callable[[House], bool], house: House) -> float:
    """Wait until it is so, CALM_S at most: what is not then, is the referee's; the seconds."""
    began = time.monotonic()
    give_up_at = began + CALM_S
    while not await asyncio.to_thread(calm, house) and time.monotonic() < give_up_at:  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return time.monotonic() - began


def _operations_are_carried_out(house: House) -> bool:
    open_ = ("pending", "running")
    return all(row["status"] not in open_ for row in house.rows("operations"))


def all_has_ended(house: House) -> bool:
    """Whether every job has ended and holds nothing, but those that never will end."""
    rows = {str(row["uid"]): row for row in house.rows("jobs")}
    jobs = all(r["status"] in DONE or waits_for_ever(r, rows) for r in rows.values())
    attempts = all(a["state"] in ("ended", "void") for a in house.rows("attempts"))
    return bool(rows) and jobs and attempts and _operations_are_carried_out(house)


def _counts(house: House, users: Users, faults: Faults) -> Counter[str]:
    statuses = Counter(f"jobs {row['status']}" for row in house.rows("jobs"))
    leases = house.rows("leases")
    own = Counter(
        {
            "jobs": len(users.diary.jobs),
            "runs": len(Log.of(house).of_event("begin")),
            "terms": leases[0]["term"] if leases else 0,
            "requests": users.diary.requests,
            "requests repeated": users.diary.repeats,
            "kills asked for": len(users.diary.kills),
        }
    )
    return faults.counts + statuses + own
