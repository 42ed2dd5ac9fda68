"""Three queued jobs and two machines with room for all of them, under one leader after another."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain import slots
from domain.clock import now
from domain.documents import Attempt, Event, Job, Lane, Project, Target, TokenPool
from domain.documents.instance import POOL_ID
from domain.resources import Slots, empty_slots
from domain.settings import Settings
from domain.status import JobStatus
from scheduler import lease
from scheduler.claim import Wanted
from scheduler.executors.base import Executor
from scheduler.launch import Launcher
from scheduler.plan import Assignment
from scheduler.recover import recover
from scheduler.watch import Watcher
from tests.conftest import NOON, built_in_types
from tests.fakes.executor import FakeExecutor

TERM = 3
INSTANCE = "instance"
JOBS = ("J1", "J2", "J3")
TARGETS = {"J1": "node1", "J2": "node1", "J3": "node2"}


class QueueScene:
    """J1, J2 and J3 of P1, each to have a core, a GPU and a token of a target of four."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.executor = FakeExecutor()
        self.new_leader(TERM)

    def new_leader(self, term: int) -> None:
        """Another process leads, under another term; the machines are the same."""
        settings, catalogue = Settings(data_dir=self.directory), built_in_types()
        executors: Mapping[str, Executor] = dict.fromkeys(TARGETS.values(), self.executor)
        self.term = term
        self.watcher = Watcher(term, settings, catalogue, executors, now)
        self.launcher = Launcher(
            term=term,
            instance_id=INSTANCE,
            settings=settings,
            catalogue=catalogue,
            programs=self.directory,
            executors=executors,
            clock=now,
        )

    async def recover(self) -> None:
        """What a leader does first."""
        await lease.fence(self.term)
        await recover(self.watcher, INSTANCE, now())

    async def set_up(self) -> None:
        """Empty the database and the directory, then make everything."""
        for record in (Attempt, Event, Job, Lane, Project, Target, TokenPool):
            await record.rows().delete_many({})
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.executor = FakeExecutor()
        self.new_leader(TERM)
        at: dict[str, Any] = {"created_at": NOON, "updated_at": NOON}
        await Project(
            id="P1", uid_num=1, title="P1", project_dir=str(self.directory), owner_user_id="u", **at
        ).insert()
        await Lane(id="default", type="node", title="Default", created_at=NOON).insert()
        await TokenPool(token_limit=4).insert()
        for name in sorted(set(TARGETS.values())):
            await self._make_target(name)
        for uid in JOBS:
            await self._make_job(uid)
        await lease.fence(TERM)

    async def _make_target(self, name: str) -> None:
        await Target(
            id=name,
            type="node",
            lane="default",
            title=name,
            hostname=name,
            slots=empty_slots(4, 32, range(4)),
            created_at=NOON,
        ).insert()

    async def _make_job(self, uid: str) -> None:
        await Job(
            id=f"P1-{uid}",
            project_uid="P1",
            project_uid_num=1,
            uid=uid,
            uid_num=int(uid[1:]),
            workspace_uids=["W1"],
            created_by="u",
            created_at=NOON,
            updated_at=NOON,
            type="simulate_data",
            type_version=1,
            category="simulations",
            job_dir=uid,
            status=JobStatus.QUEUED,
            queued_to_lane="default",
            queue_entered_at=NOON,
            queued_at=NOON,
            num_tokens=1,
        ).insert()

    async def wanted(self, *uids: str) -> list[Wanted]:
        """These jobs (all, unless named) that are queued, each with its own slots."""
        jobs = [await self.job(uid) for uid in uids or JOBS]
        return [(job, _assignment(job)) for job in jobs if job.status is JobStatus.QUEUED]

    async def claim(self, *uids: str) -> list[str]:
        """Claim for these jobs (all, unless named), as one group; the keys that were launched."""
        return [attempt.id for attempt in await self.launcher.claim(await self.wanted(*uids))]

    async def job(self, uid: str) -> Job:
        """The job as it is now."""
        job = await Job.get(f"P1-{uid}")
        assert job is not None
        return job

    async def statuses(self) -> dict[str, str]:
        """Job → its status."""
        return {uid: str((await self.job(uid)).status) for uid in JOBS}

    async def states(self) -> dict[str, str]:
        """Attempt → its state."""
        rows = await Attempt.rows().find({}).sort("_id", 1).to_list(None)
        return {row["_id"]: row["state"] for row in rows}

    async def held(self) -> dict[str, Slots]:
        """Attempt → the slots that are taken for it."""
        targets = await Target.find_all().to_list()
        return {key: held for target in targets for key, held in slots.holders(target).items()}

    async def tokens(self) -> dict[str, int]:
        """Attempt → its tokens; what the pool counts must be their sum."""
        pool = await TokenPool.get(POOL_ID)
        assert pool is not None
        assert pool.used == sum(grant.tokens for grant in pool.held)
        return {grant.key: grant.tokens for grant in pool.held}


def slots_of(uid: str) -> Slots:
    """The slots that the job is to have on its target."""
    index = JOBS.index(uid)
    return Slots(cpu=(index,), gpu=(index,), ram=(index,))


def _assignment(job: Job) -> Assignment:
    target = TARGETS[job.uid]
    return Assignment(
        job_id=job.id,
        lane="default",
        target=target,
        hostname=target,
        slots=slots_of(job.uid),
        tokens=1,
    )
