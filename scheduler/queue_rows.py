"""From rows of the database to the queue's entries: what a job asks for, and what keeps it back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.actions import JobAction
from domain.database import Row
from domain.documents import Job, Operation, Project
from domain.documents.operation import OPEN
from domain.resources import ResourceSpec
from domain.status import DONE, JobStatus, QueueStatus
from scheduler.queued_job import QueuedJob, Reason, Shape

_FIELDS = (
    *("project_uid", "uid_num", "revision", "priority", "queue_entered_at"),
    *("queued_to_lane", "queued_to_hostname", "queued_to_gpu", "queued_by", "resource_spec"),
    *(
        "status",
        "type",
        "deleted",
        "num_tokens",
        "on_hold",
        "no_check_inputs_ready",
        "parents",
        "inputs",
        "waiting_for",
    ),
)
PROJECTION = dict.fromkeys(_FIELDS, 1)
_ERASING = [JobAction.CLEAR.value, JobAction.RESTART.value, JobAction.DELETE.value]
QUEUED: Row = {"status": JobStatus.QUEUED.value, "deleted": False}


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent as its children see it; `ready` are the outputs that can be used.

    `erased`: an operation is about to erase what it has, or does so just now.
    """

    uid: str
    status: JobStatus
    deleted: bool
    ready: frozenset[str]
    erased: bool


@dataclass(frozen=True, slots=True)
class ProjectState:
    """Whether jobs of the project may start."""

    archived: bool
    queue_paused: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A queued job as it is stored.

    `needs` are ids of parents with the outputs that are connected; `held` is the sentence that
    says by whom it is held; `told` is what the document says of why it waits.
    """

    job: QueuedJob
    revision: int
    project_uid: str
    needs: tuple[tuple[str, frozenset[str]], ...]
    held: str | None
    told: Mapping[str, object] | None


async def queued_rows(ids: Collection[str] | None = None) -> list[Row]:
    """What the queue wants to know of all queued jobs, or of those of `ids` that are queued.

    They are asked for by id alone: with a status beside it, the database may find it cheaper to
    walk the whole queue, and with a long one it is wrong.
    """
    query = QUEUED if ids is None else {"_id": {"$in": sorted(ids)}}
    return only_queued(await Job.rows().find(query, PROJECTION).to_list(None))


def only_queued(rows: Iterable[Row]) -> list[Row]:
    """Those of the jobs that are queued."""
    return [row for row in rows if all(row[name] == value for name, value in QUEUED.items())]


async def parents_of(ids: Collection[str]) -> dict[str, Parent]:
    """Those of the jobs that exist, as parents."""
    if not ids:
        return {}
    wanted = {"status": 1, "uid": 1, "deleted": 1, "outputs": 1, "active_operation": 1}
    rows = await Job.rows().find({"_id": {"$in": sorted(ids)}}, wanted).to_list(None)
    erasing = await _erasing({row["active_operation"] for row in rows} - {None})
    return {row["_id"]: _parent(row, erased=row["active_operation"] in erasing) for row in rows}


async def _erasing(operations: Collection[str]) -> set[str]:
    """Those of the operations that are open and erase what the jobs that they hold have left."""
    if not operations:
        return set()
    query = {"_id": {"$in": sorted(operations)}, "action": {"$in": _ERASING}}
    open_ = {"status": {"$in": list(OPEN)}}
    rows = await Operation.rows().find({**query, **open_}, {"_id": 1}).to_list(None)
    return {row["_id"] for row in rows}


async def missing_inputs(job: Job) -> list[str]:
    """What the job's inputs lack at this moment, as sentences; none if nobody is to check them."""
    if job.no_check_inputs_ready:
        return []
    needs = _needs(job.model_dump(include={"project_uid", "parents", "inputs"}))
    parents = await parents_of([id for id, _ in needs])
    waits = [_wait(id, parents.get(id), outputs) for id, outputs in needs]
    return [sentence for sentence in waits if sentence]


