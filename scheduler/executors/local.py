"""Runs attempts on this machine, each under a supervisor of its own that outlives us."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scheduler.executors import attempt_files, process_identity
from scheduler.executors.attempt_files import CANCEL, CLAIM, EXIT, HEARTBEAT, RUNNING, SPEC
from scheduler.executors.base import (
    AttemptRef,
    Claim,
    Doubt,
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
from scheduler.executors.gpus import detect_gpus
from scheduler.executors.programs import SETTINGS_PREFIX, Wanted, lacking
from scheduler.executors.watched_attempts import WatchedAttempts
from scheduler.supervise import claim, identity, write_whole

SUPERVISOR = Path(__file__).parents[1] / "supervise.py"
INTERPRETER = os.path.realpath(sys.executable)
"""Never a version manager's shim, which would cost 200 ms a start."""

SWEEP_ROUNDS = 50
SWEEP_EVERY_S = 0.05
FINAL = (SightingState.VOID, SightingState.ENDED, SightingState.LOST)


def installed_supervisor(_launch: Launch) -> Path:
    """That of the installed Lanekeeper, for every attempt."""
    return SUPERVISOR


class LocalExecutor:
    """The executor of this machine; see the protocol `Executor`.

    `supervisor_for` says where the supervisor of an attempt lies; it may raise OSError.
    """

    starts_at_once = 2 * (os.cpu_count() or 1)

    def __init__(self, supervisor_for: Callable[[Launch], Path] = installed_supervisor) -> None:
        self._supervisor_for = supervisor_for
        self._watched = WatchedAttempts()

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        """By pidfd and inotify, within 20 ms; heartbeats wake nobody."""
        self._watched.on_change, self._watched.on_messages = on_change, on_messages

    async def check(self, directory: Path) -> LaneReport:
        """Look at this machine; never raises."""
        return await asyncio.to_thread(report, directory)

    async def lacking(self, wanted: Wanted) -> Mapping[str, str]:
        """Look in this machine's PATH; never raises."""
        return await asyncio.to_thread(lacking, wanted)

    async def start(self, launch: Launch) -> StartResult:
        """Write spec.json and start the supervisor."""
        try:
            process = await asyncio.to_thread(spawn, launch, self._supervisor_for)
            pidfd = os.pidfd_open(process.pid)
        except OSError as error:
            return await self._settle_failed_start(launch, f"Could not start: {error}")
        self._watched.forget(launch.key)  # it may be watched from before its directory was made
        self._watched.add_process(launch, pidfd, process)
        if (launch.directory / CLAIM).exists():  # it may have been faster than the watch
            self._watched.on_change(launch.key)
        return Started()

    async def _settle_failed_start(self, launch: Launch, reason: str) -> StartResult:
        try:
            is_void = await self.forbid(launch, reason)
        except LaneUnreachable:
            is_void = not (launch.directory / SPEC).exists()  # then no supervisor can do a thing
        return Refused(reason) if is_void else Doubt(reason)

    async def observe(self, attempts: Sequence[AttemptRef]) -> Observation:
        """Read the files of all of them in one thread; an attempt that cannot be is missing."""
        codes = {attempt.key: self._watched.starter_code(attempt.key) for attempt in attempts}
        for attempt in attempts:  # watch first, look second: nothing is missed between
            self._watched.add(attempt)
        seen = await asyncio.to_thread(look_at_all, attempts, codes)
        for attempt in attempts:
            self._follow(attempt, seen.get(attempt.key))
        return seen

    def _follow(self, attempt: AttemptRef, sighting: Sighting | None) -> None:
        if sighting is None:
            return
        if sighting.state in FINAL:
            self._watched.forget(attempt.key)
        elif sighting.claim is not None and not self._watched.has_process(attempt.key):
            self._adopt(attempt, sighting.claim)

    def _adopt(self, attempt: AttemptRef, claimed: Claim) -> None:
        """Wait for the end of a supervisor that an earlier process of ours started."""
        try:
            pidfd = process_identity.hold(claimed)
        except OSError:  # no descriptors left: the next look tries again
            return
        if pidfd is None:  # ended just now
            self._watched.on_change(attempt.key)
        else:
            self._watched.add_process(attempt, pidfd)

    async def stop(self, attempt: AttemptRef) -> None:
        """Leave the cancel file and signal the supervisor."""
        try:
            await asyncio.to_thread(ask_to_end, attempt)
        except OSError as error:
            raise LaneUnreachable(f"Cannot end {attempt.key}: {error}") from error

    async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        """Make the claim ourselves; a tombstone made before counts as well."""
        try:
            return await asyncio.to_thread(make_tombstone, attempt, reason)
        except OSError as error:
            raise LaneUnreachable(f"Cannot forbid {attempt.key}: {error}") from error

    async def sweep(self, attempt: AttemptRef) -> int:
        """Kill by the mark JOB_ATTEMPT, for up to 2.5 s."""
        for _ in range(SWEEP_ROUNDS):
            left = await asyncio.to_thread(process_identity.kill_marked, attempt.token)
            if left == 0:
                return 0
            await asyncio.sleep(SWEEP_EVERY_S)
        return left

    async def close(self) -> None:
        """Stop watching; attempts run on."""
        self._watched.close()


