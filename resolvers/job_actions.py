"""Act on jobs: every action for one job and for many, each from a line of its own."""

from collections.abc import Sequence
from typing import Any

from domain.use_cases import labels, place, queue_place
from domain.use_cases.clear import clear
from domain.use_cases.clone import clone
from domain.use_cases.context import Request
from domain.use_cases.delete import delete
from domain.use_cases.export import export
from domain.use_cases.intermediate_results import clear_intermediate_results
from domain.use_cases.job_results import JobActionResult, JobTarget
from domain.use_cases.kill import kill
from domain.use_cases.mark_complete import mark_complete
from domain.use_cases.place import Placed
from domain.use_cases.queue import QueueOptions, queue
from domain.use_cases.queue_place import hold, release
from domain.use_cases.restart import restart
from resolvers.job_building import cluster_vars
from resolvers.job_pairs import Act, on_many, on_one
from schema.described import object_type
from schema.given import given

Targets = Sequence[JobTarget]
Results = list[JobActionResult]


def _plain(act: Any) -> Act:
    """An action without options: `act` is (request, targets, *, policy, dry_run)."""

    async def without_options(
        request: Request,
        targets: Targets,
        input: Any,  # noqa: ARG001 - every action has this form
        **how: Any,
    ) -> Any:
        return await act(request, targets, **how)

    return without_options


