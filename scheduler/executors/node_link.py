"""The link to a node: made when it is needed, anew after a loss, and never waited for long."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from scheduler.executors.base import LaneUnreachable
from scheduler.executors.node_session import Hear, NodeSession
from scheduler.executors.ssh_connection import SshAccess

FIRST_REST_S, LONGEST_REST_S = 1.0, 60.0
"""The rest after a connection that failed; it doubles with each that follows."""
SILENCE_S = 20.0
"""A connection on which a question stays open for so long is given up."""


class NodeLink:
    """At most one session with the node.

    hear: takes what the agent says unasked. on_loss: the connection is lost. on_return: there are
    answers again.
    """

    def __init__(
        self,
        access: SshAccess,
        *,
        hear: Hear,
        on_loss: Callable[[], None],
        on_return: Callable[[], None],
    ) -> None:
        self._access = access
        self._hear, self._on_loss, self._on_return = hear, on_loss, on_return
        self._session: NodeSession | None = None
        self._dialling: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._silence = f"{access.host} is not connected."
        self._rest_s = FIRST_REST_S
        self._rest_until = 0.0
        self._is_closed = False

    @property
    def rest_s(self) -> float:
        """Seconds until the next connection is tried, 0 if one may be now."""
        return max(0.0, self._rest_until - time.monotonic())

    async def ask(
        self, do: str, given: object = None, *, patience_s: float, at_once: bool = False
    ) -> Any:
        """The agent's answer, within `patience_s`.

        Raises LaneUnreachable; without being asked if the node rests after a failure, or if
        somebody has waited in vain for its answer to an earlier question, unless `at_once`.
        """
        self._require_hope(at_once=at_once)
        try:
            async with asyncio.timeout(patience_s):
                session = await self._reach()
                return await session.ask(do, given)
        except TimeoutError:
            said = f"{self._access.host} does not answer within {patience_s:g} seconds."
            raise LaneUnreachable(said) from None

    def _require_hope(self, *, at_once: bool) -> None:
        if self._is_closed:
            raise LaneUnreachable(f"{self._access.host} is not served any more.")
        silent_s = self._session.silent_s if self._session else 0.0
        if self._session is not None and silent_s > SILENCE_S:
            self._session.close()
        is_hopeless = silent_s > 0 or (self._session is None and self.rest_s > 0)
        if is_hopeless and not at_once:
            silence = f"{self._access.host} has not answered for {silent_s:.0f} seconds."
            raise LaneUnreachable(silence if silent_s else self._silence)

    async def _reach(self) -> NodeSession:
        if self._session is None:
            self._dialling = self._dialling or asyncio.create_task(self._dial())
            await asyncio.shield(self._dialling)
        if self._session is None:
            raise LaneUnreachable(self._silence)
        return self._session

    async def _dial(self) -> None:
        try:
            self._session = await NodeSession.open(self._access)
        except LaneUnreachable as error:
            self._silence = str(error)
            self._rest_until = time.monotonic() + self._rest_s
            self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)
        else:
            self._rest_s = FIRST_REST_S
            self._listening = asyncio.create_task(self._listen(self._session))
            self._on_return()
        finally:
            self._dialling = None

    async def _listen(self, session: NodeSession) -> None:
        try:
            await session.listen(self._hear_unasked)
        finally:
            if self._session is session:
                self._session = None
                self._on_loss()

    def _hear_unasked(self, said: dict[str, Any]) -> None:
        if "id" in said:  # an answer that nobody waits for any more
            self._on_return()
        else:
            self._hear(said)

    async def close(self) -> None:
        """Hang up for good."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            session.close()
        tasks = [task for task in (self._dialling, self._listening) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