def spawn(launch: Launch, supervisor_for: Callable[[Launch], Path]) -> "subprocess.Popen[bytes]":
    """Write the files of the launch, spec.json last, and start the supervisor. Raises OSError."""
    launch.directory.mkdir(parents=True, exist_ok=True)
    supervisor = supervisor_for(launch)
    spec_path = launch.directory / SPEC
    write_whole(str(spec_path), spec_of(launch), sync=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS_PREFIX)}
    with (launch.directory / attempt_files.SUPERVISOR_LOG).open("ab") as log:
        return subprocess.Popen(
            [INTERPRETER, "-I", "-S", str(supervisor), str(spec_path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
            env=environment,
        )


def spec_of(launch: Launch) -> dict[str, object]:
    """The content of spec.json."""
    return {
        "token": launch.token,
        "argv": list(launch.argv),
        "path": list(launch.path),
        "env": dict(launch.env),
        "cwd": str(launch.cwd),
        "dir": str(launch.directory),
        "log": str(launch.log),
        "heartbeat_s": launch.heartbeat_s,
        "grace_s": launch.grace_s,
        "time_limit_s": launch.time_limit_s,
    }


def look_at_all(
    attempts: Sequence[AttemptRef], starter_codes: dict[str, int | None]
) -> dict[str, Sighting]:
    """From key to sighting, without those that cannot be looked at now."""
    seen: dict[str, Sighting] = {}
    for attempt in attempts:
        try:
            sighting = look(attempt, starter_codes.get(attempt.key))
        except OSError:  # no answer about this one; the others have theirs
            continue
        if sighting is not None:
            seen[attempt.key] = sighting
    return seen


def look(attempt: AttemptRef, starter_code: int | None) -> Sighting | None:
    """One attempt; None if another machine claimed it. Raises OSError."""
    final = look_at_final(attempt)
    if final is not None:
        return final
    claimed = attempt_files.read(attempt, CLAIM, attempt_files.to_claim)
    if claimed is None:
        return unclaimed(attempt, starter_code)
    if process_identity.is_foreign(claimed):
        return None
    is_alive = process_identity.is_alive(claimed)
    ended = look_at_end(attempt)  # it may have ended between the two looks
    return ended or claimed_sighting(attempt, claimed, is_alive=is_alive)


def look_at_final(attempt: AttemptRef) -> Sighting | None:
    """The sighting of an attempt that has ended or never begins, or None. Raises OSError."""
    ended = look_at_end(attempt)
    if ended is not None:
        return ended
    reason = attempt_files.void_reason(attempt)
    return None if reason is None else Sighting(state=SightingState.VOID, void_reason=reason)


def look_at_end(attempt: AttemptRef) -> Sighting | None:
    """The sighting of an ended attempt, or None."""
    found = attempt_files.read(attempt, EXIT, attempt_files.to_exit)
    if found is None:
        return None
    result, claimed = found
    return Sighting(
        state=SightingState.ENDED, claim=claimed, running_at=result.running_at, exit=result
    )


def unclaimed(attempt: AttemptRef, starter_code: int | None) -> Sighting:
    """Nobody has claimed it; with `starter_code`, nobody will."""
    text = None if starter_code is None else attempt_files.starter_text(attempt)
    return Sighting(state=SightingState.UNCLAIMED, starter_code=starter_code, starter_text=text)


def claimed_sighting(attempt: AttemptRef, claimed: Claim, *, is_alive: bool) -> Sighting:
    """Claimed and without a result: running, or lost."""
    return Sighting(
        state=SightingState.RUNNING if is_alive else SightingState.LOST,
        claim=claimed,
        running_at=attempt_files.read(attempt, RUNNING, attempt_files.to_running_at),
        heartbeat=attempt_files.read(attempt, HEARTBEAT, attempt_files.to_heartbeat),
    )


def ask_to_end(attempt: AttemptRef) -> None:
    """Cancel file first, so that the supervisor knows why it is signalled. Raises OSError."""
    refusal: OSError | None = None
    try:
        (attempt.directory / CANCEL).touch()
    except OSError as error:  # a full disk must not keep a job alive
        refusal = error
    claimed = attempt_files.read(attempt, CLAIM, attempt_files.to_claim)
    is_told = claimed is not None and process_identity.send(claimed, signal.SIGTERM)
    if refusal is not None and not is_told:
        raise refusal


def make_tombstone(attempt: AttemptRef, reason: str) -> bool:
    """Whether the attempt is void from now on. Raises OSError."""
    attempt.directory.mkdir(parents=True, exist_ok=True)
    tombstone = {**identity(attempt.token), "tombstone": reason}
    is_ours = claim(str(attempt.directory / CLAIM), tombstone)
    return is_ours or attempt_files.void_reason(attempt) is not None


def report(directory: Path) -> LaneReport:
    """What this machine offers; `directory` must take a new file."""
    problems: list[str] = []
    try:
        with tempfile.NamedTemporaryFile(dir=directory):
            pass
    except OSError as error:
        problems.append(f"Jobs cannot be written to {directory}: {error.strerror}.")
    return LaneReport(
        host=os.uname().nodename,
        interpreter=INTERPRETER,
        cpu_cores=len(os.sched_getaffinity(0)),
        ram_gb=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30,
        gpus=tuple(detect_gpus()),
        problems=tuple(problems),
        takes_jobs=not problems,
    )
