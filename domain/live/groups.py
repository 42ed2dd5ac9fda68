"""Streams that were asked the same become one group: one of them is run, and all get its messages.

A stream goes alone until it has been told all that came before, and another asks the same. Then
it is a member: a stream of the group's own is executed once for each change, and what comes out
is put to every member's transport. A member whose transport does not take a message at once, and
one whose rights have changed, is let go: it goes on alone from what it was told last, and comes
back when it can. So a group never waits for a member, and a member misses nothing.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, Protocol

from domain import clock
from domain.live.cursor import Position
from domain.live.hub import Dirty, Hub, Listener, Reset
from domain.live.watches import Watch
from domain.permissions import Viewer

log = logging.getLogger(__name__)
SLICE = 100
"""Members who are sent to before the process does other things."""
News = Dirty | Reset | None
"""What a listener was told; None: nothing for a while."""


class Outlet(Protocol):
    """Where the messages of one stream leave the process; all of a group are of one transport."""

    @property
    def transport(self) -> str:
        """Its name."""
        ...

    def put(self, payload: Any) -> bool:  # of the transport
        """Send it if that can be done at once; whether it was."""
        ...

    def run_for(self, group: "Group") -> AsyncGenerator[Any | None, None]:
        """Run the stream's operation for the group: payloads, or None for one with errors."""
        ...


class Sent(Protocol):
    """What a reader was sent, where the next message depends on it.

    `is_known`: it is all that the reader has, not only what came since it is back.
    """

    is_known: bool

    def kept(self) -> Any:
        """What is known now; it is not changed later."""
        ...

    def restore(self, kept: Any) -> None:
        """Know this, and nothing else."""
        ...

    def join(self, kept: Any) -> None:
        """Stand from now on for another reader too, who was sent this."""
        ...


class Member:
    """One stream's place in a group. `is_ready`: it has been sent all that it was told alone.

    `watch` is over what the viewer's rights are read from, which `authenticate` does.
    """

    def __init__(
        self,
        outlet: Outlet,
        authenticate: Callable[[], Awaitable[Viewer | None]],
        sent: Sequence[Sent],
        watch: Watch,
    ) -> None:
        self.outlet = outlet
        self.sent = sent
        self._authenticate = authenticate
        self._watch = watch
        self._expires_at: datetime | None = None
        self.is_ready = False
        self.is_known = False  # the group's own stream knows what it was sent
        self.first_turn = 0
        self.let_go: asyncio.Future[Listener] = asyncio.get_running_loop().create_future()

    def may_have_changed(self, now: datetime) -> bool:
        """Whether the rights are to be read anew."""
        return self._watch.is_woken or (self._expires_at is not None and self._expires_at <= now)

    async def rights(self) -> Viewer | None:
        """What the viewer may do now; None if it may come in no more."""
        self._watch.rest()
        viewer = await self._authenticate()
        if viewer is None:
            return None
        self._expires_at = viewer.expires_at
        return viewer.rights


