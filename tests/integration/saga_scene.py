"""A project whose jobs are of every kind, with real files, for operations on a real database."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain import operations, slots
from domain.clock import now
from domain.documents import DOCUMENTS, Attempt, Counter, Job, Project, Target, Workspace
from domain.documents.attempt import AttemptState
from domain.documents.shapes import (
    AllocatedResources,
    Connection,
    JobInput,
    JobOutput,
    OutputVersion,
    SlotIndices,
)
from domain.instance import ensure_admin, ensure_instance
from domain.resources import Slots, empty_slots
from domain.settings import Settings
from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.use_cases.job_results import JobTarget
from scheduler.executors.base import ExitReason
from scheduler.operations.carry_on import carry_on
from scheduler.operations.tools import OperationTools
from scheduler.watch import Watcher
from tests.conftest import NOON, built_in_types, viewer_of
from tests.fakes.executor import FakeExecutor
from tests.integration.saved_scene import SavedScene

TERM = 3
IT0, IT1, FINAL, MORE = "it000.star", "it001.star", "final.star", "shared.mrcs"
SIZES = {IT0: 100, IT1: 200, FINAL: 400, MORE: 800}


class SagaScene:
    """Project P1 on two workspaces; what the jobs are, `set_up` says.

    J1 completed, with two intermediate versions and a final one · J2 running, fed by J1 ·
    J3 queued, fed by J1 · J4 failed, alone · J5 building, in both workspaces.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.settings = Settings(data_dir=directory.parent)
        self.executor = FakeExecutor()
        self.tools = self.new_leader()
        self._saved: SavedScene | None = None

    def new_leader(self, term: int = TERM) -> OperationTools:
        """The tools of a leader that has just begun."""
        watcher = Watcher(
            term=term,
            settings=self.settings,
            catalogue=built_in_types(),
            executors={"node1": self.executor},
            clock=now,
        )
        self.tools = OperationTools(term, watcher, now)
        return self.tools

    async def set_up(self) -> None:
        """Empty the database and the directory, then make everything; as it was, if made before."""
        await asyncio.gather(*(record.rows().delete_many({}) for record in DOCUMENTS))
        shutil.rmtree(self.directory, ignore_errors=True)
        self.executor = FakeExecutor()
        self.new_leader()
        if self._saved is None:
            await self._make()
            self._saved = await SavedScene.of(self.directory, self.executor)
        else:
            await self._saved.put_back(self.directory, self.executor)

    async def _make(self) -> None:
        self.directory.mkdir(parents=True)
        await ensure_instance(NOON, self.settings)
        await ensure_admin(NOON)
        await self._surroundings()
        await Counter(id="P1:jobs", last=9).insert()
        await self._jobs()

    async def request(self) -> Request:
        """An administrator's request at noon."""
        admin = await ensure_admin(NOON)
        return Request(viewer_of(admin), NOON, self.settings, built_in_types())

    async def _surroundings(self) -> None:
        at: dict[str, Any] = {"created_at": NOON, "updated_at": NOON}
        await Project(
            id="P1",
            uid_num=1,
            title="P1",
            project_dir=str(self.directory),
            owner_user_id="admin",
            **at,
        ).insert()
        for number in (1, 2):
            await Workspace(
                id=f"P1-W{number}",
                project_uid="P1",
                uid=f"W{number}",
                uid_num=number,
                created_by="admin",
                **at,
            ).insert()
        await self.make_target("node1")

    async def make_target(self, name: str, lane: str = "default") -> None:
        """A node with four CPUs."""
        await Target(
            id=name,
            type="node",
            lane=lane,
            title=name,
            hostname=name,
            slots=empty_slots(4, 64, []),
            term=TERM,
            created_at=NOON,
        ).insert()

    async def _jobs(self) -> None:
        done = {"queued_to_lane": "default", "attempt": 1, "job_dir_size": 1500, "priority": 7}
        await self.make_job(
            "J1",
            JobStatus.COMPLETED,
            outputs={"micrographs": self.output("J1")},
            intermediate_results_size_bytes=300,
            completed_at=NOON,
            **done,
        )
        await self.make_job("J2", JobStatus.LAUNCHED, **fed("J1"))
        await self.launch("J2")
        queue = {"queued_to_lane": "default", "queue_entered_at": NOON, "queued_at": NOON}
        await self.make_job("J3", JobStatus.QUEUED, queued_by="admin", **fed("J1"), **queue)
        await self.make_job("J4", JobStatus.FAILED, failed_at=NOON, **done)
        await self.make_job("J5", JobStatus.BUILDING, workspace_uids=["W1", "W2"])

    async def make_job(self, uid: str, status: JobStatus, **values: Any) -> Job:
        """A job with files in its directory: of each kind if it has outputs."""
        job: Job = Job(
            id=f"P1-{uid}",
            project_uid="P1",
            project_uid_num=1,
            uid=uid,
            uid_num=int(uid[1:]),
            workspace_uids=["W1"],
            created_by="admin",
            created_at=NOON,
            updated_at=NOON,
            type="ctf_estimation" if values.get("parents") else "simulate_data",
            type_version=1,
            category="simulations",
            job_dir=uid,
        ).model_copy(update={"status": status, **values})
        await job.insert()
        run = self.directory / uid / "run" / "1"
        run.mkdir(parents=True)
        (run / "spec.json").write_text("{}")
        sizes = SIZES if job.outputs else {FINAL: SIZES[FINAL]}
        for name, size in sizes.items():
            (self.directory / uid / name).write_bytes(b"x" * size)
        return job

    def output(self, uid: str, *, final: bool = True) -> JobOutput:
        """Two intermediate versions and the last one; the second shares a file with the last."""
        files = [(IT0, []), (IT1, [MORE]), (FINAL, [MORE])]
        return JobOutput(
            num_items=3,
            versions=[
                OutputVersion(
                    version=number,
                    final=final and name == FINAL,
                    metafile=f"{uid}/{name}",
                    files=[f"{uid}/{other}" for other in others],
                    num_items=3,
                    created_at=NOON,
                )
                for number, (name, others) in enumerate(files)
            ],
        )

    async def launch(self, uid: str) -> None:
        """Make the launched job run, on slots of its own."""
        key = f"P1-{uid}#1"
        number = int(uid[1:]) % 4
        held = AllocatedResources(
            lane="default",
            lane_type="node",
            target="node1",
            hostname="node1",
            slots=SlotIndices(cpu=[number], ram=[number]),
        )
        assert await slots.take("node1", key, Slots(cpu=(number,), ram=(number,)), term=TERM)
        await Job.rows().update_one(
            {"_id": f"P1-{uid}"},
            {
                "$set": {
                    "attempt": 1,
                    "queued_to_lane": "default",
                    "resources_allocated": held.model_dump(),
                    "priority": 7,
                }
            },
        )
        await Attempt(
            id=key,
            project_uid="P1",
            job_uid=uid,
            number=1,
            state=AttemptState.SUBMITTED,
            token=f"{key}-abc",
            term=TERM,
            directory=str(self.directory / uid / "run" / "1"),
            project_dir=str(self.directory),
            resources=held,
            created_at=NOON,
        ).insert()
        self.executor.run(key)
        await self.tools.watcher.look()

    async def carry_out(self, operation_id: str) -> None:
        """Carry the operation to its end; what is asked to end does so."""
        for _ in range(50):
            await carry_on(operation_id, self.tools)
            if await operations.open_operation(operation_id) is None:
                await self.tools.watcher.look()  # an attempt may be left from before a crash
                return
            self.end_what_was_asked()
            await self.tools.watcher.look()
        raise AssertionError(f"operation {operation_id} does not end")

    def end_what_was_asked(self) -> None:
        """The programs that were asked to end do so."""
        for key in self.executor.asked.stops:
            if self.executor.sightings[key].exit is None:
                self.executor.finish(key, 143, reason=ExitReason.CANCELLED)

    async def job(self, uid: str) -> Job:
        """The job as it is now."""
        return Job.from_row(await Job.rows().find_one({"_id": f"P1-{uid}"}) or {})

    async def status(self, *uids: str) -> dict[str, str]:
        """Job → its status."""
        return {uid: str((await self.job(uid)).status) for uid in uids}

    def files(self) -> dict[str, int]:
        """Path → size, of all files and empty directories of the project."""
        return {
            str(path.relative_to(self.directory)): path.stat().st_size if path.is_file() else -1
            for path in sorted(self.directory.rglob("*"))
        }

    async def everything(self, operation_id: str) -> Mapping[str, Any]:
        """All records and files, comparable between runs: of times, whether they are set."""
        records = {
            record.__name__: await record.rows().find({}).sort("_id", 1).to_list(None)
            for record in DOCUMENTS
            if record is not Counter  # a number that was reserved before a crash is left out
        }
        records["Attempt"] = [  # how it ended is lost if a crash comes between job and attempt
            {"_id": row["_id"], "state": row["state"]} for row in records["Attempt"]
        ]
        for event in records["Event"]:
            del event["_id"], event["number"]
        text = json.dumps(_timeless(records), sort_keys=True, default=str)
        plain = text.replace(operation_id, "OPERATION").replace(str(self.directory), "DIRECTORY")
        return {"records": json.loads(plain), "files": self.files()}


def target(uid: str) -> JobTarget:
    """A job of P1, without beliefs."""
    return JobTarget(JobKey("P1", uid))


def fed(uid: str) -> dict[str, Any]:
    """The fields of a job that is connected to the micrographs of another."""
    connection = Connection(job_uid=uid, output="micrographs")
    return {"inputs": {"exposures": JobInput(connections=[connection])}, "parents": [uid]}


_COUNTERS = {"revision", "term", "instance_id", "signing_key"}


def _timeless(value: Any) -> Any:  # JSON and times
    if isinstance(value, list):
        return [_timeless(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: content is not None if name.endswith("_at") else _timeless(content)
        for name, content in value.items()
        if name not in _COUNTERS
    }
