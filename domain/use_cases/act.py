"""The one road of every job action: get, ask the rule, plan, act, one result per job.

One job is a list of one. Results come in request order; what a failure does to the other jobs
is the caller's policy.
"""

from collections.abc import Sequence
from typing import Protocol

from domain.actions import JobAction, is_held, refusals
from domain.documents import Job
from domain.error_codes import ErrorCode
from domain.errors import (
    BadInput,
    DomainError,
    JobMoved,
    NotFound,
    RevisionConflict,
    StatusRefused,
)
from domain.job_facts import JobFacts
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.use_cases.facts import Scene, read_scene
from domain.use_cases.job_results import (
    BulkPolicy,
    Done,
    JobActionResult,
    JobTarget,
    Notice,
    NoticeCode,
    Outcome,
)


class Action(Protocol):
    """One action with its options, for all jobs of one request."""

    @property
    def name(self) -> JobAction:
        """Which action it is."""

    def weigh(self, facts: JobFacts) -> JobFacts:
        """What the rule shall look at: the facts without those that the options make good."""

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:
        """Read at once what all jobs need; a refusal here refuses the whole request."""

    async def plan(self, request: Request, job: Job) -> Done:
        """Check what only the options and the database can tell, and say what `apply` would do."""

    async def apply(self, request: Request, job: Job, target: JobTarget) -> Done:
        """Do it; raises DomainError, JobMoved included, and then has changed nothing."""

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:
        """Do what is left to do once for all jobs; `done` are those that were applied."""


class BaseAction:
    """An action that needs no preparation, always works as planned, and leaves nothing over."""

    def weigh(self, facts: JobFacts) -> JobFacts:
        """The facts as they are."""
        return facts

    async def prepare(self, request: Request, jobs: Sequence[Job]) -> None:
        """Nothing to read."""

    async def plan(self, request: Request, job: Job) -> Done:  # noqa: ARG002
        """Nothing to say before it is tried."""
        return Done(job)

    async def conclude(self, request: Request, done: Sequence[Done]) -> None:
        """Nothing is left."""


class NothingDone(Exception):
    """All or nothing was asked for and one job failed on the way: undo, and show `results`."""

    def __init__(self, results: list[JobActionResult]) -> None:
        super().__init__("One job could not be acted on, so none was.")
        self.results = results


async def act(
    request: Request,
    targets: Sequence[JobTarget],
    action: Action,
    *,
    policy: BulkPolicy = BulkPolicy.APPLY_APPLICABLE,
    dry_run: bool = False,
    are_limited: bool = True,
) -> list[JobActionResult]:
    """Apply `action` to those of `targets` that it is open for, as `policy` says.

    `are_limited` is False where the server, not the caller, names the jobs.

    Raises BadInput if there are too many jobs, or one is named twice, and NothingDone if writes
    must be undone: the caller's transaction does that.
    """
    if are_limited:
        _check_selection(request, targets)
    results = [
        JobActionResult(index, target.key, action.name, Outcome.NOT_ATTEMPTED)
        for index, target in enumerate(targets)
    ]
    scene = await read_scene(request, (target.key for target in targets))
    for result, target in zip(results, targets, strict=True):
        _judge(request, result, scene, target, action)
    jobs = [result.job for result in results if result.is_open and result.job is not None]
    await action.prepare(request, jobs)
    plans = [await _plan(request, result, action) for result in results]
    attempted = _attempted(results, policy)
    if dry_run:
        _show_plans(results, plans, attempted)
        return results
    await _carry_out(request, list(zip(results, targets, strict=True))[:attempted], action, policy)
    return results


def _check_selection(request: Request, targets: Sequence[JobTarget]) -> None:
    most = request.settings.max_jobs_per_request
    if len(targets) > most:
        message = f"At most {most} jobs can be acted on at once."
        raise BadInput(message, path=["jobs"], code=ErrorCode.TOO_MANY_JOBS)
    first: dict[JobKey, int] = {}
    for index, target in enumerate(targets):
        if first.setdefault(target.key, index) != index:
            message = f"Job {target.key} is named twice."
            raise BadInput(message, path=["jobs", str(index)])