class Group:
    """The members, and the stream that is run for them.

    That stream asks for its `turn`s, and has told all of one when it ends it. `key` tells what
    was asked for, and `rights` with what rights.
    """

    def __init__(
        self, groups: "Groups", hub: Hub, listener: Listener, *, key: Hashable, rights: Viewer
    ) -> None:
        self.key = key
        self.rights = rights
        self.sent: Sequence[Sent] = ()
        self._groups = groups
        self._hub = hub
        self._listener = listener
        self._members: dict[Member, None] = {}
        self._parked: dict[Member, tuple[Listener, asyncio.Future[News]]] = {}
        self._turn = 0
        self._untold: News = None
        self._told = self._listener.position
        self._kept: list[Any] = []
        self._is_under_way = False
        self._task: asyncio.Task[None] | None = None

    @property
    def position(self) -> Position:
        """How far the members have been told."""
        return self._listener.position

    async def join(self, member: Member, listener: Listener) -> News:
        """Become a member, at a moment when the group's stream and this one stand together.

        What `listener` has not been told by then is the answer: the member tells that alone, is
        ready then, and gets what the group tells later. Leave it as soon as it is of no use.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._run(member.outlet), name="group of streams")
        if not self._is_under_way and not self._listener.is_dirty:
            return self._admit(member, listener)
        parked: asyncio.Future[News] = asyncio.get_running_loop().create_future()
        self._parked[member] = listener, parked
        return await parked

    def _admit(self, member: Member, listener: Listener) -> News:
        member.first_turn = self._turn + 1
        self._members[member] = None
        return listener.take()

    def leave(self, member: Member) -> None:
        """Be a member no more; the last one ends the group."""
        self._parked.pop(member, None)
        self._members.pop(member, None)
        if member.let_go.done() and not member.let_go.cancelled():
            self._hub.leave(member.let_go.result())
        self._end_if_empty()

    def _end_if_empty(self) -> None:
        if not self._members and not self._parked and self._task is not None:
            self._groups.forget(self)
            self._task.cancel()

    async def turn(self, timeout_s: float) -> News:
        """What the group's own stream has to tell next; None if nothing by `timeout_s`."""
        self._told = self._listener.position
        news = await self._listener.wait(timeout_s)
        self._turn, self._untold, self._is_under_way = self._turn + 1, news, True
        self._meet()
        self._kept = [part.kept() for part in self.sent]
        if news is not None:
            self._let_go_of_busy_ones()
        self._admit_parked()
        await self._look_at_rights()
        return news

    def end_turn(self) -> None:
        """All of the turn has been told; who came meanwhile need not wait for the next."""
        self._untold, self._is_under_way = None, False
        self._kept = [part.kept() for part in self.sent]
        self._told = self._listener.position
        if not self._listener.is_dirty:
            self._admit_parked()

    def _meet(self) -> None:
        """Know what ready members were sent alone."""
        for member in self._members:
            if member.is_ready and not member.is_known:
                member.is_known = True
                for mine, theirs in zip(self.sent, member.sent, strict=True):
                    mine.join(theirs.kept())

    def _let_go_of_busy_ones(self) -> None:
        """Who is still telling what came before is told of this alone, too."""
        for member in tuple(self._members):
            if not member.is_known:
                self._let_go(member)

    def _admit_parked(self) -> None:
        parked, self._parked = self._parked, {}
        for member, (listener, waits) in parked.items():
            if not waits.done():
                waits.set_result(self._admit(member, listener))

    async def _look_at_rights(self) -> None:
        moment = clock.now()
        for member in [m for m in self._members if m.may_have_changed(moment)]:
            rights = await member.rights()
            if rights != self.rights and member in self._members:
                self._let_go(member)

    async def _run(self, outlet: Outlet) -> None:
        try:
            async with aclosing(outlet.run_for(self)) as payloads:
                async for payload in payloads:
                    if payload is None:
                        break
                    await self._send(payload)
        except Exception:  # each member's own stream will meet the fault and tell it
            log.exception("A group of streams failed.", extra={"action": "fault"})
        finally:
            self._dissolve()

    async def _send(self, payload: Any) -> None:  # of the members' transport
        for number, member in enumerate(tuple(self._members)):
            if number % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            is_meant = member in self._members and member.first_turn <= self._turn
            if is_meant and member.is_known and not member.outlet.put(payload):
                self._let_go(member)

    def _let_go(self, member: Member) -> None:
        """Let it go on alone, from behind what it was told last."""
        self._members.pop(member, None)
        is_told = member.first_turn > self._turn
        untold = None if is_told else self._untold
        listener = self._listener.before(untold, self._listener.position if is_told else self._told)
        if member.is_known:
            for mine, kept in zip(member.sent, self._kept, strict=True):
                mine.restore(kept)
        if not member.let_go.done():
            member.let_go.set_result(self._hub.enter(listener))
        self._end_if_empty()

    def _dissolve(self) -> None:
        self._groups.forget(self)
        for member in tuple(self._members):
            self._let_go(member)
        for member, (listener, waits) in self._parked.items():
            if not waits.done():
                waits.set_result(listener.take())
                member.let_go.set_result(self._hub.enter(listener.before(None, listener.position)))
        self._hub.leave(self._listener)


class Groups:
    """The groups of one process, by what was asked for; and who could be of one, but is alone."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, Group] = {}
        self._alone: dict[Hashable, Listener] = {}
        self._keys: dict[Listener, Hashable] = {}

    def company(
        self, hub: Hub, listener: Listener, *, key: Hashable, rights: Viewer
    ) -> Group | None:
        """The group to join; None as long as nobody else asks the same."""
        if self._keys.get(listener) != key:
            self.part(listener)
        if not hub.has_reached(listener):
            return None
        group = self._groups.get(key)
        if group is None:
            first = self._alone.setdefault(key, listener)
            self._keys[first] = key
            if first is not listener:
                first.nudge()
                group = self._groups[key] = Group(
                    self, hub, hub.enter(listener.at(hub.position)), key=key, rights=rights
                )
        return group

    def part(self, listener: Listener) -> None:
        """It has company now, or is gone."""
        key = self._keys.pop(listener, None)
        if key is not None and self._alone.get(key) is listener:
            del self._alone[key]

    def forget(self, group: Group) -> None:
        """The group has ended."""
        if self._groups.get(group.key) is group:
            del self._groups[group.key]
