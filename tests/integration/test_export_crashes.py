"""A crash after every step of an export and of an import, on disk and in the database.

Each is done once undisturbed. Then again and again, each time dying one step later, and another
leader goes on. Afterwards files and records are as after the first time, and nothing is left over.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorCollection

from domain.documents import Counter, Event, Job, Operation
from domain.documents.operation import OperationStatus
from tests.integration.exporting import Instance, bound
from tests.integration.mongod import Mongod

pytestmark = pytest.mark.mongo
WRITES = ("insert_one", "insert_many", "update_one", "update_many", "delete_many")
STEPS = ("mkdir", "rename", "unlink", "rmdir", "fsync")
IMPORTED = "exports/jobs/J1_simulate_data"


class Crash(BaseException):
    """The process dies; nothing of ours may catch it."""


class Death:
    """Dies after the n-th step; from then on no step is possible."""

    def __init__(self, after: int) -> None:
        self._left = after

    def live(self) -> None:
        """Before a step."""
        if self._left <= 0:
            raise Crash

    def count(self) -> None:
        """After a step."""
        self._left -= 1
        self.live()

    @property
    def came(self) -> bool:
        return self._left <= 0


@asynccontextmanager
async def dying(after: int) -> AsyncIterator[Death]:
    """Until its end, every step counts; what was under way when it died has ended then."""
    death = Death(after)
    before = asyncio.all_tasks()
    with pytest.MonkeyPatch.context() as patch:
        for name in (*WRITES, "find_one_and_update"):
            patch.setattr(AsyncIOMotorCollection, name, _write(death, name))
        for name in STEPS:
            patch.setattr(os, name, _step(death, getattr(os, name)))
        try:
            yield death
        except Crash:
            pass
        finally:
            await asyncio.gather(*asyncio.all_tasks() - before, return_exceptions=True)


def _write(death: Death, name: str) -> Any:  # a method of the driver's
    original = getattr(AsyncIOMotorCollection, name)

    async def write(self: Any, *args: Any, **kwargs: Any) -> Any:
        death.live()
        result = await original(self, *args, **kwargs)
        death.count()
        return result

    return write


def _step(death: Death, original: Callable[..., None]) -> Callable[..., None]:
    def step(*args: Any, **kwargs: Any) -> None:
        death.live()
        original(*args, **kwargs)
        death.count()

    return step


def files(directory: Path, but: str = "manifest") -> dict[str, bytes]:
    """The content of every file below but the manifest, which tells the time."""
    found = {str(p.relative_to(directory)): p for p in directory.rglob("*") if p.is_file()}
    return {name: p.read_bytes() for name, p in sorted(found.items()) if but not in name}


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def carry_out(home: Instance, operation_id: str, *, dying_after: int) -> bool:
    """Whether the leader died before the end; another one has gone on in any case."""
    async with dying(dying_after) as death:
        await home.carry_out(operation_id)
    home.new_leader(home.tools.term + 1)
    operation = await Operation.get(operation_id)
    assert operation is not None
    if operation.is_open:
        operation = await home.carry_out(operation_id)
    assert operation.status is OperationStatus.SUCCEEDED
    return death.came


async def test_an_export_that_dies_at_any_step_is_gone_on_with(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up()
        await home.small_job("J1")
        location = await home.export("J1")
        wanted = files(location)
        (home.project_dir / "J1" / "new.txt").write_text("new")
        wanted["files/J1/new.txt"] = b"new"

        after, died = 0, True
        while died:
            after += 1
            begun = await home.begin_export("J1")
            died = await carry_out(home, begun, dying_after=after)

            assert (await home.job("J1")).active_operation is None
            assert files(location) == wanted
            assert names(location.parent) == ["J1_simulate_data"]
            assert names(home.project_dir) == ["J1", "exports"]
    assert after > 20


async def test_an_import_that_dies_at_any_step_is_there_whole_or_not_at_all(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up(jobs_before=1)
        await home.small_job("J1")
        await home.export("J1")
        await home.carry_out(await home.begin_import(IMPORTED))
        wanted = files(home.project_dir / "J2")
        log = [(e.number, e.type, e.meta) for e in await home.events("J2")]

        after, died = 0, True
        while died:
            after += 1
            number = 2 + after
            begun = await home.begin_import(IMPORTED)
            died = await carry_out(home, begun, dying_after=after)

            job, events = await home.job(f"J{number}"), await home.events(f"J{number}")
            assert [(e.number, e.type, e.meta) for e in events] == log
            assert job.outputs["particles"].versions[0].metafile == f"J{number}/particles.cs"
            found = files(home.project_dir / job.job_dir)
            assert found.keys() == wanted.keys()
            assert found["a.mrc"] == wanted["a.mrc"]
            counter = await Counter.get(f"{job.id}:events")
            assert counter is not None
            assert counter.last == len(log)
        jobs = {job.uid for job in await Job.find_all().to_list()}
        whose = {event.job_uid for event in await Event.find_all().to_list()}
    assert names(home.project_dir) == sorted(jobs | {"exports"})
    assert whose == jobs == {f"J{n}" for n in range(1, number + 1)}
    assert after > 20


async def test_nothing_is_left_of_an_import_whose_source_vanishes_after_a_crash(
    mongod: Mongod, tmp_path: Path
) -> None:
    home = Instance(tmp_path / "home")
    async with bound(mongod, home):
        await home.set_up(jobs_before=1)
        await home.small_job("J1")
        location = await home.export("J1")
        begun = await home.begin_import(IMPORTED)
        async with dying(5):
            await home.carry_out(begun)
        left = names(home.project_dir)
        location.rename(tmp_path / "gone")
        home.new_leader(2)

        done = await home.carry_out(begun)

    assert [name for name in left if name.endswith(".unfinished")] != []
    assert done.status is OperationStatus.FAILED
    assert names(home.project_dir) == ["J1", "exports"]
