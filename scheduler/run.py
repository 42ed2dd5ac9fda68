"""The scheduler's process: connect, compete for the lease, lead, stop cleanly."""

import asyncio
import logging
import os
import socket
import uuid
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from domain import clock
from domain.clock import Clock
from domain.database import Database, DatabaseFault, connect
from domain.documents import DOCUMENTS
from domain.documents.target import GpuDevice
from domain.instance import ensure_instance, register_this_machine
from domain.job_types import Catalogue, load_catalogue
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.settings import Settings
from domain.tokens import shared_pool
from scheduler import lease
from scheduler.executors.gpus import detect_gpus
from scheduler.executors.local import LocalExecutor
from scheduler.installed_programs import InstalledPrograms
from scheduler.job_file import freeze_programs
from scheduler.launch import Launcher
from scheduler.lease import Leadership
from scheduler.loop import Loop
from scheduler.membership import Membership
from scheduler.presence import Presence
from scheduler.remote_executors import RemoteExecutors
from scheduler.target_checks import TargetChecks
from scheduler.target_executors import TargetExecutors
from scheduler.watch import Watcher

log = logging.getLogger(__name__)
GIB = 1024**3
MAX_KEYS = 1_000_000
"""Changes that a pass may lag behind: a reset reads the whole queue anew."""


def job_types_of(settings: Settings) -> Catalogue:
    """All job types; the log tells of each file whose type is hidden, with its line and key."""
    catalogue = load_catalogue(settings.job_types_dirs, settings.site_file)
    for path, problem in catalogue.problems.items():
        facts = {"action": "job_type_refused", "file": str(path)}
        log.error("A job type is hidden: %s", problem, extra=facts)
    return catalogue


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Schedule until `stop` is set; jobs that run go on without us.

    Raises UnsafeDatabase if the database cannot be used, SiteRefused for the site's file.
    """
    assert settings.mongodb_url is not None, "the command line settles on a database"
    url = settings.mongodb_url.get_secret_value()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connect(url, settings.database, DOCUMENTS))
        hub = Hub(DatabaseHistory(database), max_keys=MAX_KEYS)
        await stack.enter_async_context(Feed(database, hub))
        pool = await stack.enter_async_context(shared_pool(settings))
        contender = await Contender.prepare(settings, hub, pool)
        stack.push_async_callback(contender.close)
        await contender.compete(stop)


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One process that wants to lead; between its turns it asks for the lease again and again.

    `holder` names it in the lease, and no other process ever. `programs` is where the built-in
    programs of jobs lie; `executors` keep their connections from turn to turn; `pool` is the
    database of the tokens, if other instances share them.
    """

    settings: Settings
    hub: Hub
    instance_id: str
    holder: str
    catalogue: Catalogue
    programs: Path
    executors: TargetExecutors
    clock: Clock = clock.now
    pool: Database | None = None

    @classmethod
    async def prepare(cls, settings: Settings, hub: Hub, pool: Database | None) -> "Contender":
        """Make the instance and this machine's target on the first start."""
        instance = await ensure_instance(clock.now(), settings)
        await register_this_machine(
            clock.now(),
            hostname=socket.gethostname(),
            cpu_cores=os.cpu_count() or 1,
            ram_gb=psutil.virtual_memory().total / GIB,
            gpus=[
                GpuDevice(index=gpu.index, name=gpu.name, mem=gpu.memory_bytes, uuid=gpu.uuid)
                for gpu in await asyncio.to_thread(detect_gpus)
            ],
        )
        return cls(
            settings=settings,
            hub=hub,
            instance_id=instance.instance_id,
            holder=f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}",
            catalogue=job_types_of(settings),
            programs=freeze_programs(settings.data_root),
            executors=TargetExecutors(LocalExecutor(), RemoteExecutors(settings)),
            pool=pool,
        )

    async def compete(self, stop: asyncio.Event) -> None:
        """Lead whenever the lease can be had, until `stop` is set."""
        while not stop.is_set():
            leadership = await self._ask()
            if leadership is not None:
                await self._lead(leadership, stop)
            with suppress(TimeoutError):
                async with asyncio.timeout(self.settings.lease_ttl_s / 5):
                    await stop.wait()

    async def _ask(self) -> Leadership | None:
        try:
            return await lease.acquire(self.holder, self.settings.lease_ttl_s)
        except DatabaseFault as fault:
            log.warning("The lease cannot be asked for: %s", fault, extra={"action": "no_lease"})
            return None

    async def _lead(self, leadership: Leadership, stop: asyncio.Event) -> None:
        log.info("Leading term %d.", leadership.term, extra={"action": "leading"})
        turn = asyncio.create_task(self._loop(leadership).run())
        stopped = asyncio.create_task(stop.wait())
        sharing = asyncio.create_task(self._share_tokens())
        await asyncio.wait((turn, stopped), return_when=asyncio.FIRST_COMPLETED)
        for task in (stopped, sharing, turn):
            task.cancel()
        try:
            await turn
        except asyncio.CancelledError:
            log.info("Stopping.", extra={"action": "stopping"})
        except DatabaseFault as fault:
            log.warning("The database failed: %s", fault, extra={"action": "lost_database"})
        with suppress(DatabaseFault):
            await lease.release(leadership)

    async def _share_tokens(self) -> None:
        if self.pool is None:
            return
        settings, here = self.settings, self.executors.this_machine
        await Membership(
            self.pool, self.instance_id, settings.instance_name, settings.member_ttl_s, here
        ).run()

    def _loop(self, leadership: Leadership) -> Loop:
        launcher = Launcher(
            term=leadership.term,
            instance_id=self.instance_id,
            settings=self.settings,
            catalogue=self.catalogue,
            programs=self.programs,
            executors=self.executors,
            clock=self.clock,
        )
        watcher = Watcher(
            term=leadership.term,
            settings=self.settings,
            catalogue=self.catalogue,
            executors=self.executors,
            clock=self.clock,
        )
        programs = InstalledPrograms(self.catalogue, self.executors)
        checks = TargetChecks(
            self.executors, self.settings.projects_root, self.clock, programs=programs
        )
        loop = Loop(
            leadership=leadership,
            launcher=launcher,
            watcher=watcher,
            executors=self.executors,
            checks=checks,
            presence=Presence(self.settings.projects_root, self.clock),
            programs=programs,
            hub=self.hub,
            clock=self.clock,
            sweep_s=self.settings.sweep_s,
        )
        self.executors.listen(on_change=loop.attempt_changed, on_messages=loop.attempt_changed)
        return loop

    async def close(self) -> None:
        """Stop watching processes; they go on."""
        await self.executors.close()
