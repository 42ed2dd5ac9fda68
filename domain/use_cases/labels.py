"""What people write on jobs in any status: tags, and the mark of a final result."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import job_moves
from domain.actions import JobAction
from domain.documents import Counter, Job
from domain.documents.tag import TagType
from domain.errors import BadInput
from domain.job_tree import ancestors
from domain.status import EVERY, JobStatus
from domain.use_cases.act import BaseAction, act
from domain.use_cases.context import Request
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
)
from domain.use_cases.tags import MAX_TAGS, applicable_tags
from domain.use_cases.unchanged import unchanged


async def set_final_result(
    request: Request,
    targets: Sequence[JobTarget],
    is_final: bool,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Mark completed jobs as final results, or take the mark away.

    `is_ancestor_of_final_result` of all their ancestors is right in the same moment.
    """
    action = _SetFinalResult(is_final)
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


async def add_tags(
    request: Request,
    targets: Sequence[JobTarget],
    tag_uids: Sequence[str],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Put tags on jobs; raises NotFound or BadInput if one does not exist or is not for jobs."""
    tags = await applicable_tags(tag_uids, TagType.JOB)
    action = _Tag(JobAction.ADD_TAGS, added=tuple(tag.id for tag in tags))
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


async def remove_tags(
    request: Request,
    targets: Sequence[JobTarget],
    tag_uids: Sequence[str],
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
) -> list[JobActionResult]:
    """Take tags off jobs; raises as `add_tags` does."""
    tags = await applicable_tags(tag_uids, TagType.JOB)
    action = _Tag(JobAction.REMOVE_TAGS, removed=frozenset(tag.id for tag in tags))
    return await act(request, targets, action, policy=policy, dry_run=dry_run)


@dataclass(frozen=True)
class _Tag(BaseAction):
    name: JobAction
    added: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        tags = self._tags(job)
        if tags == job.tags:
            return unchanged(job, f"The tags of job {job.uid} are so already.")
        if len(tags) > MAX_TAGS:
            message = f"Job {job.uid} would have {len(tags)} tags."
            raise BadInput(message, path=["tagUids"], constraint=f"<= {MAX_TAGS}")
        return Done(job)

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        planned = await self.plan(request, job)
        if planned.skipped:
            return planned
        written = await job_moves.change(
            job.key,
            changes={"tags": self._tags(job)},
            now=request.now,
            only_in=target.only_in,
            expected_revision=job.revision,  # the list was made from exactly this one
        )
        return Done(written)

    def _tags(self, job: Job) -> list[str]:
        kept = [tag for tag in job.tags if tag not in self.removed]
        return list(dict.fromkeys([*kept, *self.added]))


@dataclass(frozen=True)
class _SetFinalResult(BaseAction):
    is_final: bool
    name: JobAction = JobAction.SET_FINAL_RESULT

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        if job.is_final_result != self.is_final:
            return Done(job)
        return unchanged(job, f"Job {job.uid} is {'' if self.is_final else 'not '}final already.")

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        planned = await self.plan(request, job)
        if planned.skipped:
            return planned
        only_in = frozenset({JobStatus.COMPLETED}) if self.is_final else EVERY
        written = await job_moves.change(
            job.key,
            changes={"is_final_result": self.is_final},
            now=request.now,
            only_in=only_in & target.only_in,
            expected_revision=target.expected_revision,
        )
        return Done(written)

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:
        for project_uid in sorted({item.job.project_uid for item in done}):
            await _mark_ancestors(request, project_uid)


async def _mark_ancestors(request: Request, project_uid: str) -> None:
    """Make the flag right for every job of the project, from its whole graph.

    Marks of one project are put in a row by the counter: two transactions that change marks at
    the same moment both write it, so the later one is repeated and sees what the earlier one did.
    """
    place = {"_id": f"{project_uid}:final_marks"}
    await Counter.rows().update_one(place, {"$inc": {"last": 1}}, upsert=True)
    fields = {"uid": 1, "parents": 1, "is_final_result": 1, "is_ancestor_of_final_result": 1}
    rows = await Job.rows().find({"project_uid": project_uid}, fields).to_list(None)
    parents = {row["uid"]: row.get("parents", []) for row in rows}
    finals = [row["uid"] for row in rows if row.get("is_final_result")]
    above = [parent for uid in finals for parent in parents[uid]]
    wanted = ancestors("", {**parents, "": above})
    marked = {row["uid"] for row in rows if row.get("is_ancestor_of_final_result")}
    for uids, flag in ((wanted - marked, True), (marked - wanted, False)):
        ids = [f"{project_uid}-{uid}" for uid in sorted(uids)]
        changes = {"is_ancestor_of_final_result": flag}
        await job_moves.change_many(ids, changes=changes, now=request.now)
