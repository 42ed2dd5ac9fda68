"""The stream of long actions: one, or all of the caller's."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.errors import NotFound
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.operation_reads import own_among, own_operations
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, batches
from resolvers.stream_source import Content
from schema.arguments import StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.node import key_of
from schema.operation import JobOperation
from schema.streams import OperationStreamMessage


class OperationSource(ResumedByPosition):
    """The operation `id`; without one, those that the caller has asked for."""

    message = OperationStreamMessage
    field = "Subscription.operationChanges"

    def __init__(self, id: str | None) -> None:
        self.filter: object = id
        self._id = id

    def concerns(self, change: Change) -> bool:
        """Any operation: whose it is does not show in a change."""
        return change.kind is Kind.OPERATIONS and self._id in (None, change.id)

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """The one; or those that are open or have finished within a day, by id."""
        if self._id is not None:
            yield {"upserted": [await self._one(context, self._id)]}
            return
        after, full = "", True
        while full:
            found = await own_operations(context, after=after, limit=batch)
            yield {"upserted": [JobOperation.from_document(one) for one in found]}
            full = len(found) == batch
            after = found[-1].id if found else ""

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The dirty ones, in full; raises NotFound once the reader may not see the one."""
        ids = dirty.keys.get(Kind.OPERATIONS, set())
        if self._id is not None:
            return [{"upserted": [await self._one(context, self._id)]}]
        shown = [JobOperation.from_document(one) for one in await own_among(context, ids)]
        return [{"upserted": list(piece)} for piece in batches(shown, batch) if piece]

    async def _one(self, context: Context, id: str) -> JobOperation:
        found = await context.reads.operation(id)
        if found is None:
            raise NotFound("There is no such operation.")
        return JobOperation.from_document(found)

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"upserted": []}


@object_type
class OperationSubscriptions:
    """Streams of long actions."""

    @subscription(Permission.READ)
    async def operation_changes(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Global ID.")] = UNSET,
        after: StreamAfter = UNSET,
    ) -> AsyncGenerator[OperationStreamMessage, None]:
        """One operation, or all of the caller's."""
        source = OperationSource(key_of(id, "JobOperation") if id else None)
        stream = Stream(info.context, source, Pace())
        async for message in stream.messages(after or None, snapshot=True):
            yield message
