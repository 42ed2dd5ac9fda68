"""A job that was launched, with its files and slots; an executor that tests command."""

import json
from collections.abc import Mapping
from pathlib import Path

from domain import slots
from domain.clock import now
from domain.documents import Attempt, Job, Project, Target
from domain.documents.attempt import AttemptState
from domain.documents.shapes import AllocatedResources, Interaction, SlotIndices
from domain.resources import Slots, empty_slots
from domain.settings import Settings
from domain.status import JobStatus
from scheduler.executors.base import Executor
from scheduler.watch import Watcher
from tests.conftest import built_in_types
from tests.fakes.executor import FakeExecutor

TERM = 3
KEY = "P1-J1#1"
HELD = Slots(cpu=(0,), ram=(0,))


class Scene:
    """Job J1 of project P1, launched as attempt 1 on two of the slots of `node1`."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self.executor = FakeExecutor()
        executors: Mapping[str, Executor] = {"node1": self.executor}
        self.watcher = Watcher(
            term=TERM,
            settings=settings,
            catalogue=built_in_types(),
            executors=executors,
            clock=now,
        )
        self.directory = directory

    async def set_up(self, *, status: JobStatus = JobStatus.LAUNCHED, attempt: int = 1) -> None:
        (self.directory / "J1" / "run" / "1").mkdir(parents=True)
        await self._records(status, attempt)
        assert await slots.take("node1", KEY, HELD, term=TERM)

    async def _records(self, status: JobStatus, attempt: int) -> None:
        common = {"created_at": now(), "updated_at": now()}
        await Project(
            id="P1",
            uid_num=1,
            title="P1",
            project_dir=str(self.directory),
            owner_user_id="u",
            **common,
        ).insert()
        await Target(
            id="node1",
            type="node",
            lane="default",
            title="node1",
            hostname="node1",
            slots=empty_slots(2, 16, []),
            term=TERM,
            created_at=now(),
        ).insert()
        await Job(
            id="P1-J1",
            project_uid="P1",
            project_uid_num=1,
            uid="J1",
            uid_num=1,
            workspace_uids=["W1"],
            created_by="u",
            type="simulate_data",
            type_version=1,
            category="simulations",
            job_dir="J1",
            status=status,
            attempt=attempt,
            queued_to_lane="default",
            queue_entered_at=now(),
            queued_at=now(),
            **common,
        ).insert()
        await Attempt(
            id=KEY,
            project_uid="P1",
            job_uid="J1",
            number=1,
            state=AttemptState.SUBMITTED,
            token="P1-J1#1-abc",
            term=TERM,
            directory=str(self.directory / "J1" / "run" / "1"),
            project_dir=str(self.directory),
            resources=AllocatedResources(
                lane="default",
                lane_type="node",
                target="node1",
                hostname="node1",
                slots=SlotIndices(cpu=[0], ram=[0]),
            ),
            created_at=now(),
        ).insert()

    def commit(self, *names: str, token: str = "P1-J1#1-abc") -> None:
        """What a program leaves as its last act."""
        outputs = {}
        for name in names:
            (self.directory / "J1" / f"{name}.cs").write_text("table")
            outputs[name] = {"metafile": f"J1/{name}.cs", "num_items": 5, "version": "F"}
        content = {"v": 1, "token": token, "outcome": "completed", "outputs": outputs}
        (self.directory / "J1" / "outputs.json").write_text(json.dumps(content))

    async def ask_kill(self) -> None:
        await Job.rows().update_one(
            {"_id": "P1-J1"}, {"$set": {"kill_requested_at": now(), "kill_requested_by": "u"}}
        )

    async def ask_user(self, question: str) -> None:
        """The job asks its user something; `question` is the interaction's id."""
        asked = Interaction(id=question, kind="choose", title="Which?")
        values = {"$set": {"interaction": asked.model_dump()}}
        await Job.rows().update_one({"_id": "P1-J1"}, values)

    async def job(self) -> Job:
        job = await Job.get("P1-J1")
        assert job is not None
        return job

    async def attempt(self) -> Attempt:
        attempt = await Attempt.get(KEY)
        assert attempt is not None
        return attempt

    async def slots_are_free(self) -> bool:
        target = await Target.get("node1")
        assert target is not None
        return slots.holders(target) == {}
