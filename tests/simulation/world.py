"""One world from its seed: schedulers, nodes and users on a virtual clock, disturbed, then calm."""

import asyncio
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from domain.documents import Instance, Lane, Project, Target, TokenPool, User
from domain.job_types import Catalogue
from domain.live.hub import Hub
from domain.permissions import UserRole
from domain.resources import empty_slots
from domain.settings import Settings
from scheduler.run import Contender
from scheduler.target_executors import TargetExecutors
from tests.simulation.executor import SimulatedExecutor
from tests.simulation.feed import SimulatedFeed
from tests.simulation.left_over import left_over
from tests.simulation.neighbour import Neighbour
from tests.simulation.no_history import NoHistory
from tests.simulation.nodes import HARMLESS, Nodes
from tests.simulation.referee import Referee
from tests.simulation.store.database import BEGINNING, SimulatedDatabase, SimulatedServer
from tests.simulation.store.values import Row
from tests.simulation.users import LANES, TARGETS, Users
from tests.simulation.virtual_loop import PROCESS, Process, VirtualLoop
from tests.simulation.wire import CALM, LONGEST_FREEZE_S, Dangers, Network, Trace

STORM_S = 40.0
CALM_AGAIN_S = 300.0
LOOK_EVERY_S = 2.0
TTL_S = 5.0
MEDDLING = 0.015
"""How often somebody acts right after a call of a scheduler took effect."""
TAKEOVERS = 0.25
"""In how many worlds the takeover is timed, once all is calm."""
SKEWS_S = (0.0, 0.0, -0.03, 0.05, 3.0, -60.0)


@dataclass
class Scheduler:
    """One scheduler process and what it is made of."""

    process: Process
    feed: SimulatedFeed
    executor: SimulatedExecutor
    contender: Contender
    stop: asyncio.Event


