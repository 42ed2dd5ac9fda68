"""What mutations are made of: their decorator, their answers, and actions on one job or many."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import strawberry
from strawberry.permission import PermissionExtension

from domain.permissions import Permission
from domain.use_cases.job_results import JobActionResult, Outcome
from resolvers.carrying_out import InOneTransaction, Input, RefusalsAsData, show_results
from resolvers.permissions import CLASSES
from schema.context import Info
from schema.described import text
from schema.directives import Requires
from schema.payloads.mutation import MutationPayload

_WRITTEN = frozenset({Outcome.APPLIED, Outcome.ACCEPTED})

P = TypeVar("P", bound=MutationPayload)


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
            # The last one is the outermost.
            extensions=[InOneTransaction(payload), allowed, RefusalsAsData(payload)],
        )

    return wrap


async def answer(
    info: Info,  # noqa: ARG001 - every answer has this form
    payload: type[P],
    input: Input,
    **content: Any,
) -> P:  # `content` are the payload's own fields
    """The payload of a mutation that was carried out."""
    return payload(client_mutation_id=input.client_mutation_id or None, written=True, **content)


async def answer_action(
    info: Info,  # noqa: ARG001 - every answer has this form
    payload: type[P],
    input: Input,
    results: Sequence[JobActionResult],
    **content: Any,
) -> P:  # `content` are the payload's own fields
    """The payload of an action on one job or on many."""
    written = any(result.outcome in _WRITTEN for result in results)
    echo = input.client_mutation_id or None
    shown: P = show_results(payload, results, client_mutation_id=echo, written=written, **content)
    return shown
