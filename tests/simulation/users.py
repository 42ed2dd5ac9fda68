"""What users and administrators do to a world: through the use cases, each as one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random

from domain import job_moves
from domain.documents import Job, Project
from domain.documents.shapes import Connection, JobInput, ResourceNeed
from domain.errors import DomainError
from domain.job_types import Catalogue
from domain.permissions import UserRole, Viewer
from domain.settings import Settings
from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases import clear, kill, queue, queue_place, restart
from domain.use_cases.context import Request
from domain.use_cases.drain import set_lane_drained, set_maintenance, set_target_drained
from domain.use_cases.instance_settings import update_instance_settings
from domain.use_cases.job_results import JobTarget
from domain.use_cases.queue import QueueOptions
from tests.simulation.store.database import SimulatedServer

LANES = ("fast", "slow")
TARGETS = ("node1", "node2", "node3")
TYPE = "simulated"
FEWEST_TOKENS = 2


class Users:
    """Everybody who uses the server of one world; `anew` is told of changes to lanes."""

    def __init__(
        self,
        server: SimulatedServer,
        random: Random,
        settings: Settings,
        catalogue: Catalogue,
        anew: Callable[[], None],
    ) -> None:
        self.acts = 0
        self._server = server
        self._random = random
        self._settings = settings
        self._catalogue = catalogue
        self._anew = anew
        self._viewer = Viewer("anna", "anna", UserRole.ADMIN, frozenset(LANES), True)

    @property
    def _request(self) -> Request:
        return Request(self._viewer, self._server.now(), self._settings, self._catalogue)

    # Building

    async def build(self, project: Project, count: int) -> None:
        """Make `count` jobs, some of them children of earlier ones, and queue most of them."""
        jobs: list[Job] = []
        for number in range(1, count + 1):
            parents = self._random.sample(jobs, k=min(len(jobs), self._random.choice((0, 0, 1, 2))))
            jobs.append(self._job(project, number, [parent.uid for parent in parents]))
        await job_moves.add(jobs)
        for lane in LANES:
            chosen = [JobTarget(job.key) for job in jobs if self._random.random() < 0.5]
            await queue.queue(self._request, chosen, QueueOptions(lane=lane))

    def _job(self, project: Project, number: int, parents: list[str]) -> Job:
        now: datetime = self._server.now()
        gpu = self._random.choice((0, 0, 1, 1, 2))
        connections = [Connection(job_uid=uid, output="result") for uid in parents]
        return Job(
            id=f"{project.uid}-J{number}",
            project_uid=project.uid,
            project_uid_num=project.uid_num,
            uid=f"J{number}",
            uid_num=number,
            workspace_uids=["W1"],
            created_by="anna",
            created_at=now,
            updated_at=now,
            type=TYPE,
            type_version=1,
            category="simulations",
            job_dir=f"J{number}",
            parents=parents,
            inputs={"results": JobInput(connections=connections)} if parents else {},
            resource_spec=ResourceNeed(cpu=self._random.choice((1, 2)), gpu=gpu, ram=1),
        )

    # One act at random

    async def act(self) -> None:
        """Do something that users do."""
        self.acts += 1
        chosen = self._random.choices(list(_ACTS), weights=[weight for _, weight in _ACTS])[0][0]
        try:
            await chosen(self)
        except DomainError:
            return  # refused, as it should be

    def _some(self, *statuses: JobStatus) -> list[JobTarget]:
        rows = self._server.table("jobs").rows.values()
        keys = [JobKey(row["project_uid"], row["uid"]) for row in rows if row["status"] in statuses]
        return [JobTarget(self._random.choice(keys))] if keys else []

    async def _queue(self, key: JobKey) -> None:
        options = QueueOptions(lane=self._random.choice(LANES))
        await queue.queue(self._request, [JobTarget(key)], options)

    async def queue_one(self) -> None:
        for target in self._some(JobStatus.BUILDING):
            await self._queue(target.key)

    async def kill_one(self) -> None:
        active = (JobStatus.LAUNCHED, JobStatus.STARTED, JobStatus.RUNNING)
        await kill.kill(self._request, self._some(*active))

    async def clear_one(self) -> None:
        done = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.KILLED)
        await clear.clear(self._request, self._some(JobStatus.QUEUED, *done))

    async def restart_one(self) -> None:
        await restart.restart(self._request, self._some(*set(JobStatus) - {JobStatus.BUILDING}))

    async def prefer_one(self) -> None:
        queued = self._some(JobStatus.QUEUED)
        await queue_place.set_priority(self._request, queued, self._random.choice((0, 10, 20)))

    async def move_one(self) -> None:
        queued = self._some(JobStatus.QUEUED)
        await queue_place.change_lane(self._request, queued, self._random.choice(LANES))

    async def hold_one(self) -> None:
        await queue_place.hold(self._request, self._some(JobStatus.QUEUED))

    async def release_one(self) -> None:
        await queue_place.release(self._request, self._some(JobStatus.QUEUED))

    async def drain_one(self) -> None:
        drained = self._random.random() < 0.4
        if self._random.random() < 0.5:
            lane = self._random.choice(LANES)
            await set_lane_drained(self._request, lane, drained=drained)
        else:
            target = self._random.choice(TARGETS)
            await set_target_drained(self._request, target, drained=drained)
        self._anew()

    async def limit_tokens(self) -> None:
        limit = self._random.choice((FEWEST_TOKENS, 3, 4, None))
        await update_instance_settings(self._request, {"token_limit": limit})
        self._anew()

    async def open_everything(self) -> None:
        """Nothing is drained or held any more, and every job can have its tokens."""
        for lane in LANES:
            await set_lane_drained(self._request, lane, drained=False)
        for target in TARGETS:
            await set_target_drained(self._request, target, drained=False)
        await set_maintenance(self._request, drained=False)
        rows = self._server.table("jobs").rows.values()
        held = [JobTarget(JobKey(row["project_uid"], row["uid"])) for row in rows if row["on_hold"]]
        await queue_place.release(self._request, held)
        self._anew()


_ACTS: tuple[tuple[Callable[[Users], Awaitable[None]], float], ...] = (
    (Users.queue_one, 6),
    (Users.kill_one, 2),
    (Users.clear_one, 2),
    (Users.restart_one, 2),
    (Users.prefer_one, 2),
    (Users.move_one, 1),
    (Users.hold_one, 1),
    (Users.release_one, 2),
    (Users.drain_one, 1),
    (Users.limit_tokens, 1),
)
