"""How every mutation is carried out: all of it or nothing, once for each key, and on record."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

import orjson
from strawberry import UNSET
from strawberry.extensions import FieldExtension

from domain import audit, idempotency
from domain.audit import Subject
from domain.documents import IdempotencyKey
from domain.documents.audit import AuditOutcome
from domain.errors import DomainError
from domain.live.cursor import ANY_FIELD
from domain.signing import sign
from domain.use_cases.act import NothingDone
from domain.use_cases.job_results import JobActionResult as Result
from resolvers.replay import kept, replayed
from schema.context import Info
from schema.job_action_result import JobActionResult, JobsActionSummary
from schema.node import GlobalId, Node
from schema.payloads.mutation import JobActionPayload, JobsActionPayload, MutationPayload
from schema.refusals import show_errors
from schema.scalars import BigInt, Cursor

Resolve = Callable[..., Awaitable[MutationPayload]]
_OF_THE_REQUEST = frozenset({"client_mutation_id", "idempotency_key"})


class Input(Protocol):
    """What every input carries."""

    idempotency_key: str | None
    client_mutation_id: str | None


class RefusalsAsData(FieldExtension):
    """Turns a refusal, by a use case or by a permission class, into an error of the payload."""

    def __init__(self, payload: type[MutationPayload]) -> None:
        self._payload = payload

    async def resolve_async(
        self, next_: Resolve, source: object, info: Info, **given: Any
    ) -> MutationPayload:  # `given` are the field's arguments: `input` alone
        """The field's payload, or one that holds the refusal; faults go through."""
        try:
            return await next_(source, info, **given)
        except DomainError as refusal:
            await _record_refusal(info, given["input"], refusal)
            echo = given["input"].client_mutation_id or None
            return self._payload(errors=show_errors([refusal]), client_mutation_id=echo)


class InOneTransaction(FieldExtension):
    """Carries out a mutation with its idempotency key and its audit record, or none of them."""

    def __init__(self, payload: type[MutationPayload]) -> None:
        self._payload = payload

    async def resolve_async(
        self, next_: Resolve, source: object, info: Info, **given: Any
    ) -> MutationPayload:  # `given` are the field's arguments: `input` alone
        """The payload, with the place of its effect in the feed if anything was written."""
        input = given["input"]
        if getattr(input, "dry_run", False):
            return await next_(source, info, **given)

        async def carry_out() -> MutationPayload:
            key = await self._claim(info, input)
            if key is not None and key.answer is not None:
                return await self._again(info, key.answer)
            payload = await next_(source, info, **given)
            if key is not None:
                operation = getattr(payload, "operation", None)
                id = GlobalId.parse(operation.id).key if operation else None
                await idempotency.remember(key.id, kept(payload), id)
            await _record(info, input, payload)
            return payload

        try:
            payload = await info.context.transaction(carry_out)
        except NothingDone as undone:
            return show_results(self._payload, undone.results)
        return await _placed(info, payload)

    async def _claim(self, info: Info, input: Input) -> IdempotencyKey | None:
        key = input.idempotency_key
        if key is None or key is UNSET:
            return None
        context = info.context
        text = orjson.dumps(_canonical(input), option=orjson.OPT_SORT_KEYS)
        mark = sign(text, context.signing_key, purpose="idempotency").hex()
        return await idempotency.claim(
            context.caller.user_id, info.field_name, key, mark, now=context.now()
        )

    async def _again(self, info: Info, answer: dict[str, Any]) -> MutationPayload:
        info.context.renew()
        return await replayed(info.context, self._payload, answer)


def show_results(
    payload: type[MutationPayload], results: Iterable[Result], **content: Any
) -> Any:  # a `payload`, whose fields are `content`
    """The payload of an action on one job or on many, as the payload's type says."""
    shown = [JobActionResult.of(result) for result in results]
    if issubclass(payload, JobActionPayload):
        return payload(result=shown[0], **content)
    assert issubclass(payload, JobsActionPayload)
    counted = [(result.outcome, result.source.bytes_freed) for result in shown]
    operation = next((result.operation for result in shown if result.operation), None)
    summary = JobsActionSummary.of(counted)
    return payload(results=shown, summary=summary, operation=operation, **content)


async def _placed(info: Info, payload: MutationPayload) -> MutationPayload:
    if payload.written:
        position = await info.context.position()
        payload.cursor = Cursor(info.context.cursors.encode(position, ANY_FIELD, ""))
        payload.sequence = BigInt(position.sequence)
    return payload


async def _record(info: Info, input: Input, payload: MutationPayload) -> None:
    results = _results(payload)
    codes = [str(error.code) for result in results for error in result.source.errors]
    outcome = AuditOutcome.SUCCEEDED
    if codes:
        outcome = AuditOutcome.PARTIALLY_SUCCEEDED if payload.written else AuditOutcome.REFUSED
    await audit.record(
        info.context.caller,
        info.field_name,
        _subject(input, payload, results),
        outcome,
        now=info.context.now(),
        error_codes=codes,
    )


async def _record_refusal(info: Info, input: Input, refusal: DomainError) -> None:
    if info.context.viewer is None or getattr(input, "dry_run", False):
        return
    await audit.record(
        info.context.caller,
        info.field_name,
        _asked_about(input),
        AuditOutcome.REFUSED,
        now=info.context.now(),
        error_codes=[str(refusal.code)],
        message=refusal.message,
    )


def _results(payload: MutationPayload) -> list[JobActionResult]:
    if isinstance(payload, JobActionPayload):
        return [payload.result] if payload.result else []
    return payload.results if isinstance(payload, JobsActionPayload) else []


def _subject(input: Input, payload: MutationPayload, results: list[JobActionResult]) -> Subject:
    if results:
        key = results[0].source.key
        return Subject(f"{key.project_uid}/{key.job_uid}", f"Job:{key}", len(results))
    shown = (getattr(payload, field.name) for field in fields(payload) if field.init)
    node = next((value for value in shown if isinstance(value, Node)), None)
    if node is None:
        other_server = getattr(input, "instance_id", None)
        return Subject(other_server) if other_server else Subject(count=0)
    id = GlobalId.parse(node.id)
    return Subject(id.key.replace("-", "/"), f"{id.type_name}:{id.key}")


def _asked_about(input: Input) -> Subject:
    for name in ("project_uid", "name", "tag_uid", "lane", "instance_id"):
        value = getattr(input, name, UNSET)
        if isinstance(value, str):
            return Subject(value)
    return Subject()


def _canonical(value: Any) -> Any:  # any part of an input, as JSON
    """Equal for equal inputs; what was left out is left out, null is kept."""
    if is_dataclass(value):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return {
            name: _canonical(part)
            for name, part in parts.items()
            if part is not UNSET and name not in _OF_THE_REQUEST
        }
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value
