"""From rows of the database to the queue's entries: what a job asks for, and what keeps it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.database import Row
from domain.documents import Job, Project
from domain.resources import ResourceSpec
from domain.status import DONE, JobStatus, QueueStatus
from scheduler.queued_job import QueuedJob, Reason, Shape

_FIELDS = (
    *("project_uid", "uid_num", "revision", "priority", "queue_entered_at"),
    *("queued_to_lane", "queued_to_hostname", "queued_to_gpu", "queued_by", "resource_spec"),
    *("num_tokens", "on_hold", "no_check_inputs_ready", "parents", "inputs", "waiting_for"),
)
PROJECTION = dict.fromkeys(_FIELDS, 1)
QUEUED: Row = {"status": JobStatus.QUEUED.value, "deleted": False}


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent as its children see it; `ready` are the outputs that can be used."""

    uid: str
    status: JobStatus
    deleted: bool
    ready: frozenset[str]


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


async def queued_rows(query: Row) -> list[Row]:
    """The rows of the queued jobs that match, with what the queue wants to know of them."""
    return await Job.rows().find({**QUEUED, **query}, PROJECTION).to_list(None)


async def parents_of(ids: Collection[str]) -> dict[str, Parent]:
    """Those of the jobs that exist, as parents."""
    if not ids:
        return {}
    wanted = {"status": 1, "uid": 1, "deleted": 1, "outputs": 1}
    found = Job.rows().find({"_id": {"$in": sorted(ids)}}, wanted)
    return {row["_id"]: _parent(row) for row in await found.to_list(None)}


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
    )


def _needs(row: Row) -> tuple[tuple[str, frozenset[str]], ...]:
    outputs: dict[str, set[str]] = {uid: set() for uid in row["parents"]}
    for job_input in row["inputs"].values():
        for connection in job_input["connections"]:
            outputs.setdefault(connection["job_uid"], set()).add(connection["output"])
    project = row["project_uid"]
    return tuple((f"{project}-{uid}", frozenset(names)) for uid, names in outputs.items())


def _parent(row: Row) -> Parent:
    ready = frozenset(name for name, output in row["outputs"].items() if _is_ready(output))
    return Parent(row["uid"], JobStatus(row["status"]), row["deleted"], ready)


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
    missing = sorted(outputs - parent.ready)
    return f"{parent.uid} has no output {missing[0]}" if missing else None