@dataclass
class World:
    """All of it; `run` lives it through."""

    seed: int
    loop: VirtualLoop
    database: SimulatedDatabase
    catalogue: Catalogue
    directory: Path
    crashes: int = 0
    schedulers: list[Scheduler] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.trace = Trace()
        self.writes = 0
        unique = self.database.unique
        self.server = SimulatedServer(self.loop.time, self._written, unique)
        self.database.server = self.server
        self.referee = Referee(self.server, self.loop.time)
        self.network = Network(self.loop, self.random, self.trace, self._crash)
        self.server.wire = self.network.to_database
        skew = self.random.choice(SKEWS_S)
        self.nodes = Nodes(self.loop, self.random, lambda: self.server.now().timestamp() + skew)
        self.nodes.begins, self.nodes.ends = self._begins, self.referee.ends
        self.nodes.changed = self._wake
        self.settings = Settings(
            data_dir=self.directory, lease_ttl_s=TTL_S, launch_timeout_s=10.0, kill_grace_s=2.0
        )
        self.users = Users(
            self.server, self.random, self.settings, self.catalogue, self.referee.anew
        )

        self.neighbour = Neighbour(self.random)

    # What is told of

    def _written(self, collection: str, id: str, before: Row | None, after: Row | None) -> None:
        self.writes += 1
        told = after.get("status", after.get("state", "")) if after is not None else "deleted"
        self.trace.note(self.loop.time(), f"wrote {collection} {id} {told}")
        self.referee.written(collection, id, before, after)
        for scheduler in self.schedulers:
            scheduler.feed.tell(collection, id, self.writes, deleted=after is None)

    def _begins(self, run: object) -> None:
        self.trace.note(self.loop.time(), f"begins {run}")
        self.referee.begins(run)  # type: ignore[arg-type]

    def _wake(self, key: str) -> None:
        for scheduler in self.schedulers:
            if self.random.random() < 0.9:
                delay = 0.005 + 0.02 * self.random.random()
                context = Context()
                context.run(PROCESS.set, scheduler.process)
                self.loop.call_later(delay, scheduler.executor.on_change, key, context=context)

    # Processes

    def _crash(self, process: Process) -> None:
        self.crashes += 1
        self.trace.note(self.loop.time(), f"{process.name} dies")
        process.die()
        self.schedulers = [each for each in self.schedulers if each.process is not process]
        self.loop.call_later(
            0.1 + 5 * self.random.random(), self.start_scheduler, context=Context()
        )

    def start_scheduler(self) -> None:
        """Start one more scheduler process, as systemd would."""
        number = self.loop.next_number()
        process = Process(f"S{number}", skew_s=self.random.choice(SKEWS_S))
        hub = Hub(NoHistory())
        feed = SimulatedFeed(process, hub, self.loop, self.random)
        feed.begin(self.writes)
        executor = SimulatedExecutor(self.nodes, self.network, self.random)
        contender = Contender(
            settings=self.settings,
            hub=hub,
            instance_id="here",
            holder=process.name,
            catalogue=self.catalogue,
            programs=self.directory,
            executors=TargetExecutors(executor),
            clock=lambda: self._wall_of(process),
        )
        stop = asyncio.Event()
        self.schedulers.append(Scheduler(process, feed, executor, contender, stop))
        context = Context()
        context.run(PROCESS.set, process)
        self.loop.create_task(self._compete(contender, process, stop), context=context)

    async def _compete(self, contender: Contender, process: Process, stop: asyncio.Event) -> None:
        try:
            await contender.compete(stop)
            await contender.close()
        except Exception as error:  # noqa: BLE001 - it has ended the process
            self.referee.accuse(f"FAULT {process.name} ended with {error!r}")
        self._crash(process)

    def _wall_of(self, process: Process) -> datetime:
        return self.server.now() + timedelta(seconds=process.skew_s)

    # Its life

    async def run(self) -> None:
        """Build, storm, calm, and look at what is left."""
        await self._build()
        for _ in range(self.random.choice((2, 2, 3))):
            self.start_scheduler()
        neighbour = self.loop.create_task(self.neighbour.live())
        await self._storm()
        self._calm_down()
        neighbour.cancel()
        await self.neighbour.leave()
        await self.users.open_everything()
        if self.random.random() < TAKEOVERS:
            await self._freeze_the_leader()
        await self._come_to_rest()

    async def _build(self) -> None:
        now = BEGINNING
        for name in LANES:
            await Lane(id=name, type="node", title=name, created_at=now).insert()
        for name, lane, gpus in zip(TARGETS, ("fast", "fast", "slow"), (1, 1, 2), strict=True):
            await self._target(name, lane, gpus).insert()
        await TokenPool(token_limit=self.random.choice((2, 3, None))).insert()
        await Instance(
            instance_id="here", name="here", signing_key=b"k", default_lane="fast", created_at=now
        ).insert()
        await User(
            id="anna", name="anna", role=UserRole.ADMIN, lanes=list(LANES), created_at=now
        ).insert()
        directory = self.directory / "P1"
        directory.mkdir(parents=True)
        project = Project(
            id="P1",
            uid_num=1,
            title="P1",
            project_dir=str(directory),
            owner_user_id="anna",
            created_at=now,
            updated_at=now,
        )
        await project.insert()
        await self.users.build(project, self.random.choice((6, 9, 12)))

    def _target(self, name: str, lane: str, gpus: int) -> Target:
        return Target(
            id=name,
            type="node",
            lane=lane,
            title=name,
            hostname=name,
            cpu_cores=3,
            ram_gb=24,
            slots=empty_slots(3, 24, list(range(gpus))),
            created_at=BEGINNING,
        )

    async def _storm(self) -> None:
        self.network.dangers = Dangers()
        self.network.on_call = self._meddle
        while self.loop.time() < STORM_S:
            await asyncio.sleep(self.random.expovariate(1 / 2))
            if self.random.random() < 0.75:
                await self.users.act()
            else:
                self._disturb()

    def _meddle(self, process: Process, what: str) -> None:
        """Users do not wait for quiet moments: they act while a pass is half-way."""
        if self.random.random() < MEDDLING:
            self.loop.create_task(self.users.act(), context=Context())

    def _disturb(self) -> None:
        """Freeze, stop or kill a process at some moment; the leader, if there is one, mostly."""
        if not self.schedulers:
            return
        leader = self.leader()
        aimed = leader is not None and self.random.random() < 0.8
        chosen = leader if aimed and leader else self.random.choice(self.schedulers)
        chance = self.random.random()
        if chance < 0.7:
            self.network.freeze(chosen.process, self.network.pause())
        elif chance < 0.85:
            chosen.stop.set()
        else:
            self._crash(chosen.process)

    def leader(self) -> Scheduler | None:
        """The living process that the lease names."""
        lease = self.server.table("leases").rows.get("scheduler")
        holder = lease["holder"] if lease else None
        return next((each for each in self.schedulers if each.process.name == holder), None)

    def _calm_down(self) -> None:
        self.network.dangers = CALM
        self.network.on_call = lambda process, what: None
        self.nodes.mishaps = HARMLESS
        for scheduler in self.schedulers:
            scheduler.feed.resets = False

    async def _freeze_the_leader(self) -> None:
        """Freeze it inside its next call: another one leads within the lifetime and 2 s (INV-8)."""
        await asyncio.sleep(LONGEST_FREEZE_S)  # all that were frozen before are awake by then
        leader = self.leader()
        if leader is None:
            self.referee.accuse("INV-8 nobody leads, though nothing is in the way")
            return
        frozen_at: list[float] = []

        def freeze(process: Process, what: str) -> None:
            if process is leader.process and not frozen_at:
                frozen_at.append(self.loop.time())
                self.network.freeze(process, 3 * TTL_S)

        self.network.on_call = freeze
        await asyncio.sleep(2 * TTL_S)
        late = self.referee.counts.led_since - min(frozen_at) - (TTL_S + 2)
        if self.leader() is leader or late > 0:
            self.referee.accuse(f"INV-8 {leader.process.name} was not replaced in time: {late:.3f}")

    async def _come_to_rest(self) -> None:
        for _ in range(int(CALM_AGAIN_S / LOOK_EVERY_S)):
            if not left_over(self.server):
                return
            await asyncio.sleep(LOOK_EVERY_S)
        for sentence in left_over(self.server):
            self.referee.accuse(sentence)
