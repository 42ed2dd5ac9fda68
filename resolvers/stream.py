"""The one loop behind every subscription: snapshot, delta, heartbeat, reset."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.live.cursor import CursorForAnotherFilter, CursorRefused, Position, filter_hash
from domain.live.groups import Group, Member, News
from domain.live.hub import Dirty, Listener, Reset, ResetReason
from domain.live.watches import sign_in_of
from domain.permissions import Permission, require
from resolvers.moments import likeness
from resolvers.permissions import unauthenticated
from resolvers.stream_source import MARK, Content, Source
from schema.context import Context
from schema.scalars import BigInt, Cursor
from schema.streams import StreamMessage, StreamMessageKind

M = TypeVar("M", bound=StreamMessage)
SLOWEST_MS = 60_000
LARGEST_BATCH = 500
INCOMPLETE = 1
"""The extra count of a cursor within a snapshot: whoever resumes there starts anew."""


@dataclass(frozen=True)
class Pace:
    """How a reader wants its messages: objects in each, and the least time between two."""

    batch: int = 200
    interval_s: float = 0.25

    @classmethod
    def of(cls, max_batch_size: int, min_interval_ms: int) -> "Pace":
        """From arguments, kept within limits."""
        batch = min(max(max_batch_size, 1), LARGEST_BATCH)
        return cls(batch, min(max(min_interval_ms, 0), SLOWEST_MS) / 1000)


class Stream(Generic[M]):
    """One subscription under way; `context` is this operation's alone.

    Before every message the reader is asked for anew: it must still be known, and have `needs`.
    """

    def __init__(
        self,
        context: Context,
        source: Source[M],
        pace: Pace,
        *,
        needs: Permission = Permission.READ,
    ) -> None:
        self._context = context
        self._source = source
        self._pace = pace
        self._needs = needs
        self._binding = filter_hash(source.filter)
        self._position: Position | None = None
        self._complete = False

    async def messages(self, after: str | None, *, snapshot: bool) -> AsyncGenerator[M, None]:
        """From `after`, or from a snapshot, or from now, to the end of the reader's access."""
        if self._context.group is not None:
            async for message in self._lead(self._context.group):
                yield message
            return
        start, refused = self._start(self._context.last_event_id or after)
        hub = self._context.hub
        async with hub.listen(self._source.concerns, after=start) as listener:
            self._position = listener.position
            if refused is not None:
                yield await self._reset(refused, listener.position)
            if refused is not None or (start is None and snapshot):
                async for message in self._snapshot(listener.position):
                    yield message
            self._complete = True
            async for message in self._follow(listener):
                yield message

    def _start(self, after: str | None) -> tuple[Position | None, ResetReason | None]:
        if after is None:
            return None, None
        try:
            position, mark = self._context.cursors.decode(after, self._source.field, self._binding)
        except CursorForAnotherFilter:
            return None, ResetReason.FILTER_CHANGED
        except CursorRefused:
            return None, ResetReason.CURSOR_INVALID
        if not self._source.resume_from(mark):
            return None, ResetReason.CURSOR_INVALID
        return position, None

    async def _follow(self, listener: Listener) -> AsyncGenerator[M, None]:
        """With all who ask the same, if they are there; alone for a turn whenever let go."""
        try:
            while True:
                group = self._company(listener)
                if group is not None:
                    with self._member_of(group) as member:
                        news = await group.join(member, listener)
                        self._context.hub.leave(listener)
                        if news is not None:
                            async for message in self._tell(news, group.position):
                                yield message
                        member.is_ready = True
                        listener = await member.let_go
                    self._position = listener.position
                async for message in self._alone(listener):
                    yield message
        finally:
            self._leave(listener)

    async def _alone(self, listener: Listener) -> AsyncGenerator[M, None]:
        """Tell what has changed, or is to change next."""
        news = await listener.wait(self._context.settings.stream_heartbeat_s)
        woken_at = time.monotonic()
        async for message in self._tell(news, listener.position):
            yield message
        if news is not None:
            await self._rest(woken_at)

    async def _lead(self, group: Group) -> AsyncGenerator[M, None]:
        """What the members of the group are told, who have all that came before."""
        group.sent, self._complete = self._source.sent or (), True
        while True:
            news = await group.turn(self._context.settings.stream_heartbeat_s)
            woken_at = time.monotonic()
            async for message in self._tell(news, group.position):
                yield message
            group.end_turn()
            if news is not None:
                await self._rest(woken_at)

    def _company(self, listener: Listener) -> Group | None:
        """The group of those who ask the same and see the same; None if there is nobody else."""
        outlet, sent = self._context.outlet, self._source.sent
        if outlet is None or sent is None:
            return None
        rights = self._context.caller.rights
        asked = (self._context.asked, self._source.field, self._binding, self._pace, self._needs)
        key = (asked, outlet.transport, rights, tuple(part.is_known for part in sent))
        groups, hub = self._context.groups, self._context.hub
        group = groups.company(hub, listener, key=key, rights=rights)
        if group is not None:
            groups.part(listener)
        return group

    @contextmanager
    def _member_of(self, group: Group) -> Iterator[Member]:
        outlet, sent = self._context.outlet, self._source.sent
        assert outlet is not None
        with self._context.hub.watches.over(sign_in_of(self._context.caller)) as watch:
            member = Member(outlet, self._context.authenticate, sent or (), watch)
            try:
                yield member
            except BaseException:  # also when the reader leaves
                group.leave(member)
                raise

    def _leave(self, listener: Listener) -> None:
        self._context.groups.part(listener)
        self._context.hub.leave(listener)

    async def _rest(self, woken_at: float) -> None:
        """Let time pass: what comes meanwhile is told together."""
        rest_s = self._pace.interval_s - (time.monotonic() - woken_at)
        await asyncio.sleep(max(rest_s, 0))

    async def _tell(self, news: News, position: Position) -> AsyncGenerator[M, None]:
        if isinstance(news, Dirty) and self._source.is_void(news):
            news = Reset(ResetReason.SERVER_RESTORED, news.position)
        await self._renew(news.position if isinstance(news, Dirty) else None)
        if news is None:
            yield await self._heartbeat(position)
        elif isinstance(news, Reset):
            yield await self._reset(news.reason, news.position)
            async for message in self._snapshot(news.position):
                yield message
        else:
            async for message in self._delta(news):
                yield message

    async def _renew(self, position: Position | None) -> None:
        """Ask anew who the reader is, and forget all that was read for the last message.

        What has changed by `position` is read once for all who have the reader's rights.
        """
        viewer = self._context.viewer = await self._context.authenticate()
        group = self._context.group
        if viewer is None or (group is not None and viewer.rights != group.rights):
            raise unauthenticated()
        require(viewer, self._needs)
        self._context.renew(position)

    async def _snapshot(self, position: Position) -> AsyncGenerator[M, None]:
        self._complete = False
        held: Content | None = None
        async for content in self._source.snapshot(self._context, self._pace.batch):
            if held is not None:
                yield self._message(StreamMessageKind.SNAPSHOT, held, position)
            held = content
        self._complete = True
        if held is not None:
            yield self._message(StreamMessageKind.SNAPSHOT, held, position)

    async def _delta(self, news: Dirty) -> AsyncGenerator[M, None]:
        """Only the last of several messages stands for the new position."""
        contents = await self._source.delta(self._context, news, self._pace.batch)
        for content in contents[:-1]:
            assert self._position is not None
            yield self._shared(content, self._position)
        self._position = news.position
        for content in contents[-1:]:
            yield self._shared(content, news.position)

    def _shared(self, content: Content, position: Position) -> M:
        """The message, the very same for all who are told the same in this moment."""
        assert self._context.moment is not None
        source = (self._source.field, self._binding, self._complete)
        key = (*source, position, likeness(content))
        message: M | None = self._context.moment.messages.get(key)
        if message is None:
            message = self._message(StreamMessageKind.DELTA, content, position)
            message.answers = {}
            self._context.moment.messages[key] = message
        return message

    async def _heartbeat(self, position: Position) -> M:
        content = await self._source.idle(self._context)
        return self._message(StreamMessageKind.HEARTBEAT, content, position)

    async def _reset(self, reason: ResetReason, position: Position) -> M:
        self._complete = False
        content = await self._source.idle(self._context)
        return self._message(StreamMessageKind.RESET, content, position, reason)

    def _message(
        self,
        kind: StreamMessageKind,
        content: Content,
        position: Position,
        reason: ResetReason | None = None,
    ) -> M:
        self._position = position
        fields = dict(content)
        mark = fields.pop(MARK, 0)
        counted = mark if self._complete else INCOMPLETE
        cursor = self._context.cursors.encode(position, self._source.field, self._binding, counted)
        return self._source.message(
            cursor=Cursor(cursor),
            sequence=BigInt(position.sequence),
            kind=kind,
            snapshot_complete=self._complete,
            reset_reason=reason,
            emitted_at=self._context.now(),
            **fields,
        )
