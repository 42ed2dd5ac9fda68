"""The sentences that say why a job waits, with their numbers (04-lifecycle, "Why a job waits")."""

from collections.abc import Sequence

from domain.errors import Shortage
from domain.resources import KINDS, closest, shortages
from domain.status import QueueStatus
from scheduler.lane_view import LaneView, TargetView, closest_target
from scheduler.queued_job import Reason, Shape

_WORDS = {"cpu": "CPU core", "gpu": "GPU", "ram": "RAM slot of 8 GiB", "ssd": "SSD"}
_SEVERAL = {"cpu": "CPU cores", "gpu": "GPUs", "ram": "RAM slots of 8 GiB", "ssd": "SSDs"}


def in_maintenance(running: int | None) -> Reason:
    """The whole instance starts nothing; `running` jobs go on, if that is told."""
    message = f"Lanekeeper is in maintenance{_still(running)}."
    return Reason(QueueStatus.WAITING_MAINTENANCE, message)


def lane_is_gone(lane: str) -> Reason:
    """The lane was deleted under the job."""
    return Reason(QueueStatus.WAITING_RESOURCES, f"Lane {lane} does not exist any more.")


def lane_is_drained(lane: LaneView) -> Reason:
    """The lane starts nothing; its running jobs go on, if their number is told."""
    message = f"Lane {lane.name} is drained{_still(lane.running)}."
    return Reason(QueueStatus.WAITING_MAINTENANCE, message)


def targets_are_drained(shape: Shape, named: Sequence[TargetView]) -> Reason | None:
    """The reason if nothing but drained targets could run the job, even empty."""
    able = [target for target in named if target.usable and target.could_ever_run(shape)]
    if not able or not all(target.drained for target in able):
        return None
    names = ", ".join(target.name for target in able[:3])
    running = {holder for t in able for held in t.holders.values() for holder in held}
    are = "is" if len(able) == 1 else "are"
    message = f"Lane {shape.lane}: {names} {are} drained{_still(len(running))}."
    return Reason(QueueStatus.WAITING_MAINTENANCE, message)


def no_target_takes_jobs(shape: Shape, lane: LaneView) -> Reason:
    """No target of the lane takes jobs at all now."""
    if not lane.targets:
        message = f"Lane {lane.name} has no target."
    elif lane.clusters:
        message = f"Lane {lane.name}: its cluster does not answer; the job stays here."
    else:
        where = f"on {shape.hostname} " if shape.hostname else ""
        message = f"Lane {lane.name}: no target {where}is ready to take jobs."
    return Reason(QueueStatus.WAITING_RESOURCES, message)


def program_is_missing(shape: Shape, usable: Sequence[TargetView]) -> Reason | None:
    """The reason if every target that takes jobs lacks what the job's type needs."""
    lacking = [target for target in usable if shape.job_type in target.lacks]
    if not lacking or len(lacking) < len(usable):
        return None
    names = ", ".join(target.name for target in lacking[:3])
    program = lacking[0].lacks[shape.job_type]
    message = f"Lane {shape.lane}: {program} is not installed on {names}."
    return Reason(QueueStatus.WAITING_RESOURCES, message)


def room_is_kept(shape: Shape, targets: Sequence[TargetView]) -> Reason | None:
    """The reason if there would be room, but it is kept for a job that has waited too long."""
    kept = [t for t in targets if t.fits(shape) and t.kept_for is not None]
    if not kept or kept[0].kept_for is None:
        return None
    owner = kept[0].kept_for[0]
    message = f"Lane {shape.lane}: room on {kept[0].name} is kept for {owner}, which waits longest."
    return Reason(QueueStatus.WAITING_RESOURCES, message, blocked_by=(owner,))


def resources_are_taken(shape: Shape, targets: Sequence[TargetView]) -> Reason:
    """What the job needs is in use, or was never there."""
    nearest = closest_target(shape, targets)
    if nearest is None:
        return _never_fits(shape, targets)
    missing = tuple(shortages(shape.need, nearest.capacity))
    lacking = {shortage.resource for shortage in missing} or {"gpu"}
    blockers = [
        h for t in targets for kind in KINDS if kind in lacking for h in t.holders.get(kind, ())
    ]
    return Reason(
        QueueStatus.WAITING_RESOURCES,
        _lacks(shape, missing, nearest.name),
        missing,
        tuple(dict.fromkeys(blockers))[:3],
    )


def tokens_are_taken(
    tokens: int, free: int, limit: int | None, holders: tuple[str, ...], *, kept_for: str | None
) -> Reason:
    """Too few tokens are free; `kept_for`: a job that the free ones are kept for."""
    message = f"Needs {_many(tokens, 'token', 'tokens')}, {free} free of {limit}."
    if kept_for is not None:
        message = f"{message[:-1]}, kept for {kept_for}, which waits longest."
    missing = (Shortage("token", tokens, free),)
    return Reason(QueueStatus.WAITING_LICENSES, message, missing, holders[:3])


def many_are_before(lane: str, many: int) -> Reason:
    """For the far end of a long queue, where nothing that happens now matters yet."""
    message = f"Ready; more than {many} jobs are before it in lane {lane}."
    return Reason(QueueStatus.ACTIVELY_QUEUED, message)


def not_looked_at(lane: str) -> Reason:
    """The job has its turn in the next pass."""
    message = f"Ready; the scheduler has not looked at it yet in lane {lane}."
    return Reason(QueueStatus.ACTIVELY_QUEUED, message)


def _never_fits(shape: Shape, targets: Sequence[TargetView]) -> Reason:
    missing = tuple(closest(shape.need, [t.capacity for t in targets], empty=True))
    if missing:
        lacks = ", ".join(f"{_many_of(s.resource, s.needed)} ({s.free} at most)" for s in missing)
        message = f"Lane {shape.lane}: no target could ever run it: needs {lacks}."
    else:
        message = f"Lane {shape.lane}: no target has GPU {_listed(shape.gpus)}."
    return Reason(QueueStatus.WAITING_RESOURCES, message, missing)


def _lacks(shape: Shape, missing: Sequence[Shortage], target: str) -> str:
    if not missing:
        return f"Lane {shape.lane}: waits for GPU {_listed(shape.gpus)} on {target}."
    lacks = ", ".join(f"{_many_of(s.resource, s.needed)} ({s.free} free)" for s in missing)
    return f"Lane {shape.lane}: needs {lacks} on {target}."


def _many_of(resource: str, number: int) -> str:
    return _many(number, _WORDS[resource], _SEVERAL[resource])


def _many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _listed(gpus: Sequence[int]) -> str:
    return ", ".join(str(gpu) for gpu in gpus)


def _still(running: int | None) -> str:
    return "" if running is None else f"; {_many(running, 'job', 'jobs')} still running"
