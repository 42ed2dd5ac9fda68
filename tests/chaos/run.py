"""One round of chaos: users and faults for a while, then calm, then judgement."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path

from pymongo.errors import PyMongoError

from tests.chaos.faults import Faults
from tests.chaos.house import House, running_house
from tests.chaos.referee import DONE, Log, violations, waits_for_ever
from tests.chaos.users import Users

CROWD = 3
CALM_S = 90.0
START_S = 60.0
PLENTY = {"cores": 12, "gpus": 4, "tokens": 3}


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
            await _ready(house)
            await users.settle_in()
            house.declare(**PLENTY)
            crowd = (users.live() for _ in range(CROWD))
            await _for_a_while(seconds, faults.strike(), users.watch(), *crowd)
            await asyncio.to_thread(house.calm)
            await users.queue_what_is_left()
            await _until_done(house)
        finally:
            await users.close()
        found = violations(house, users.diary)
        return Report(seed, time.monotonic() - began, _counts(house, users, faults), found)


async def _ready(house: House) -> None:
    """Until a scheduler has made this machine a target."""
    async with asyncio.timeout(START_S):
        while not await asyncio.to_thread(lambda: _look(house, "targets")):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _look(house: House, collection: str) -> list[dict[str, object]]:
    try:
        return house.rows(collection)
    except PyMongoError:
        return []


async def _for_a_while(seconds: float, *work: Coroutine[None, None, None]) -> None:
    """Do all that side by side; the first failure ends it and is raised."""
    tasks = [asyncio.ensure_future(part) for part in work]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _until_done(house: House) -> None:
    """Until every job has ended and holds nothing; those that never will are the referee's."""
    give_up_at = time.monotonic() + CALM_S
    while time.monotonic() < give_up_at:
        rows = {str(row["uid"]): row for row in await asyncio.to_thread(_look, house, "jobs")}
        open_ = [
            r for r in rows.values() if r["status"] not in DONE and not waits_for_ever(r, rows)
        ]
        attempts = await asyncio.to_thread(_look, house, "attempts")
        unsettled = [a for a in attempts if a["state"] not in ("ended", "void")]
        if rows and not open_ and not unsettled:
            return
        await asyncio.sleep(0.5)


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
