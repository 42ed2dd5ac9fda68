"""A lane in memory: the test says what happens to each attempt, by its key ("P3-J12#2")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.executors.base import (
    AttemptRef,
    Claim,
    Doubt,
    ExitReason,
    ExitResult,
    Heartbeat,
    LaneReport,
    LaneUnreachable,
    Launch,
    Observation,
    Refused,
    Sighting,
    SightingState,
    Started,
    StartResult,
    Wake,
)
from scheduler.executors.programs import Wanted

UNCLAIMED = Sighting(state=SightingState.UNCLAIMED)
REPORT = LaneReport(
    host="node1", interpreter="/usr/bin/python3", cpu_cores=8, ram_gb=64, gpus=(), problems=()
)


@dataclass
class Asked:
    """Every call that was made, in order, by key."""

    starts: list[str]
    stops: list[str]
    forbids: list[str]
    sweeps: list[str]


class FakeExecutor:
    """Behaves like LocalExecutor, but nothing happens until the test says so.

    `start` leaves the attempt unclaimed; `claim`, `run`, `finish`, `lose` and `beat` move it and
    wake the listener. `stop` only records: end the attempt with `finish`. A tombstone wins against
    everything but a claim. With `is_reachable` False every call raises LaneUnreachable.
    """

    starts_at_once = 4

    def __init__(self) -> None:
        self.asked = Asked([], [], [], [])
        self.launches: dict[str, Launch] = {}
        self.sightings: dict[str, Sighting] = {}
        self.answers: dict[str, StartResult] = {}
        self.survivors: dict[str, int] = {}
        self.report = REPORT
        self.absent: frozenset[str] | None = None
        self.is_reachable = True
        self.is_closed = False
        self._on_change: Wake = _nobody
        self._on_messages: Wake = _nobody

    # What the test says.

    def answer(self, key: str, result: Refused | Doubt) -> None:
        """Give this answer to the start of `key`; a refused attempt becomes void."""
        self.answers[key] = result

    def claim(self, key: str, *, at: float = 1000.0) -> None:
        """The supervisor lives and has claimed the attempt."""
        claim = Claim(host="node1", pid=4242, start_ticks=1, boot_id="boot", claimed_at=at)
        self._see(key, Sighting(state=SightingState.RUNNING, claim=claim))

    def run(self, key: str, *, at: float = 1001.0) -> None:
        """The program has been executed; claims first if need be."""
        if self._sighting(key).claim is None:
            self.claim(key, at=at)
        self._see(key, replace(self._sighting(key), running_at=at))

    def beat(self, key: str, seq: int, *, at: float = 1002.0) -> None:
        """A heartbeat, which wakes nobody."""
        beat = Heartbeat(seq=seq, beat_at=at, process_count=1, ending=None)
        self.sightings[key] = replace(self._sighting(key), heartbeat=beat)

    def finish(
        self,
        key: str,
        code: int = 0,
        *,
        reason: ExitReason = ExitReason.EXITED,
        launch_error: str | None = None,
        at: float = 1003.0,
    ) -> None:
        """The attempt has ended with `code`; claims and runs first if need be."""
        if launch_error is not None:
            self.claim(key, at=at)
        elif self._sighting(key).running_at is None:
            self.run(key, at=at)
        seen = self._sighting(key)
        result = exit_result(seen, code, reason=reason, launch_error=launch_error, at=at)
        self._see(key, replace(seen, state=SightingState.ENDED, exit=result))

    def lose(self, key: str, *, survivors: int = 0) -> None:
        """The supervisor has died without a result; sweeps find `survivors` still alive."""
        self.survivors[key] = survivors
        self._see(key, replace(self._sighting(key), state=SightingState.LOST))

    def give_up(self, key: str, code: int = 74, text: str = "No space left on device") -> None:
        """The supervisor has ended before it claimed."""
        seen = Sighting(state=SightingState.UNCLAIMED, starter_code=code, starter_text=text)
        self._see(key, seen)

    def say(self, key: str) -> None:
        """The messages of the attempt have grown."""
        self._on_messages(key)

    # What the scheduler asks.

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        """As in the protocol."""
        self._on_change, self._on_messages = on_change, on_messages

    async def check(self, directory: Path) -> LaneReport:
        """The report that the test has set."""
        self._reach()
        return self.report

    async def lacking(self, wanted: Wanted) -> Mapping[str, str] | None:
        """What is `absent`; None unless the test has set it."""
        self._reach()
        if self.absent is None:
            return None
        return {
            key: name
            for key, programs in wanted.items()
            for name in self.absent & {*programs.names}
        }

    async def start(self, launch: Launch) -> StartResult:
        """Started, unless the test has set another answer."""
        self._reach()
        self.asked.starts.append(launch.key)
        self.launches[launch.key] = launch
        result = self.answers.get(launch.key, Started())
        if isinstance(result, Refused):
            void = Sighting(state=SightingState.VOID, void_reason=result.reason)
            self.sightings[launch.key] = void
        return result

    async def observe(self, attempts: Sequence[AttemptRef]) -> Observation:
        """What the test has made of each attempt; unclaimed when it has said nothing."""
        self._reach()
        return {attempt.key: self._sighting(attempt.key) for attempt in attempts}

    async def stop(self, attempt: AttemptRef) -> None:
        """Recorded in `asked.stops`."""
        self._reach()
        self.asked.stops.append(attempt.key)

    async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        """True and void unless it has been claimed."""
        self._reach()
        self.asked.forbids.append(attempt.key)
        seen = self._sighting(attempt.key)
        if seen.state is SightingState.UNCLAIMED:
            self.sightings[attempt.key] = Sighting(state=SightingState.VOID, void_reason=reason)
        return seen.state in (SightingState.UNCLAIMED, SightingState.VOID)

    async def sweep(self, attempt: AttemptRef) -> int:
        """The survivors that the test has set, 0 by default."""
        self._reach()
        self.asked.sweeps.append(attempt.key)
        return self.survivors.get(attempt.key, 0)

    async def close(self) -> None:
        """Recorded."""
        self.is_closed = True

    def _reach(self) -> None:
        if not self.is_reachable:
            raise LaneUnreachable("The lane does not answer.")

    def _sighting(self, key: str) -> Sighting:
        return self.sightings.get(key, UNCLAIMED)

    def _see(self, key: str, sighting: Sighting) -> None:
        if self._sighting(key).state is SightingState.VOID:
            raise AssertionError(f"{key} is void: it can never be claimed")
        self.sightings[key] = sighting
        self._on_change(key)


def exit_result(
    seen: Sighting, code: int, *, reason: ExitReason, launch_error: str | None, at: float
) -> ExitResult:
    """A result with the times that were seen; a code above 128 is 128 + signal."""
    return ExitResult(
        code=code,
        signal=code - 128 if code > 128 else None,
        reason=reason,
        launch_error=launch_error,
        max_rss_kb=1024,
        user_s=0.1,
        system_s=0.0,
        left_over=0,
        claimed_at=seen.claim.claimed_at if seen.claim else at,
        running_at=seen.running_at,
        ended_at=at,
    )


def _nobody(_key: str) -> None:
    """Until `listen` is called."""
