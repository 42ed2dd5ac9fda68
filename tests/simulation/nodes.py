"""The physical world: supervisors that claim attempts, and programs that run on slots.

What is true here is true whatever the database says. The protocol is that of the run contract: a
claim or a tombstone, whichever comes first (05-job-types, section 1.1).
"""

import asyncio
import json
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from random import Random

from scheduler.executors.base import (
    AttemptRef,
    Claim,
    Doubt,
    ExitReason,
    ExitResult,
    Heartbeat,
    Launch,
    Refused,
    Sighting,
    SightingState,
    Started,
    StartResult,
)
from tests.simulation.programs import Run, run_of, write_outputs
from tests.simulation.virtual_loop import VirtualLoop


@dataclass
class Record:
    """What lies in an attempt's directory, and who is alive."""

    claim: Claim | None = None
    tombstone: str | None = None
    running_at: float | None = None
    exit: ExitResult | None = None
    starter_code: int | None = None
    supervisor_alive: bool = False
    run: Run | None = None
    stubborn: int = 0
    """Sweeps that find something alive still, however often they kill."""
    cancel: asyncio.Event = field(default_factory=asyncio.Event)
    awaited: asyncio.Event | None = None
    """Set while a supervisor is on its way to the claim; set() makes it hurry."""

    @property
    def sighting(self) -> Sighting:
        """What a look at it tells."""
        if self.exit is not None:
            state = SightingState.ENDED
        elif self.tombstone is not None:
            return Sighting(state=SightingState.VOID, void_reason=self.tombstone)
        elif self.claim is None:
            return Sighting(state=SightingState.UNCLAIMED, starter_code=self.starter_code)
        else:
            state = SightingState.RUNNING if self.supervisor_alive else SightingState.LOST
        return Sighting(
            state=state,
            claim=self.claim,
            running_at=self.running_at,
            heartbeat=self._beat,
            exit=self.exit,
        )

    @property
    def _beat(self) -> Heartbeat | None:
        if self.running_at is None:
            return None
        return Heartbeat(seq=1, beat_at=self.running_at, process_count=1, ending=None)


@dataclass(frozen=True)
class Mishaps:
    """How often each thing happens to a start."""

    refused: float = 0.01
    doubt_unstarted: float = 0.01
    doubt_started: float = 0.01
    gives_up: float = 0.01
    slow_claim: float = 0.05
    wins_the_race: float = 0.3
    """A supervisor that is on its way claims just before it is forbidden to."""
    supervisor_dies: float = 0.08
    fails: float = 0.06
    says_something: float = 0.2


HARMLESS = Mishaps(0, 0, 0, 0, 0, 0, 0, 0.05, 0.1)


