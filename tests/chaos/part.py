"""One process of the product: started by the nursery, frozen, killed, started again."""

import os
import select
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.chaos.nursery import Nursery

END_TIMEOUT_S = 10.0


class Held:
    """A process held by a pidfd, so that no signal meets another that has its number by now."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)

    def signal(self, number: signal.Signals) -> None:
        """Send it; nothing happens if the process has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    def has_ended(self, timeout_s: float = 0.0) -> bool:
        """Whether it ends within that time."""
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(1000 * timeout_s))

    def __del__(self) -> None:
        os.close(self._pidfd)


class Part:
    """A `lanekeeper api` or `lanekeeper scheduler` with settings of its own."""

    def __init__(self, name: str, command: str, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self._nursery: Nursery | None = None
        self._held: Held | None = None

    @property
    def process(self) -> Held:
        """The process as it is now."""
        assert self._held is not None, f"{self.name} was never started"
        return self._held

    def start(self, nursery: Nursery) -> None:
        """Start it; it may take a while until it does its work."""
        self._nursery = nursery
        self._held = Held(nursery.start(self._command, self._environment, self.log))

    def start_again(self) -> None:
        """Start another one in place of one that has ended."""
        assert self._nursery is not None
        self.start(self._nursery)

    def kill9(self) -> None:
        """End it as a crash would."""
        self.process.signal(signal.SIGKILL)
        assert self.process.has_ended(END_TIMEOUT_S), f"{self.name} lives after SIGKILL"

    def ensure(self) -> bool:
        """Awake and running, whatever has been done to it; whether it had ended."""
        self.process.signal(signal.SIGCONT)
        had_ended = self.process.has_ended()
        if had_ended:
            self.start_again()
        return had_ended
