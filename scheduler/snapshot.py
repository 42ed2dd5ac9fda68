"""What the planner looks at, read from the database in a few queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.database import Row
from domain.documents import Instance, Job, Lane, Project, Target, TokenPool
from domain.documents.instance import INSTANCE_ID, POOL_ID
from domain.resources import KINDS, ResourceSpec, capacity
from domain.slots import holders
from domain.status import ACTIVE, DONE, JobStatus, QueueStatus
from domain.uids import AttemptKey
from scheduler.plan import LaneView, QueuedJob, Reason, TargetView


@dataclass(frozen=True)
class Snapshot:
    """The queue and the lanes at one moment; `queued` holds the documents of the queued jobs."""

    queued: Mapping[str, Job]
    candidates: Sequence[QueuedJob]
    lanes: Mapping[str, LaneView]
    tokens_free: int | None
    token_limit: int | None
    token_holders: tuple[str, ...]
    maintenance: bool


async def take_snapshot(usable_targets: frozenset[str]) -> Snapshot:
    """Read everything a plan needs; `usable_targets` are the names that an executor answers for."""
    queued = await Job.find({"status": JobStatus.QUEUED, "deleted": False}).to_list()
    if not queued:
        return Snapshot({}, (), {}, None, None, (), False)
    lanes = await _lanes(usable_targets)
    pool = await TokenPool.get(POOL_ID)
    instance = await Instance.get(INSTANCE_ID)
    limit = pool.token_limit if pool else None
    return Snapshot(
        queued={job.id: job for job in queued},
        candidates=await _candidates(queued),
        lanes=lanes,
        tokens_free=limit - pool.used if pool and limit is not None else None,
        token_limit=limit,
        token_holders=tuple(_job_of(grant.key) for grant in pool.held) if pool else (),
        maintenance=instance.maintenance if instance else False,
    )


async def _lanes(usable: frozenset[str]) -> dict[str, LaneView]:
    targets = await Target.find_all().sort("_id").to_list()
    running = await _active_by_lane()
    return {
        lane.name: LaneView(
            lane.name,
            tuple(_target_view(t, usable) for t in targets if t.lane == lane.name),
            drained=lane.drained,
            running=running.get(lane.name, 0),
            clusters=lane.type == "cluster",
        )
        for lane in await Lane.find_all().to_list()
    }


async def _active_by_lane() -> dict[str, int]:
    pipeline: list[Row] = [
        {"$match": {"status": {"$in": sorted(ACTIVE)}, "deleted": False}},
        {"$group": {"_id": "$queued_to_lane", "jobs": {"$sum": 1}}},
    ]
    return {row["_id"]: row["jobs"] async for row in Job.rows().aggregate(pipeline)}


def _target_view(target: Target, usable: frozenset[str]) -> TargetView:
    held = holders(target)
    by_kind = {k: tuple(_job_of(key) for key in held if held[key].of(k)) for k in KINDS}
    has_ssd = target.cache_path is not None
    return TargetView(
        capacity(target.name, target.hostname, target.slots, ssd=has_ssd),
        usable=target.name in usable,
        drained=target.drained,
        holders=by_kind,
    )


def _job_of(attempt_key: str) -> str:
    return str(AttemptKey.parse(attempt_key).job)


async def _candidates(queued: Sequence[Job]) -> list[QueuedJob]:
    project_uids = sorted({job.project_uid for job in queued})
    projects = await Project.find({"_id": {"$in": project_uids}}).to_list()
    parents = await _parents(queued)
    by_uid = {project.uid: project for project in projects}
    return [_candidate(job, by_uid.get(job.project_uid), parents) for job in queued]


async def _parents(queued: Sequence[Job]) -> dict[str, Row]:
    ids = sorted({f"{job.project_uid}-{parent}" for job in queued for parent in job.parents})
    if not ids:
        return {}
    wanted = {"status": 1, "uid": 1, "deleted": 1, "outputs": 1}
    return {row["_id"]: row async for row in Job.rows().find({"_id": {"$in": ids}}, wanted)}


def _candidate(job: Job, project: Project | None, parents: Mapping[str, Row]) -> QueuedJob:
    need = job.resource_spec
    assert job.queued_to_lane is not None
    assert job.queue_entered_at is not None
    return QueuedJob(
        id=job.id,
        uid_num=job.uid_num,
        lane=job.queued_to_lane,
        priority=job.priority,
        entered_at=job.queue_entered_at,
        need=ResourceSpec(need.cpu, need.gpu, need.ram, need.ssd),
        tokens=job.num_tokens,
        hostname=job.queued_to_hostname,
        gpus=tuple(job.queued_to_gpu or ()),
        obstacle=_obstacle(job, project, parents),
    )


def _obstacle(job: Job, project: Project | None, parents: Mapping[str, Row]) -> Reason | None:
    if project is None or project.archived or project.queue_paused:
        archived = project is None or project.archived
        why = "Project {} is archived." if archived else "The queue of {} is paused."
        return Reason(QueueStatus.PROJECT_PAUSED, why.format(job.project_uid))
    if job.on_hold:
        return Reason(QueueStatus.ON_HOLD, _who_holds(job))
    if job.no_check_inputs_ready:
        return None
    waits = [
        _wait(job, parent, parents.get(f"{job.project_uid}-{parent}")) for parent in job.parents
    ]
    sentences = [sentence for sentence in waits if sentence]
    return Reason(QueueStatus.WAITING_INPUTS, " · ".join(sentences[:3])) if sentences else None


def _who_holds(job: Job) -> str:
    """What was written when the job was held: by whom and since when."""
    told = job.waiting_for
    return told.message if told and told.status == QueueStatus.ON_HOLD else "Held."


def _wait(job: Job, parent_uid: str, parent: Row | None) -> str | None:
    if parent is None or parent["deleted"]:
        return f"{parent_uid} was deleted: disconnect it"
    status = JobStatus(parent["status"])
    if status in DONE - {JobStatus.COMPLETED}:
        return f"{parent_uid} {status}: fix it or disconnect it"
    if status is not JobStatus.COMPLETED:
        return f"Waiting for {parent_uid} ({status})"
    outputs = {
        connection.output
        for job_input in job.inputs.values()
        for connection in job_input.connections
        if connection.job_uid == parent_uid
    }
    missing = sorted(name for name in outputs if not _is_ready(parent["outputs"].get(name)))
    return f"{parent_uid} has no output {missing[0]}" if missing else None


def _is_ready(output: Row | None) -> bool:
    return output is not None and any(version["final"] for version in output["versions"])