def _judge(
    request: Request, result: JobActionResult, scene: Scene, target: JobTarget, action: Action
) -> None:
    job = result.job = scene.jobs.get(str(target.key))
    if job is None:
        result.refuse([NotFound(f"There is no job {target.key}.", path=["job"])])
        return
    wrong_belief = _wrong_belief(job, target)
    if wrong_belief is not None:
        result.refuse([wrong_belief])
        return
    facts = action.weigh(scene.facts(job))
    if is_held(facts, result.action):
        result.outcome = Outcome.SKIPPED
        message = f"Job {job.uid} is so already."
        result.notices = [Notice(NoticeCode.ALREADY_IN_DESIRED_STATE, message)]
        return
    reasons = refusals(result.action, facts, request.viewer)
    if reasons:
        result.refuse(reasons)


def _wrong_belief(job: Job, target: JobTarget) -> DomainError | None:
    if target.expected_revision not in (None, job.revision):
        assert target.expected_revision is not None
        return RevisionConflict(
            f"Job {job.uid} has changed since you read it.",
            expected=target.expected_revision,
            current=job.revision,
            object_id=job.id,
        )
    if job.status not in target.only_in:
        message = f"Job {job.uid} is {job.status} by now."
        return StatusRefused(message, current=job.status, allowed=target.only_in)
    return None


async def _plan(request: Request, result: JobActionResult, action: Action) -> Done | None:
    if not result.is_open or result.job is None:
        return None
    try:
        return await action.plan(request, result.job)
    except DomainError as refusal:
        result.refuse([refusal])
        return None


def _attempted(results: Sequence[JobActionResult], policy: BulkPolicy) -> int:
    """How many of the jobs, from the first on, are tried under `policy`."""
    first = next((r.index for r in results if r.errors), len(results))
    if policy is BulkPolicy.APPLY_APPLICABLE or first == len(results):
        return len(results)
    return 0 if policy is BulkPolicy.ALL_OR_NOTHING else first


def _show_plans(
    results: Sequence[JobActionResult], plans: Sequence[Done | None], attempted: int
) -> None:
    for result, planned in zip(results[:attempted], plans, strict=False):
        if planned is not None:
            result.take(planned, Outcome.PLANNED)


async def _carry_out(
    request: Request,
    wanted: Sequence[tuple[JobActionResult, JobTarget]],
    action: Action,
    policy: BulkPolicy,
) -> None:
    done: list[Done] = []
    for result, target in wanted:
        if not result.is_open:
            continue
        applied = await _apply(request, result, target, action)
        if applied is not None:
            done += [] if applied.skipped else [applied]
        elif policy is BulkPolicy.ALL_OR_NOTHING:
            raise NothingDone(_undone([result for result, _ in wanted]))
        elif policy is BulkPolicy.STOP_ON_FIRST_ERROR:
            break
    if done:
        await action.conclude(request, done)


async def _apply(
    request: Request, result: JobActionResult, target: JobTarget, action: Action
) -> Done | None:
    assert result.job is not None
    try:
        done = await action.apply(request, result.job, target)
    except JobMoved:
        await _explain_move(request, result, action)
    except DomainError as refusal:
        result.refuse([refusal])
    else:
        result.take(done, Outcome.APPLIED if done.operation is None else Outcome.ACCEPTED)
        return done
    return None


async def _explain_move(request: Request, result: JobActionResult, action: Action) -> None:
    """Somebody was quicker: say so with the rule's own words for the job as it is now."""
    scene = await read_scene(request, [result.key])
    job = result.job = scene.jobs.get(str(result.key))
    if job is None:
        result.refuse([NotFound(f"There is no job {result.key}.", path=["job"])])
        return
    reasons = refusals(result.action, action.weigh(scene.facts(job)), request.viewer)
    message = f"Job {job.uid} changed at the same moment; it is {job.status} now."
    result.refuse(reasons or [StatusRefused(message, current=job.status)])


def _undone(results: Sequence[JobActionResult]) -> list[JobActionResult]:
    for result in results:
        if not result.errors and result.outcome is not Outcome.SKIPPED:
            result.outcome, result.operation, result.created_job = Outcome.NOT_ATTEMPTED, None, None
            result.bytes_freed = None
    return list(results)
