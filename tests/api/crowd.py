"""An instance with as much of everything as a test asks for: records with many ties."""

from collections.abc import Sequence
from datetime import timedelta

from domain.clock import now
from domain.documents import (
    AuditRecord,
    Event,
    Job,
    Lane,
    Operation,
    Project,
    Tag,
    Target,
    User,
    Workspace,
)
from domain.documents.audit import AuditOutcome
from domain.documents.event_log import EventType
from domain.documents.operation import JobOutcome, OperationStatus
from domain.documents.record import Record
from domain.documents.shapes import (
    AllocatedResources,
    Connection,
    JobInput,
    JobOutput,
    OutputVersion,
    QueueReason,
    Shortage,
    SlotIndices,
)
from domain.documents.tag import TagType
from domain.resources import empty_slots
from domain.status import ACTIVE, DONE, JobStatus

STATUSES = (
    JobStatus.COMPLETED,
    JobStatus.WAITING,
    JobStatus.QUEUED,
    JobStatus.RUNNING,
    JobStatus.FAILED,
)
"""The statuses of the jobs, round and round: a crowd of five has them all."""


async def add_crowd(first: int, last: int) -> None:
    """Add numbers `first` to `last` of everything, the jobs in P1; J1 is the parent of them all.

    Each job has an owner, a tag, a workspace, an operation and a log entry of its own, and one of
    five statuses; every third is in W1 too.
    """
    for number in range(first, last + 1):
        records: Sequence[Record] = (*_around(number), _job(number))
        for record in records:
            await record.insert()


def _around(number: int) -> Sequence[Record]:
    at = now() - timedelta(minutes=number)
    lane, user, tag = f"lane{number}", f"user{number}", f"tag{number}"
    uid, workspace = f"P{number}", f"W{number}"
    made = {"created_at": at}
    return (
        User(id=user, name=user, **made),
        Tag(id=tag, title=tag, type=TagType.GENERAL, created_by=user, **made),
        Lane(id=lane, type="node", title=lane, **made),
        Target(
            id=f"node{number}",
            type="node",
            lane=lane,
            title=lane,
            hostname=f"node{number}",
            slots=empty_slots(1, 8, [0]) | {"cpu": {"0": f"P1-J{number}#1"}},
            **made,
        ),
        Project(
            id=uid,
            uid_num=number,
            title=uid,
            project_dir=f"/nowhere/{uid}",
            owner_user_id=user,
            users_with_access=["admin"],
            tags=[tag],
            updated_at=at,
            **made,
        ),
        Workspace(
            id=f"P1-{workspace}",
            project_uid="P1",
            uid=workspace,
            uid_num=number,
            created_by=user,
            tags=[tag],
            updated_at=at,
            **made,
        ),
        Operation(
            id=f"operation{number}",
            action="kill",
            status=OperationStatus.RUNNING,
            outcomes=[JobOutcome(job_id=f"P1-J{number}")],
            requested_by=user,
            **made,
        ),
        Event(
            id=f"P1-J1:{number:09}",
            project_uid="P1",
            job_uid="J1",
            job_id="P1-J1",
            number=number,
            source=f"1/program/{number}",
            type=EventType.WARNING,
            **made,
        ),
        AuditRecord(
            id=f"{number:032}",
            user_id=user,
            mutation="killJob",
            subject=f"P1/J{number}",
            subject_id=f"Job:P1-J{number}",
            outcome=AuditOutcome.SUCCEEDED,
            **made,
        ),
    )


def _job(number: int) -> Job:
    status = STATUSES[(number - 1) % len(STATUSES)]
    at = now() - timedelta(minutes=number)
    job = Job(
        id=f"P1-J{number}",
        project_uid="P1",
        project_uid_num=1,
        uid=f"J{number}",
        uid_num=number,
        workspace_uids=sorted({"W1", f"W{number}"}),
        created_by=f"user{number}",
        created_at=at,
        updated_at=at,
        tags=[f"tag{number}"],
        type="blob_picker" if number > 1 else "import_micrographs",
        type_version=1,
        category="particle_picking" if number > 1 else "import",
        status=status,
        job_dir=f"J{number}",
        job_dir_size=number,
        queued_to_lane=f"lane{number}",
        active_operation=f"operation{number}",
        outputs={"micrographs": _output(f"J{number}")} if status in DONE else {},
    )
    if number > 1:
        job.parents = ["J1"]
        tie = Connection(job_uid="J1", output="micrographs")
        job.inputs = {"micrographs": JobInput(connections=[tie])}
    if status is JobStatus.QUEUED:
        job.queue_entered_at = job.queued_at = at
        job.waiting_for = QueueReason(
            status="waiting_resources",
            message="Needs a GPU.",
            position_in_lane=1,
            shortages=[Shortage(resource="gpu", needed=1, free=0)],
            blocked_by=[f"P1-J{number - 1}"],
        )
    if status in ACTIVE:
        job.launched_at = at
        job.resources_allocated = AllocatedResources(
            lane=f"lane{number}",
            lane_type="node",
            target=f"node{number}",
            hostname=f"node{number}",
            slots=SlotIndices(cpu=[0]),
        )
    return job


def _output(job_uid: str) -> JobOutput:
    version = OutputVersion(
        version=0, final=True, metafile=f"{job_uid}/m.json", num_items=1, created_at=now()
    )
    return JobOutput(num_items=1, versions=[version])
