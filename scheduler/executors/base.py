"""What every executor promises: the protocol, what it is given, and what it answers.

An executor reports; it never decides a job's status, and it knows nothing of projects or users.
The files of an attempt are those of the run contract (05-job-types.md, section 1.1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from scheduler.executors.programs import Wanted


class LaneUnreachable(Exception):
    """The lane gave no answer; that says nothing about any attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRef:
    """Names an attempt: `key` is "P3-J12#2", `directory` (absolute) is its alone, for ever."""

    key: str
    token: str
    directory: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch(AttemptRef):
    """All that a start needs; paths are absolute.

    `argv[0]` is looked up in the directories of `path`, then in the PATH of `env`; the program has
    them in this order too. `env` comes on top of the executor's own environment, without
    PYTHONPATH, PYTHONHOME, LD_PRELOAD and the server's settings. `log` takes stdout and stderr.
    `values` are those of a cluster's templates.
    """

    argv: tuple[str, ...]
    cwd: Path
    log: Path
    path: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    heartbeat_s: float = 5.0
    grace_s: float = 20.0
    time_limit_s: float | None = None
    values: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Started:
    """The lane took the attempt; whether it runs is learned from `observe` alone."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The attempt never ran and never will: that is proven. `reason` is for the user."""

    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """It may or may not start: forbid it, and adopt it if that comes too late."""

    reason: str


StartResult = Started | Refused | Doubt


class SightingState(StrEnum):
    """What the attempt's files and processes say; LOST is claimed, no supervisor, no result."""

    UNCLAIMED = "unclaimed"
    VOID = "void"
    RUNNING = "running"
    ENDED = "ended"
    LOST = "lost"


class ExitReason(StrEnum):
    """Why the supervisor ended the attempt; a stored intent of ours overrides it as a label."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"
    TIME_LIMIT = "time_limit"
    LEFT_OVER = "left_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The process that won the attempt. `start_ticks` is field 22 of /proc/PID/stat.

    `claimed_at` is the time of status `started`, in epoch seconds on the target's clock.
    """

    host: str
    pid: int
    start_ticks: int
    boot_id: str
    claimed_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life: judge it by how long ago `seq` last changed on one's own clock."""

    seq: int
    beat_at: float
    process_count: int
    ending: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitResult:
    """The content of exit.json. `code` is 128 + signal for a signalled program.

    `launch_error` is set when the program was never executed (code 126 or 127; `running_at` is
    None then). `left_over` counts processes that outlived the program and had to be ended.
    Times in epoch seconds on the target's clock.
    """

    code: int
    signal: int | None
    reason: ExitReason
    launch_error: str | None
    max_rss_kb: int
    user_s: float
    system_s: float
    left_over: int
    claimed_at: float
    running_at: float | None
    ended_at: float

    @property
    def of_the_process(self) -> dict[str, str | int | None]:
        """What the attempt's record keeps of it."""
        return {
            "code": self.code,
            "signal": self.signal,
            "reason": self.reason,
            "max_rss_kb": self.max_rss_kb,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterWord:
    """What a cluster last said of an attempt: it explains, and proves nothing.

    `state` in its own word, empty while it has said nothing. `waits`: why it has not started
    there, a sentence. `has_ended`: it will not run (again) under this id. `cause`: exit reason and
    sentence, if the state explains an end.
    """

    job_id: str
    state: str = ""
    has_ended: bool = False
    waits: str | None = None
    cause: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One attempt as it was found.

    claim: set when RUNNING, ENDED or LOST. running_at: when the program was executed, epoch
    seconds, None before. exit: set when ENDED. void_reason: set when VOID.
    UNCLAIMED after a claim was seen: its directory cannot be reached, so it is no news.
    starter_code: UNCLAIMED only; the supervisor we started has ended with this code and without
    claiming, so it never will (forbid the attempt). `starter_text` is what it said, for the user.
    cluster: set where a cluster has a queue of its own, in which an attempt may wait for days.
    """

    state: SightingState
    claim: Claim | None = None
    running_at: float | None = None
    heartbeat: Heartbeat | None = None
    exit: ExitResult | None = None
    void_reason: str | None = None
    starter_code: int | None = None
    starter_text: str | None = None
    cluster: ClusterWord | None = None


Observation = Mapping[str, Sighting]
"""From the key of an attempt to what was seen of it.

A missing key is no answer: that attempt could not be looked at now (its disk does not answer, or
another machine claimed it), which says nothing about it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One device; `index` in PCI bus order, as CUDA_DEVICE_ORDER=PCI_BUS_ID counts.

    `utilisation`: the share of the last moments in which it worked, 0 to 1. That and the memory
    in use are None where the device does not tell, as one that is divided (MIG).
    """

    index: int
    uuid: str
    name: str
    memory_bytes: int
    utilisation: float | None = None
    memory_used_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneReport:
    """What a lane's host offers. `problems`: sentences for an admin, empty when all is well.

    `ram_gb` is in whole GiB, rounded down. `takes_jobs`: False if every job would fail there, as
    where the projects are not seen. `text`: what a cluster says of itself, in its words.
    """

    host: str
    interpreter: str
    cpu_cores: int
    ram_gb: int
    gpus: tuple[Gpu, ...]
    problems: tuple[str, ...]
    takes_jobs: bool = True
    text: str | None = None


Wake = Callable[[str], None]
"""Called on the event loop with an attempt's key; cheap, and never raises."""


class Executor(Protocol):
    """One per lane. Every method may raise LaneUnreachable, and is safe to repeat.

    None waits long for a machine that hangs: it gives up within seconds, so that the loop, which
    waits for it, does not hang as well, and wakes its listener when there is an answer after all.
    """

    starts_at_once: int
    """How many attempts may be starting at the same time."""

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        """Be woken when an attempt is claimed, runs or ends, and when its messages grow.

        Only a hint to observe soon: a wake may be missing or be one too many. Covers attempts
        that were started or observed here, until they are seen to have ended.
        """

    async def check(self, directory: Path) -> LaneReport:
        """Look at the lane; `directory` is where the jobs of a project would be written."""

    async def lacking(self, wanted: Wanted) -> Mapping[str, str] | None:
        """Job type → the first of its programs that is not there; None if that cannot be told."""

    async def start(self, launch: Launch) -> StartResult:
        """Hand the attempt to the lane; returns before it is claimed."""

    async def observe(self, attempts: Sequence[AttemptRef]) -> Observation:
        """Look at all of them in one round trip."""

    async def stop(self, attempt: AttemptRef) -> None:
        """Ask the attempt to end; that it has ended is learned from `observe` alone."""

    async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        """Make the attempt void; False if it has been claimed before, so adopt it."""

    async def sweep(self, attempt: AttemptRef) -> int:
        """Kill what is left of a lost attempt; the number still alive, 0 when clean."""

    async def close(self) -> None:
        """Stop watching; attempts run on."""
