"""Both forms of an action on jobs, for one job and for many, from one line each."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import strawberry

from domain.permissions import Permission
from domain.use_cases.context import Request
from domain.use_cases.job_results import BulkPolicy, JobActionResult, JobTarget
from domain.use_cases.place import Placed
from resolvers.answer import answer_action, mutation
from resolvers.job_selection import targets_of
from schema.context import Info
from schema.inputs import job_actions as inputs
from schema.payloads import job_actions as payloads
from schema.payloads.mutation import MutationPayload
from schema.workspace import Workspace

Act = Callable[..., Awaitable[Placed | Sequence[JobActionResult]]]
"""A use case: (request, targets, input, *, policy, dry_run); `input` is the mutation's."""


def on_one(name: str, act: Act, description: str) -> Any:
    """The mutation `name` ("KillJob") that does `act` to one job; a field of any class."""

    async def targets(info: Info, given: Any) -> list[JobTarget]:  # noqa: ARG001
        return [given.target.target]

    return _pair(name, act, targets, lambda _: BulkPolicy.APPLY_APPLICABLE, description)


def on_many(name: str, act: Act, description: str) -> Any:
    """The mutation `name` ("KillJobs") on many jobs, under the policy of its input."""

    async def targets(info: Info, given: Any) -> list[JobTarget]:  # any input of many jobs
        return await targets_of(info.context, given.jobs)

    return _pair(name, act, targets, lambda given: given.on_error, description)


def _pair(
    name: str,
    act: Act,
    targets: Callable[[Info, Any], Awaitable[list[JobTarget]]],
    policy: Callable[[Any], BulkPolicy],
    description: str,
) -> Any:  # strawberry's field takes any place
    payload: type[MutationPayload] = getattr(payloads, f"{name}Payload")

    async def resolve(info: Info, input: Any) -> Any:  # their types are set below
        request: Request = info.context.request
        how = {"policy": policy(input), "dry_run": input.dry_run}
        done = await act(request, await targets(info, input), input, **how)
        if not isinstance(done, Placed):
            return await answer_action(info, payload, input, done)
        where = Workspace.from_document(done.workspace) if done.workspace else None
        return await answer_action(info, payload, input, done.results, workspace=where)

    resolve.__doc__ = description
    resolve.__annotations__ = {
        "info": Info,
        "input": Annotated[
            getattr(inputs, f"{name}Input"), strawberry.argument(description="Input.")
        ],
        "return": payload | None,
    }
    return mutation(Permission.WRITE, payload)(resolve)