async def _queue(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await queue(request, targets, queue_options(input), **how)


async def _link(request: Request, targets: Targets, input: Any, **how: Any) -> Placed:
    return await place.link(request, targets, input.destination.destination, **how)


async def _unlink(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await place.unlink(request, targets, input.workspace_uid, **how)


async def _move(request: Request, targets: Targets, input: Any, **how: Any) -> Placed:
    destination = input.destination.destination
    return await place.move(request, targets, input.from_workspace_uid, destination, **how)


async def _clone(request: Request, targets: Targets, input: Any, **how: Any) -> Placed:
    destination = given(input.destination)
    where = None if destination is None else destination.destination
    return await clone(request, targets, given(input.from_workspace_uid), where, **how)


async def _clear_intermediate(
    request: Request, targets: Targets, input: Any, **how: Any
) -> Results:
    keep = input.always_keep_final
    return await clear_intermediate_results(request, targets, always_keep_final=keep, **how)


async def _delete(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await delete(request, targets, force=input.force, **how)


async def _priority(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await queue_place.set_priority(request, targets, input.priority, **how)


async def _change_lane(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    chosen = given(input.cluster_custom_vars)
    variables = None if chosen is None else cluster_vars(chosen)
    return await queue_place.change_lane(request, targets, input.lane, variables, **how)


async def _final(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await labels.set_final_result(request, targets, input.is_final_result, **how)


async def _add_tags(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await labels.add_tags(request, targets, input.tag_uids, **how)


async def _remove_tags(request: Request, targets: Targets, input: Any, **how: Any) -> Results:
    return await labels.remove_tags(request, targets, input.tag_uids, **how)


def queue_options(input: Any) -> QueueOptions:
    """How to queue, of any input that says so."""
    gpus, chosen = given(input.gpus), given(input.cluster_custom_vars)
    return QueueOptions(
        lane=given(input.lane),
        hostname=given(input.hostname),
        gpus=None if gpus is None else tuple(gpus),
        no_check_inputs_ready=input.no_check_inputs_ready,
        priority=given(input.priority),
        cluster_custom_vars=None if chosen is None else cluster_vars(chosen),
    )


@object_type
class PlaceMutations:
    """Fields that show jobs elsewhere, or make others like them."""

    link_job = on_one("LinkJob", _link, "Link a job to another workspace.")
    link_jobs = on_many("LinkJobs", _link, "Link jobs to another or a new workspace.")
    unlink_job = on_one("UnlinkJob", _unlink, "Unlink a job from a workspace.")
    unlink_jobs = on_many("UnlinkJobs", _unlink, "Unlink jobs from a workspace.")
    move_job = on_one("MoveJob", _move, "Move a job to another workspace.")
    move_jobs = on_many("MoveJobs", _move, "Move jobs to another or a new workspace.")
    clone_job = on_one("CloneJob", _clone, "Clone a job.")
    clone_jobs = on_many("CloneJobs", _clone, "Clone jobs, re-creating the connections among them.")


@object_type
class RunMutations:
    """Fields that run jobs, end them and clear up after them."""

    queue_job = on_one("QueueJob", _queue, "Queue a job to a lane.")
    queue_jobs = on_many("QueueJobs", _queue, "Queue many jobs to a lane.")
    kill_job = on_one(
        "KillJob", _plain(kill), "Kill a job that is launched, started, running or waiting."
    )
    kill_jobs = on_many("KillJobs", _plain(kill), "Kill all applicable jobs.")
    restart_job = on_one(
        "RestartJob",
        _plain(restart),
        "Kill, clear and requeue a job to the same lane with the same parameters.",
    )
    restart_jobs = on_many(
        "RestartJobs", _plain(restart), "Restart jobs; one restart process at a time."
    )
    clear_job = on_one(
        "ClearJob", _plain(clear), "Erase a job's results and return it to building."
    )
    clear_jobs = on_many("ClearJobs", _plain(clear), "Clear all applicable jobs.")
    clear_job_intermediate_results = on_one(
        "ClearJobIntermediateResults",
        _clear_intermediate,
        "Clear unused intermediate results of a job.",
    )
    clear_jobs_intermediate_results = on_many(
        "ClearJobsIntermediateResults",
        _clear_intermediate,
        "Clear unused intermediate results of jobs.",
    )
    export_job = on_one("ExportJob", _plain(export), "Export a job to a consolidated directory.")
    export_jobs = on_many("ExportJobs", _plain(export), "Export jobs.")
    mark_job_complete = on_one(
        "MarkJobComplete", _plain(mark_complete), "Mark a killed or failed job as complete."
    )
    mark_jobs_complete = on_many(
        "MarkJobsComplete", _plain(mark_complete), "Mark all applicable jobs as complete."
    )
    delete_job = on_one("DeleteJob", _delete, "Kill, clear and delete a job.")
    delete_jobs = on_many("DeleteJobs", _delete, "Delete jobs.")


@object_type
class QueueMutations:
    """Fields that order the queue."""

    set_job_priority = on_one("SetJobPriority", _priority, "Set queue priority.")
    set_jobs_priority = on_many("SetJobsPriority", _priority, "Set queue priority of jobs.")
    change_job_lane = on_one(
        "ChangeJobLane", _change_lane, "Move a queued job to another lane; it keeps its queue time."
    )
    change_jobs_lane = on_many("ChangeJobsLane", _change_lane, "Move queued jobs to another lane.")
    hold_job = on_one("HoldJob", _plain(hold), "Hold a queued job back without losing its place.")
    hold_jobs = on_many("HoldJobs", _plain(hold), "Hold queued jobs back.")
    release_job = on_one("ReleaseJob", _plain(release), "Let a held job go on.")
    release_jobs = on_many("ReleaseJobs", _plain(release), "Let held jobs go on.")


@object_type
class LabelMutations:
    """Fields that label jobs."""

    set_job_final_result = on_one(
        "SetJobFinalResult", _final, "Mark or unmark a job as a final result."
    )
    set_jobs_final_result = on_many(
        "SetJobsFinalResult", _final, "Mark or unmark jobs as final results."
    )
    add_job_tags = on_one("AddJobTags", _add_tags, "Add tags to a job.")
    add_jobs_tags = on_many("AddJobsTags", _add_tags, "Add tags to jobs.")
    remove_job_tags = on_one("RemoveJobTags", _remove_tags, "Remove tags from a job.")
    remove_jobs_tags = on_many("RemoveJobsTags", _remove_tags, "Remove tags from jobs.")


@object_type
class ActionMutations(PlaceMutations, RunMutations, QueueMutations, LabelMutations):
    """Fields that act on jobs."""
