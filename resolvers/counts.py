"""What is counted in the database: jobs by status and lane, bytes, kinds of log entries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.database import Row
from domain.documents import Event, Job
from domain.documents.event_log import EventType
from domain.status import ACTIVE, CURRENT, JobStatus
from domain.uids import workspace_id
from domain.use_cases.facts import dependents_of
from schema.lane_load import LaneColumn, LaneLoad

_QUEUE_ORDER = {"priority": -1, "queue_entered_at": 1, "_id": 1}
"""As the scheduler looks at the queue (04-lifecycle, "Order")."""
_CURRENT: Row = {"status": {"$in": sorted(CURRENT)}, "deleted": False}
_PLACE: Row = {
    "status": "$status",
    "queued_to": "$queued_to_lane",
    "given": "$resources_allocated.lane",
}

DiskUse = tuple[int, int]
"""Bytes of job directories, and how many of them are clearable."""


@dataclass(frozen=True)
class Stretch:
    """The jobs of one status on one lane, of all users: ids in the order of the queue."""

    lane: str
    status: JobStatus
    count: int
    oldest_queued_at: datetime | None
    ids: Sequence[str] = ()


async def whole_queue() -> list[Stretch]:
    """All queued and active jobs, with their ids."""
    return await _stretches([{"$sort": _QUEUE_ORDER}], {"ids": {"$push": "$_id"}})


async def lane_loads() -> Mapping[str, LaneLoad]:
    """How busy each lane is, by name; idle lanes are left out."""
    return loads_of(await _stretches([], {}))


async def _stretches(before: list[Row], also: Row) -> list[Stretch]:
    group = {"_id": _PLACE, "count": {"$sum": 1}, "oldest": {"$min": "$queued_at"}, **also}
    pipeline = [{"$match": _CURRENT}, *before, {"$group": group}]
    return [_stretch(row) for row in await Job.rows().aggregate(pipeline).to_list(None)]


def _stretch(row: Row) -> Stretch:
    place = row["_id"]
    status = JobStatus(place["status"])
    given = place.get("given") if status in ACTIVE else None
    lane = given or place.get("queued_to") or ""
    return Stretch(lane, status, row["count"], row["oldest"], row.get("ids", ()))


def loads_of(stretches: Sequence[Stretch]) -> Mapping[str, LaneLoad]:
    """How busy each lane is, by name."""
    return {lane: _load(part) for lane, part in _by_lane(stretches).items()}


def _load(stretches: Sequence[Stretch]) -> LaneLoad:
    queued = [stretch for stretch in stretches if stretch.status is JobStatus.QUEUED]
    moments = [stretch.oldest_queued_at for stretch in queued if stretch.oldest_queued_at]
    return LaneLoad(
        queued=sum(stretch.count for stretch in queued),
        active=sum(s.count for s in stretches if s.status in ACTIVE),
        oldest_queued_at=min(moments, default=None),
    )


def place_of(stretches: Sequence[Stretch], lane: str, id: str) -> int | None:
    """The place of a job in the queue of a lane, jobs of all users counted; 1 is next."""
    for stretch in stretches:
        if stretch.lane == lane and stretch.status is JobStatus.QUEUED and id in stretch.ids:
            return list(stretch.ids).index(id) + 1
    return None


def columns_of(
    stretches: Sequence[Stretch], visible: frozenset[str] | None
) -> Mapping[str, LaneColumn]:
    """The jobs of the projects `visible` (None: of all) by lane."""
    columns: dict[str, LaneColumn] = {}
    for lane, part in _by_lane(stretches).items():
        ids: dict[JobStatus, list[str]] = defaultdict(list)
        for stretch in part:
            ids[stretch.status] += [id for id in stretch.ids if _is_visible(id, visible)]
        if any(ids.values()):
            columns[lane] = LaneColumn(ids)
    return columns


def _is_visible(id: str, visible: frozenset[str] | None) -> bool:
    return visible is None or id.partition("-")[0] in visible


def _by_lane(stretches: Sequence[Stretch]) -> Mapping[str, list[Stretch]]:
    by_lane: dict[str, list[Stretch]] = defaultdict(list)
    for stretch in stretches:
        by_lane[stretch.lane].append(stretch)
    return by_lane


async def dependents(ids: list[str]) -> list[Sequence[str]]:
    """The uids of each job's connected children that run or have run."""
    found = await dependents_of(ids)
    return [found.get(id, ()) for id in ids]