class Nodes:
    """All nodes; `wall` is their clock in epoch seconds, `begins` and `ends` tell the referee."""

    def __init__(self, loop: VirtualLoop, random: Random, wall: Callable[[], float]) -> None:
        self.mishaps = Mishaps()
        self.records: dict[str, Record] = {}
        self.claims_count = True
        self.begins: Callable[[Run], None] = lambda run: None
        self.ends: Callable[[Run], None] = lambda run: None
        self.changed: Callable[[str], None] = lambda key: None
        self._loop = loop
        self._random = random
        self._wall = wall

    # What the executors ask; each is done at one moment

    def start(self, launch: Launch) -> StartResult:
        """Start a supervisor, or not; a refusal is proven by a tombstone."""
        chance, mishaps = self._random.random(), self.mishaps
        if chance < mishaps.refused:
            is_void = self.forbid(launch, "no process could be made")
            return Refused("no process could be made") if is_void else Doubt("it was claimed")
        if chance < mishaps.refused + mishaps.doubt_unstarted:
            return Doubt("the answer was lost")
        record = self._record(launch.key)
        self._loop.create_task(self._supervise(launch, record), context=Context())
        if chance < mishaps.refused + mishaps.doubt_unstarted + mishaps.doubt_started:
            return Doubt("the answer was lost")
        return Started()

    def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        """Put a tombstone where the claim would be, unless there is one of either."""
        record = self._record(attempt.key)
        awaited = record.awaited
        if awaited is not None and self._wins_the_race() and self._make_claim(record):
            awaited.set()
        if record.claim is None and record.tombstone is None:
            record.tombstone = reason
        return record.tombstone is not None

    def _wins_the_race(self) -> bool:
        return self._random.random() < self.mishaps.wins_the_race

    def stop(self, attempt: AttemptRef) -> None:
        """Leave the cancel file."""
        self._record(attempt.key).cancel.set()

    def sweep(self, attempt: AttemptRef) -> int:
        """Kill what is left of a run; some processes take several blows."""
        record = self._record(attempt.key)
        if record.run is None:
            return 0
        if record.stubborn > 0:
            record.stubborn -= 1
            return 1
        self._end_run(record)
        return 0

    def look(self, key: str) -> Sighting:
        """What lies in the attempt's directory."""
        return self._record(key).sighting

    def _record(self, key: str) -> Record:
        return self.records.setdefault(key, Record())

    # The life of a supervisor

    async def _supervise(self, launch: Launch, record: Record) -> None:
        record.awaited = asyncio.Event()
        has_won = await _is_set_within(record.awaited, self._time_to_claim())
        record.awaited = None
        if not has_won and self._random.random() < self.mishaps.gives_up:
            record.starter_code = 74
            self.changed(launch.key)
            return
        if not has_won and not self._make_claim(record):
            return
        self.changed(launch.key)
        await asyncio.sleep(0.01 + 0.2 * self._random.random())
        if record.cancel.is_set():
            self._leave_result(record, 143, ExitReason.CANCELLED)
        else:
            await self._run(launch, record)
        self.changed(launch.key)

    def _make_claim(self, record: Record) -> bool:
        """Claim the attempt; False if somebody has, or nobody may any more."""
        if self.claims_count and (record.claim is not None or record.tombstone is not None):
            return False
        record.tombstone, record.awaited = None, None
        record.claim = self._claim()
        record.supervisor_alive = True
        return True

    def _time_to_claim(self) -> float:
        slow = self._random.random() < self.mishaps.slow_claim
        return 20 * self._random.random() if slow else 0.02 + 0.3 * self._random.random()

    def _claim(self) -> Claim:
        return Claim(host="n", pid=1, start_ticks=1, boot_id="b", claimed_at=self._wall())

    async def _run(self, launch: Launch, record: Record) -> None:
        run = run_of(launch)
        if run is None:
            self._leave_result(record, 127, ExitReason.EXITED)
            return
        record.running_at = self._wall()
        record.run = run
        self.begins(run)
        self.changed(launch.key)
        self._say_something(launch)
        needed = min(30.0, 1 + self._random.expovariate(1 / 4))
        dies = self._random.random() < self.mishaps.supervisor_dies
        lasts = needed * self._random.random() if dies else needed
        cancelled = await _is_set_within(record.cancel, lasts)
        if cancelled:
            await asyncio.sleep(0.5 * self._random.random())  # the grace of an orderly end
            self._end_run(record)
            self._leave_result(record, 143, ExitReason.CANCELLED)
        elif dies:
            await self._die(launch, record, needed - lasts)
        else:
            self._finish(launch, record)

    def _finish(self, launch: Launch, record: Record) -> None:
        fails = self._random.random() < self.mishaps.fails
        if not fails:
            write_outputs(launch)
        self._end_run(record)
        self._leave_result(record, 1 if fails else 0, ExitReason.EXITED)

    async def _die(self, launch: Launch, record: Record, left: float) -> None:
        """The supervisor is gone without a result; the program may outlive it, and even finish."""
        record.supervisor_alive = False
        self.changed(launch.key)
        if self._random.random() < 0.4:
            self._end_run(record)
            return
        record.stubborn = self._random.choice((0, 0, 1, 3))
        await asyncio.sleep(left)
        if record.run is not None:
            write_outputs(launch)
            self._end_run(record)

    def _end_run(self, record: Record) -> None:
        run, record.run = record.run, None
        if run is not None:
            self.ends(run)

    def _leave_result(self, record: Record, code: int, reason: ExitReason) -> None:
        assert record.claim is not None
        record.exit = ExitResult(
            code=code,
            signal=None,
            reason=reason,
            launch_error=None,
            max_rss_kb=1024,
            user_s=0.1,
            system_s=0.0,
            left_over=0,
            claimed_at=record.claim.claimed_at,
            running_at=record.running_at,
            ended_at=self._wall(),
        )
        record.supervisor_alive = False

    def _say_something(self, launch: Launch) -> None:
        if self._random.random() < self.mishaps.says_something:
            line = {"seq": 1, "type": "log", "text": "Half of it is done."}
            (launch.directory / "messages.jsonl").write_text(json.dumps(line) + "\n")


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