async def projects_of(uids: Collection[str]) -> dict[str, ProjectState]:
    """Those of the projects that exist."""
    if not uids:
        return {}
    wanted = {"archived": 1, "queue_paused": 1}
    found = Project.rows().find({"_id": {"$in": sorted(uids)}}, wanted)
    rows = await found.to_list(None)
    return {row["_id"]: ProjectState(row["archived"], row["queue_paused"]) for row in rows}


def entry(row: Row) -> Entry:
    """The entry of a queued job, without its obstacle."""
    told = row.get("waiting_for")
    return Entry(
        job=QueuedJob(
            id=row["_id"],
            uid_num=row["uid_num"],
            shape=_shape(row),
            priority=row["priority"],
            entered_at=row["queue_entered_at"],
            user=row.get("queued_by") or "",
        ),
        revision=row["revision"],
        project_uid=row["project_uid"],
        needs=() if row["no_check_inputs_ready"] else _needs(row),
        held=_who_holds(told) if row["on_hold"] else None,
        told=told,
    )


def obstacle(
    entry: Entry, projects: Mapping[str, ProjectState], parents: Mapping[str, Parent]
) -> Reason | None:
    """What keeps the job from starting, whatever is free: its project, a hold, its inputs."""
    project = projects.get(entry.project_uid)
    if project is None or project.archived or project.queue_paused:
        archived = project is None or project.archived
        why = "Project {} is archived." if archived else "The queue of {} is paused."
        return Reason(QueueStatus.PROJECT_PAUSED, why.format(entry.project_uid))
    if entry.held is not None:
        return Reason(QueueStatus.ON_HOLD, entry.held)
    waits = {id: _wait(id, parents.get(id), outputs) for id, outputs in entry.needs}
    open_ = {id: sentence for id, sentence in waits.items() if sentence}
    if not open_:
        return None
    sentence = " · ".join([*open_.values()][:3])
    return Reason(QueueStatus.WAITING_INPUTS, sentence, blocked_by=(*open_,)[:3])


def _shape(row: Row) -> Shape:
    need = row["resource_spec"]
    return Shape(
        lane=row["queued_to_lane"] or "",
        need=ResourceSpec(need["cpu"], need["gpu"], need["ram"], need["ssd"]),
        tokens=row["num_tokens"],
        hostname=row.get("queued_to_hostname"),
        gpus=tuple(row.get("queued_to_gpu") or ()),
        job_type=row["type"],
    )


def _needs(row: Row) -> tuple[tuple[str, frozenset[str]], ...]:
    outputs: dict[str, set[str]] = {uid: set() for uid in row["parents"]}
    for job_input in row["inputs"].values():
        for connection in job_input["connections"]:
            outputs.setdefault(connection["job_uid"], set()).add(connection["output"])
    project = row["project_uid"]
    return tuple((f"{project}-{uid}", frozenset(names)) for uid, names in outputs.items())


def _parent(row: Row, *, erased: bool) -> Parent:
    ready = frozenset(name for name, output in row["outputs"].items() if _is_ready(output))
    return Parent(row["uid"], JobStatus(row["status"]), row["deleted"], ready, erased)


def _is_ready(output: Row) -> bool:
    return any(version["final"] for version in output["versions"])


def _who_holds(told: Mapping[str, object] | None) -> str:
    """What was written when the job was held: by whom and since when."""
    is_told = told is not None and told["status"] == QueueStatus.ON_HOLD
    return str(told["message"]) if told is not None and is_told else "Held."


def _wait(id: str, parent: Parent | None, outputs: frozenset[str]) -> str | None:
    if parent is None or parent.deleted:
        uid = id.partition("-")[2]
        return f"{uid} was deleted: disconnect it"
    if parent.status in DONE - {JobStatus.COMPLETED}:
        return f"{parent.uid} {parent.status}: fix it or disconnect it"
    if parent.status is not JobStatus.COMPLETED:
        return f"Waiting for {parent.uid} ({parent.status})"
    if parent.erased:
        return f"Waiting for {parent.uid}: its results are being erased"
    missing = sorted(outputs - parent.ready)
    return f"{parent.uid} has no output {missing[0]}" if missing else None
