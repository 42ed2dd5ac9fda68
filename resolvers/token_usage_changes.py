"""The stream of GPU token usage."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

from strawberry import UNSET

from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition
from resolvers.stream_source import Content
from schema.arguments import StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.streams import TokenUsageStreamMessage
from schema.token_usage import TokenUsage, show_token_usage

CONCERNED = frozenset({Kind.TOKEN_POOLS, Kind.INSTANCES, Kind.TARGETS, Kind.JOBS})


class TokenUsageSource(ResumedByPosition):
    """The usage as a whole, whenever it is another than the last that was sent."""

    message = TokenUsageStreamMessage
    field = "Subscription.tokenUsageChanges"
    filter: object = None
    sent = None

    def __init__(self) -> None:
        self._told: TokenUsage | None = None

    def concerns(self, change: Change) -> bool:
        """The pool, the jobs that wait for it, and the GPUs that stand in for a limit."""
        return change.kind in CONCERNED

    async def snapshot(
        self,
        context: Context,
        batch: int,  # noqa: ARG002 - it is one object
    ) -> AsyncIterator[Content]:
        """The usage now."""
        self._told = await show_token_usage(context)
        yield {"token_usage": self._told}

    async def delta(
        self,
        context: Context,
        dirty: Dirty,  # noqa: ARG002 - whatever changed
        batch: int,  # noqa: ARG002 - it is one object
    ) -> list[Content]:
        """The usage now, if a number of it has changed."""
        now, before = await show_token_usage(context), self._told
        if before is not None and replace(before, observed_at=now.observed_at) == now:
            return []
        self._told = now
        return [{"token_usage": now}]

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"token_usage": None}


@object_type
class TokenUsageSubscriptions:
    """Streams of GPU tokens."""

    @subscription(Permission.READ)
    async def token_usage_changes(
        self, info: Info, after: StreamAfter = UNSET
    ) -> AsyncGenerator[TokenUsageStreamMessage, None]:
        """Token usage."""
        stream = Stream(info.context, TokenUsageSource(), Pace())
        async for message in stream.messages(after or None, snapshot=True):
            yield message
