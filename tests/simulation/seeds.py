"""Live one world through, from its seed to a report; the same seed gives the same report."""

import asyncio
import gc
import logging
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest.mock import patch

from domain.database import DatabaseFault
from domain.job_types import Catalogue
from domain.job_types.load import load_declaration
from scheduler.executors.base import LaneUnreachable
from tests.simulation.store.database import bound_database
from tests.simulation.virtual_loop import VirtualLoop
from tests.simulation.world import World

SHARED_MEMORY = Path("/dev/shm")
JOB_TYPE = """
type = "simulated"
version = 1
title = "Simulated"
category = "simulations"
description = "Runs for a while."

[run]
command = ["{python}"]

[inputs.results]
type = "exposure"
slots = []
min = 0

[outputs.result]
type = "exposure"
slots = []
"""


@dataclass(frozen=True)
class Report:
    """What one world has come to; `violations` are sentences with their virtual time."""

    seed: int
    violations: tuple[str, ...]
    digest: str
    virtual_s: float
    calls: int
    freezes: int
    crashes: int
    terms: int
    starts: int
    launches: int
    acts: int


def live(
    seed: int, alter: Callable[[World], None] | None = None, keep: list[str] | None = None
) -> Report:
    """The report of the world `seed`; `alter` may take a guard away, `keep` gets the trace."""
    directory = Path(tempfile.mkdtemp(prefix="lanekeeper-", dir=_fast_directory()))
    loop = VirtualLoop()
    gc.disable()  # a dead process's tasks must not be cleaned up half-way
    try:
        with _quiet(), _same_ids(seed):
            asyncio.set_event_loop(loop)
            return loop.run_until_complete(_live(seed, loop, directory, alter, keep))
    finally:
        _end(loop)
        asyncio.set_event_loop(None)
        gc.enable()
        shutil.rmtree(directory)


async def _live(
    seed: int,
    loop: VirtualLoop,
    directory: Path,
    alter: Callable[[World], None] | None,
    keep: list[str] | None,
) -> Report:
    database, catalogue = await bound_database(), _catalogue(directory)
    gc.freeze()  # what all worlds share need not be gone through after each
    world = World(seed, loop, database, catalogue, directory)
    if alter is not None:
        alter(world)
    with _faults_told_to(world):
        await world.run()
    if keep is not None:
        keep += world.trace.lines
    if world.network.broken is not None:
        raise world.network.broken
    counts = world.referee.counts
    return Report(
        seed=seed,
        violations=tuple(world.referee.violations),
        digest=world.trace.digest,
        virtual_s=loop.time(),
        calls=world.network.calls,
        freezes=world.network.freezes,
        crashes=world.crashes,
        terms=counts.terms,
        starts=counts.starts,
        launches=counts.launches,
        acts=world.users.acts,
    )


def _fast_directory() -> Path | None:
    return SHARED_MEMORY if SHARED_MEMORY.is_dir() else None


_declared: Catalogue | None = None


def _catalogue(directory: Path) -> Catalogue:
    global _declared
    if _declared is None:
        path = directory / "simulated.toml"
        path.write_text(JOB_TYPE)
        declaration = load_declaration(path)
        _declared = Catalogue(types={declaration.type: declaration})
    return _declared


@contextmanager
def _same_ids(seed: int) -> Iterator[None]:
    """Ids that are made by chance elsewhere come from the seed here."""
    random = Random(seed)
    with patch("uuid.uuid4", lambda: uuid.UUID(int=random.getrandbits(128), version=4)):
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Warnings of the scheduler are its daily bread here."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


class _Faults(logging.Handler):
    """Takes what the product's loops have caught, but did not expect, for a violation."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, DatabaseFault | LaneUnreachable):
            self._world.referee.accuse(f"FAULT {record.getMessage()} {error!r}")


@contextmanager
def _faults_told_to(world: World) -> Iterator[None]:
    handler, loggers = (
        _Faults(world),
        [logging.getLogger(n) for n in ("scheduler", "domain", "asyncio")],
    )
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True


def _end(loop: VirtualLoop) -> None:
    """Forget all that goes on, whatever it would still like to say."""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        for task in loop.every_task:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        loop.every_task.clear()
        loop._ready.clear()
        loop._scheduled.clear()
        loop.close()
        gc.collect()
    finally:
        sys.unraisablehook = hook
