"""An instance with a project whose jobs have really run, to be exported from and imported into."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np

from domain import event_log, operations
from domain.clock import now
from domain.database import connect
from domain.documents import DOCUMENTS, Counter, Event, Job, Operation, Project, Workspace
from domain.documents.event_log import EventFile, EventType
from domain.documents.shapes import Connection, JobInput, JobOutput
from domain.event_log import Entry
from domain.files import tree_size
from domain.instance import ensure_admin, ensure_instance
from domain.settings import Settings
from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.use_cases.export import export
from domain.use_cases.import_job import NewImport, import_job
from domain.use_cases.job_results import JobTarget
from domain.use_cases.place import Destination
from scheduler.messages import read_messages
from scheduler.operations.carry_on import carry_on
from scheduler.operations.tools import OperationTools
from scheduler.program_report import described_output, interpret, output_version
from scheduler.watch import Watcher
from tests.conftest import NOON, built_in_types, viewer_of
from tests.integration.mongod import Mongod
from tests.programs import project as programs

W1 = Destination(workspace_uid="W1")


class Instance:
    """Lanekeeper with project P1 and workspace W1; its records are bound while it is entered."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.database = f"test_{uuid.uuid4().hex[:12]}"
        self.project_dir = directory / "P1"
        self.settings = Settings(data_dir=directory)
        self.programs = programs.Project(self.project_dir)
        self.tools = self.new_leader(1)

    def new_leader(self, term: int) -> OperationTools:
        """The tools of a leader that has just begun."""
        watcher = Watcher(
            term=term,
            settings=self.settings,
            catalogue=built_in_types(),
            executors={},
            clock=now,
        )
        self.tools = OperationTools(term, watcher, now)
        return self.tools

    async def set_up(self, *, jobs_before: int = 0) -> None:
        """Make the project; the first job gets the number after `jobs_before`."""
        await ensure_instance(NOON, self.settings)
        self.project_dir.mkdir(parents=True)
        at: dict[str, Any] = {"created_at": NOON, "updated_at": NOON}
        await Project(
            id="P1",
            uid_num=1,
            title="P1",
            project_dir=str(self.project_dir),
            owner_user_id="admin",
            **at,
        ).insert()
        await Workspace(
            id="P1-W1", project_uid="P1", uid="W1", uid_num=1, created_by="admin", **at
        ).insert()
        await Counter.rows().insert_one({"_id": "P1:jobs", "last": jobs_before})

    async def request(self) -> Request:
        """An administrator's request at noon."""
        admin = await ensure_admin(NOON)
        return Request(viewer_of(admin), NOON, self.settings, built_in_types())

    async def run(
        self, type_: str, params: Mapping[str, Any], inputs: Mapping[str, Connection]
    ) -> Job:
        """Run a job's program to its end, and record it as the scheduler would."""
        connected: dict[str, Any] = {name: [await self.fed(c)] for name, c in inputs.items()}
        ran = self.programs.run(type_, dict(params), **connected)
        assert ran.code == 0, ran.stderr
        (ran.directory / "run" / "1" / "job.log").write_text("what it printed\n")
        (ran.directory / "job.log").symlink_to("run/1/job.log")
        job = await self.insert(ran.uid, type_, params=dict(params), inputs=inputs)
        records = read_messages(ran.directory / "run" / "1", {}).records
        await event_log.append(job.key, interpret(job, records, NOON).entries, now=NOON)
        return job

    async def small_job(
        self, uid: str, *, status: JobStatus = JobStatus.COMPLETED, path: str | None = None
    ) -> Job:
        """A job of four little files and two events; its table names `path`."""
        folder = self.project_dir / uid
        (folder / "run" / "1").mkdir(parents=True)
        (folder / "run" / "1" / "spec.json").write_text("{}")
        named = path or f"{uid}/a.mrc"
        table = np.array([(7, named.encode())], [("uid", "<u8"), ("micrograph_blob/path", "S10")])
        np.save(folder / "particles.npy", table)
        (folder / "particles.npy").rename(folder / "particles.cs")
        star = f"data_particles\nloop_\n_rlnMicrographName\n_rlnVoltage\n000001@{named} 300\n"
        (folder / "particles.star").write_text(star)
        (folder / "a.mrc").write_bytes(b"pixels")
        output = {"metafile": f"{uid}/particles.cs", "star": f"{uid}/particles.star"}
        outputs = {"particles": {**output, "num_items": 1, "image": f"{uid}/a.mrc"}}
        (folder / "outputs.json").write_text(json.dumps({"v": 1, "outputs": outputs}))
        job = await self.insert(uid, "simulate_data", status=status)
        picture = EventFile(path=f"{uid}/a.mrc", filetype="image/png")
        entries = [
            Entry("1//1", EventType.TEXT, "Hello, Wörld", NOON, meta={"a.b": [1, {"$c": 2.5}]}),
            Entry("1//2", EventType.IMAGE, "Picture", NOON, files=(picture,)),
        ]
        await event_log.append(job.key, entries, now=NOON)
        return job

    async def insert(
        self,
        uid: str,
        type_: str,
        *,
        status: JobStatus = JobStatus.COMPLETED,
        inputs: Mapping[str, Connection] | None = None,
        **values: Any,
    ) -> Job:
        """The record of a job whose files are there."""
        wired = {name: JobInput(connections=[c]) for name, c in (inputs or {}).items()}
        job: Job = Job(
            id=f"P1-{uid}",
            project_uid="P1",
            project_uid_num=1,
            uid=uid,
            uid_num=int(uid[1:]),
            workspace_uids=["W1"],
            title=f"Title of {uid}",
            description="Some *Markdown*",
            created_by="admin",
            created_at=NOON,
            updated_at=NOON,
            completed_at=NOON,
            type=type_,
            type_version=1,
            category="simulations",
            job_dir=uid,
            attempt=1,
            inputs=wired,
            parents=[c.job_uid for c in (inputs or {}).values()],
            outputs=self._committed(uid),
            job_dir_size=tree_size(self.project_dir, uid),
        ).model_copy(update={"status": status, **values})
        await job.insert()
        return job

    def _committed(self, uid: str) -> dict[str, JobOutput]:
        path = self.project_dir / uid / "outputs.json"
        outputs = json.loads(path.read_text())["outputs"] if path.exists() else {}
        found: dict[str, JobOutput] = {}
        for name, content in outputs.items():
            version = output_version(content, [], created_at=NOON, final=True)
            assert version is not None
            found[name] = described_output(content, [version])
        return found

    async def fed(self, connection: Connection) -> dict[str, Any]:
        """A connection as job.json tells a program of it."""
        parent = await self.job(connection.job_uid)
        final = parent.outputs[connection.output].final
        assert final is not None
        return {
            "job": parent.uid,
            "output": connection.output,
            "version": "F",
            "num_items": final.num_items,
            "metafile": final.metafile,
            "star": final.star,
            "slots": dict.fromkeys(final.slots, final.metafile),
        }

    async def job(self, uid: str) -> Job:
        """The job as it is now."""
        job = await Job.get(f"P1-{uid}")
        assert job is not None
        return job

    async def events(self, uid: str) -> list[Event]:
        """The job's log."""
        return await Event.find({"job_id": f"P1-{uid}"}).sort("number").to_list()

    async def begin_export(self, *uids: str) -> str:
        """The id of an operation that is to export these jobs."""
        targets = [JobTarget(JobKey("P1", uid)) for uid in uids]
        results = await export(await self.request(), targets)
        [id] = {result.operation.id for result in results if result.operation is not None}
        return id

    async def begin_import(self, path: str) -> str:
        """The id of an operation that is to import from `path`."""
        wanted = NewImport("P1", W1, path)
        return (await import_job(await self.request(), wanted)).id

    async def carry_out(self, operation_id: str) -> Operation:
        """Carry the operation to its end; the operation afterwards."""
        await carry_on(operation_id, self.tools)
        operation = await Operation.get(operation_id)
        assert operation is not None
        assert await operations.open_operation(operation_id) is None
        return operation

    async def export(self, *uids: str) -> Path:
        """Export these jobs; the directory of the last one."""
        operation = await self.carry_out(await self.begin_export(*uids))
        assert [o.error for o in operation.outcomes] == [None] * len(uids)
        location = operation.outcomes[-1].location
        assert location is not None
        return Path(location)


@asynccontextmanager
async def bound(mongod: Mongod, instance: Instance) -> AsyncIterator[None]:
    """Bind all records to the instance's own database, which is dropped at the end."""
    async with connect(mongod.url, instance.database, DOCUMENTS) as database:
        yield
        await database.client.drop_database(database.name)
