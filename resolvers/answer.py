"""How a mutation answers: refusals as data, and the place of its effect in the feed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import PermissionExtension

from domain.errors import DomainError
from domain.live.cursor import ANY_FIELD
from domain.permissions import Permission
from domain.use_cases.job_results import JobActionResult as Result
from domain.use_cases.job_results import Outcome
from resolvers.permissions import CLASSES
from schema.context import Info
from schema.described import text
from schema.directives import Requires
from schema.job_action_result import JobActionResult
from schema.payloads.mutation import JobActionPayload, MutationPayload
from schema.refusals import show_errors
from schema.scalars import BigInt, Cursor

_WRITTEN = frozenset({Outcome.APPLIED, Outcome.ACCEPTED})

P = TypeVar("P", bound=MutationPayload)
A = TypeVar("A", bound=JobActionPayload)


class Input(Protocol):
    """What every input carries."""

    client_mutation_id: str | None


class RefusalsAsData(FieldExtension):
    """Turns a refusal, by a use case or by a permission class, into an error of the payload."""

    def __init__(self, payload: type[MutationPayload]) -> None:
        self._payload = payload

    async def resolve_async(
        self, next_: Callable[..., Awaitable[object]], source: object, info: Info, **given: Any
    ) -> object:  # `given` are the field's arguments: `input` alone
        """The field's payload, or one that holds the refusal; faults go through."""
        try:
            return await next_(source, info, **given)
        except DomainError as refusal:
            echo = given["input"].client_mutation_id or None
            return self._payload(errors=show_errors([refusal]), client_mutation_id=echo)


def mutation(
    permission: Permission, payload: type[MutationPayload]
) -> Callable[[Callable[..., Any]], Any]:  # strawberry's field takes any place
    """A mutation that needs `permission` and answers `payload`, described by its docstring."""

    def wrap(resolver: Callable[..., Any]) -> Any:
        allowed = PermissionExtension([CLASSES[permission]()], use_directives=False)
        return strawberry.mutation(
            resolver,
            description=text(resolver),
            directives=[Requires(permission=permission)],
            extensions=[allowed, RefusalsAsData(payload)],  # the last one is the outermost
        )

    return wrap


async def answer(
    info: Info, payload: type[P], input: Input, **content: Any
) -> P:  # the payload's own fields
    """The payload of a mutation that was carried out, with the place of its effect."""
    position = await info.context.position()
    return payload(
        client_mutation_id=input.client_mutation_id or None,
        cursor=Cursor(info.context.cursors.encode(position, ANY_FIELD, "")),
        sequence=BigInt(position.sequence),
        **content,
    )


async def answer_action(info: Info, payload: type[A], input: Input, results: Sequence[Result]) -> A:
    """The payload of an action on one job; without a place in the feed if nothing was written."""
    [result] = results
    shown = JobActionResult.of(result)
    if result.outcome in _WRITTEN:
        return await answer(info, payload, input, result=shown)
    return payload(client_mutation_id=input.client_mutation_id or None, result=shown)