async def of_projects(uids: list[str]) -> list[Mapping[JobStatus, int]]:
    """Jobs by status of each project, deleted ones left out."""
    match = {"project_uid": {"$in": uids}, "deleted": False}
    group = {"_id": {"of": "$project_uid", "status": "$status"}, "count": {"$sum": 1}}
    return await _counted([{"$match": match}, {"$group": group}], uids)


async def of_workspaces(ids: list[str]) -> list[Mapping[JobStatus, int]]:
    """Jobs by status of each workspace "P3-W1", deleted ones left out."""
    projects = sorted({id.partition("-")[0] for id in ids})
    match = {"project_uid": {"$in": projects}, "deleted": False}
    place = {"project": "$project_uid", "workspace": "$workspace_uids", "status": "$status"}
    pipeline: list[Row] = [
        {"$match": match},
        {"$unwind": "$workspace_uids"},
        {"$group": {"_id": place, "count": {"$sum": 1}}},
    ]
    rows = await Job.rows().aggregate(pipeline).to_list(None)
    counts: dict[str, dict[JobStatus, int]] = defaultdict(dict)
    for row in rows:
        id = workspace_id(row["_id"]["project"], row["_id"]["workspace"])
        counts[id][JobStatus(row["_id"]["status"])] = row["count"]
    return [counts.get(id, {}) for id in ids]


async def _counted(pipeline: list[Row], keys: list[str]) -> list[Mapping[JobStatus, int]]:
    counts: dict[str, dict[JobStatus, int]] = defaultdict(dict)
    for row in await Job.rows().aggregate(pipeline).to_list(None):
        counts[row["_id"]["of"]][JobStatus(row["_id"]["status"])] = row["count"]
    return [counts.get(key, {}) for key in keys]


async def bytes_of_projects(uids: list[str]) -> list[DiskUse]:
    """What the jobs of each project take on disk."""
    found = await _disk_uses({"project_uid": {"$in": uids}}, "$project_uid")
    return [found.get(uid, (0, 0)) for uid in uids]


async def bytes_of_all(scope: Row) -> DiskUse:
    """What the jobs that match `scope` take on disk together."""
    return (await _disk_uses(scope, None)).get(None, (0, 0))


async def _disk_uses(scope: Row, by: str | None) -> Mapping[str | None, DiskUse]:
    whole, clearable = {"$sum": "$job_dir_size"}, {"$sum": "$intermediate_results_size_bytes"}
    pipeline: list[Row] = [
        {"$match": {"job_dir_size": {"$gt": 0}, "deleted": False, **scope}},
        {"$group": {"_id": by, "whole": whole, "clearable": clearable}},
    ]
    rows = await Job.rows().aggregate(pipeline).to_list(None)
    return {row["_id"]: (int(row["whole"]), int(row["clearable"])) for row in rows}


async def event_types(job_ids: list[str]) -> list[frozenset[EventType]]:
    """Which of warning and error are in the log of each job."""
    serious = [EventType.WARNING.value, EventType.ERROR.value]
    pipeline: list[Row] = [
        {"$match": {"job_id": {"$in": job_ids}, "type": {"$in": serious}}},
        {"$group": {"_id": {"job": "$job_id", "type": "$type"}}},
    ]
    found: dict[str, set[EventType]] = defaultdict(set)
    for row in await Event.rows().aggregate(pipeline).to_list(None):
        found[row["_id"]["job"]].add(EventType(row["_id"]["type"]))
    return [frozenset(found[id]) for id in job_ids]
