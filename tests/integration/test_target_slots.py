"""Changing a machine while jobs come and go: no slot that is held is ever lost (INV-4)."""

import asyncio
import random
from pathlib import Path

import pytest

from domain import slots
from domain.clock import now
from domain.database import Database
from domain.documents import Target
from domain.errors import DomainError
from domain.instance import ensure_admin, ensure_instance
from domain.resources import Slots, empty_slots
from domain.settings import Settings
from domain.use_cases.context import Request
from domain.use_cases.target_changes import update_node_target
from domain.use_cases.target_checks import GpuChoice
from tests.conftest import built_in_types, viewer_of

pytestmark = pytest.mark.mongo
ROUNDS = 40
SEED = 20261125


async def come_and_go(worker: int, dice: random.Random) -> int:
    """Take a core and a GPU, look that they stay held, give them back; how often that was done."""
    done = 0
    for number in range(ROUNDS):
        key = f"P1-J{worker}#{number + 1}"
        wanted = Slots(cpu=(dice.randrange(6),), gpu=(dice.randrange(4),))
        if not await slots.take("here", key, wanted, term=0):
            continue
        await asyncio.sleep(0)
        target = await Target.get("here")
        assert target is not None
        assert slots.held_by(target, key) == wanted
        assert await slots.give_back("here", key, wanted)
        done += 1
    return done


async def change_it(request: Request, dice: random.Random) -> int:
    """Change cores, memory and GPUs again and again; how often it was not refused."""
    done = 0
    for _ in range(ROUNDS):
        gpus = tuple(sorted(dice.sample(range(4), dice.randrange(1, 5))))
        try:
            await update_node_target(
                request,
                "here",
                {"cpu_cores": dice.randrange(1, 7), "ram_gb": 8, "gpus": GpuChoice(gpus)},
            )
        except DomainError:  # in use, or too busy
            continue
        done += 1
    return done


async def test_jobs_keep_their_slots_while_the_machine_is_changed(
    real_database: Database, tmp_path: Path
) -> None:
    """A change that was worked out before a job took a core must not free that core again."""
    settings = Settings(data_dir=tmp_path)
    await ensure_instance(now(), settings)
    admin = await ensure_admin(now())
    request = Request(viewer_of(admin), now(), settings, built_in_types())
    await Target(
        id="here",
        type="node",
        lane="default",
        title="here",
        hostname="here",
        cpu_cores=6,
        ram_gb=8,
        slots=empty_slots(6, 8, range(4)),
        created_at=now(),
    ).insert()
    workers = [come_and_go(n, random.Random(SEED + n)) for n in range(1, 4)]

    *runs, changes = await asyncio.gather(*workers, change_it(request, random.Random(SEED)))

    assert min(runs) > 0
    assert changes > 0
    target = await Target.get("here")
    assert target is not None
    assert slots.holders(target) == {}
