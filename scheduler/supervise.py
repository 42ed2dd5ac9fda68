"""Run one attempt of a job to its end: `PYTHON -I -S supervise.py SPEC.json`; Linux, stdlib only.

The files of the attempt's directory are those of 05-job-types.md, section 1.1. Exit status: that
of the program (128 + n for signal n); 74, nothing could be written, so nothing was started; 75,
the attempt had been claimed before. It imports little, because it starts once per attempt.
"""

import contextlib
import ctypes
import errno
import json
import os
import signal
import sys
import time

IO_ERROR, ALREADY_CLAIMED = 74, 75
CANNOT_RUN, NOT_FOUND = 126, 127
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
RESERVE_BYTES = 4096
CANCEL_POLL_S = 1.0
KILL_EVERY_S = 0.05
BEATS_PER_COUNT = 6  # counting reads all of /proc
DROPPED_VARIABLES = ("PYTHONPATH", "PYTHONHOME", "LD_PRELOAD")
ENDING_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU}
PASSED_SIGNALS = {signal.SIGUSR1, signal.SIGUSR2}
HEARD_SIGNALS = ENDING_SIGNALS | PASSED_SIGNALS | {signal.SIGCHLD}
BLOCKED_SIGNALS = HEARD_SIGNALS | {signal.SIGTTOU, signal.SIGTSTP, signal.SIGPIPE}
PROGRAM_DEFAULTS = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
LIBC = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> None:
    """See prctl(2). Raises OSError."""
    if LIBC.prctl(option, value, 0, 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class ProcessStat:
    """A line of /proc/PID/stat: parent (pid), start_ticks (field 22) and state (one letter)."""

    def __init__(self, line: bytes) -> None:
        fields = line[line.rindex(b")") + 2 :].split()  # the name before it may hold spaces and ")"
        self.state = fields[0].decode()
        self.parent = int(fields[1])
        self.start_ticks = int(fields[19])


def process_stat(pid: int) -> ProcessStat | None:
    """None when there is no such process. A zombie has state "Z"."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return ProcessStat(file.read())
    except (OSError, ValueError):
        return None


def boot_id() -> str:
    """Changes with every boot of this machine."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


def identity(token: str) -> dict[str, object]:
    """This process, so that nobody takes another for it: {token, host, pid, start, boot, t}."""
    stat = process_stat(os.getpid())
    return {
        "token": token,
        "host": os.uname().nodename,
        "pid": os.getpid(),
        "start": stat.start_ticks if stat else 0,
        "boot": boot_id(),
        "t": time.time(),
    }


def descendants(root: int) -> list[int]:
    """The living processes below `root`; one that forks meanwhile may be missed."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        stat = process_stat(int(name)) if name.isdigit() else None
        if stat and stat.state != "Z":
            children.setdefault(stat.parent, []).append(int(name))
    found = list(children.get(root, []))
    for pid in found:  # grows while it is walked
        found += children.get(pid, [])
    return found


def kill_target(pid: int) -> int:
    """What kill(2) takes to reach the process: its whole group, which no fork slips out of.

    The pid alone if the group is ours, or unknown here (0). Raises OSError if it is gone.
    """
    group = os.getpgid(pid)
    return pid if group <= 1 or group == os.getpgrp() else -group


def write_all(descriptor: int, content: bytes) -> None:
    """A nearly full disk takes a part without an error; the next write then raises OSError."""
    while content:
        content = content[os.write(descriptor, content) :]


def write_temporary(path: str, record: dict[str, object], *, sync: bool) -> str:
    """Write `record` beside `path`; the name of the file, which is gone if OSError is raised."""
    temporary = f"{path}.{os.uname().nodename}.{os.getpid()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        write_all(descriptor, json.dumps(record).encode())
        if sync:
            os.fsync(descriptor)
    except OSError:
        os.unlink(temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary


def sync_directory(path: str) -> None:
    """Make the names in a directory durable, where its file system can."""
    descriptor = os.open(path, os.O_RDONLY)
    with contextlib.suppress(OSError):
        os.fsync(descriptor)
    os.close(descriptor)


def write_whole(path: str, record: dict[str, object], *, sync: bool = False) -> None:
    """Put `record` at `path` whole or not at all; durable with `sync`. Raises OSError."""
    os.rename(write_temporary(path, record, sync=sync), path)
    if sync:
        sync_directory(os.path.dirname(path))


def claim(path: str, record: dict[str, object]) -> bool:
    """Make `path` unless it exists: among all processes on all hosts one alone gets True."""
    temporary = write_temporary(path, record, sync=True)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return os.stat(temporary).st_nlink == 2  # NFS may lose the answer to a link it made
    else:
        return True
    finally:
        os.unlink(temporary)


class Spec:
    """spec.json: what to run, and within which limits (seconds)."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            fields = json.load(file)
        self.token: str = fields["token"]
        self.argv: list[str] = fields["argv"]
        if not self.argv:
            raise ValueError("argv is empty")
        self.search: list[str] = fields.get("path") or []
        self.env: dict[str, str] = fields.get("env") or {}
        self.directory: str = fields["dir"]
        self.cwd: str = fields.get("cwd") or self.directory
        self.log: str = fields["log"]
        self.heartbeat_s: float = fields.get("heartbeat_s", 5)
        self.grace_s: float = fields.get("grace_s", 20)
        self.time_limit_s: float | None = fields.get("time_limit_s")

    def path(self, name: str) -> str:
        """A file of the attempt's directory."""
        return os.path.join(self.directory, name)

    def environment(self) -> dict[str, str]:
        """Ours without what would bend another interpreter, then the job's, then the marks.

        PATH has the directories of the job's search before all others.
        """
        inherited = {k: v for k, v in os.environ.items() if k not in DROPPED_VARIABLES}
        marks = {"JOB_ATTEMPT": self.token, "LANEKEEPER_ATTEMPT": self.token}
        told = {**inherited, **self.env, **marks}
        if self.search:
            told["PATH"] = os.pathsep.join([*self.search, told.get("PATH", os.defpath)])
        return told


class Reserve:
    """Blocks set aside before the start, so that a full disk cannot lose the result."""

    def __init__(self, directory: str) -> None:
        name = f"exit.json.{os.uname().nodename}.{os.getpid()}.reserve"
        self.path = os.path.join(directory, name)
        self.descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            self.take_blocks()
        except OSError:
            self.drop()
            raise

    def take_blocks(self) -> None:
        """By writing them where the file system knows no other way. Raises OSError."""
        try:
            os.posix_fallocate(self.descriptor, 0, RESERVE_BYTES)
        except OSError:
            write_all(self.descriptor, b" " * RESERVE_BYTES)
            os.fsync(self.descriptor)

    def drop(self) -> None:
        """Give the blocks back."""
        os.close(self.descriptor)
        os.unlink(self.path)

    def turn_into(self, path: str, record: dict[str, object]) -> None:
        """Put `record` at `path` without a new block; padded with spaces, which JSON allows."""
        os.pwrite(self.descriptor, json.dumps(record).encode().ljust(RESERVE_BYTES), 0)
        os.fsync(self.descriptor)
        os.rename(self.path, path)


def describe(error: BaseException, spec: Spec) -> str:
    """Why the program could not be executed, for the user; short, since the reserve is small."""
    program = spec.argv[0]
    if isinstance(error, OSError) and error.strerror:
        path = os.fsdecode(error.filename or program)  # for a bare name, the last place searched
        return f"{error.strerror}: {program if path.endswith('/' + program) else path}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def dress_as_program(spec: Spec, supervisor: int) -> None:
    """In the child: die with the supervisor, own log, own directory, signals as at login."""
    os.setpgid(0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(CANNOT_RUN)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "wb") as file:
        file.write(b"500")  # the kernel shall take the program before its supervisor
    log = os.open(spec.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.chdir(spec.cwd)
    for number in PROGRAM_DEFAULTS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def become_program(spec: Spec, supervisor: int, failure: int) -> None:
    """Never returns: executes the program, or writes why not to `failure` and exits."""
    code = NOT_FOUND
    try:
        dress_as_program(spec, supervisor)
        os.execvpe(spec.argv[0], spec.argv, spec.environment())
    except BaseException as error:  # noqa: BLE001 - nothing may run on as a second supervisor
        if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.ENOEXEC):
            code = CANNOT_RUN
        os.write(failure, describe(error, spec).encode(errors="replace"))
    finally:
        os._exit(code)


def fork_program(spec: Spec) -> tuple[int, str | None]:
    """Its pid, and why it was not executed. Raises OSError when it cannot even fork."""
    supervisor = os.getpid()
    outcome, failure = os.pipe()  # closed on exec: an end without text is success
    try:
        pid = os.fork()
        if pid == 0:
            become_program(spec, supervisor, failure)
    finally:
        os.close(failure)
    with open(outcome, "rb") as file:
        return pid, file.read().decode(errors="replace") or None


class Attempt:
    """One claimed attempt, from the fork to exit.json. Times are monotonic seconds inside."""

    def __init__(self, spec: Spec, reserve: Reserve, claimed: dict[str, object]) -> None:
        self.spec = spec
        self.reserve = reserve
        self.claimed = claimed
        self.program: int | None = None
        self.status: int | None = None  # as wait(2) gives it
        self.launch_error: str | None = None
        self.running_at: float | None = None
        self.reason: str | None = None
        self.kill_at: float | None = None
        self.left_over = 0
        self.usage = (0, 0.0, 0.0)
        self.beats = 0
        self.beat_at = 0.0
        self.process_count = 1
        limit = spec.time_limit_s
        self.limit_at = None if limit is None else time.monotonic() + limit

    def run(self) -> int:
        """Run it to the end of its last descendant; the code that was saved in exit.json."""
        if self.is_cancelled():
            self.reason, self.status = "cancelled", signal.SIGTERM
        else:
            self.launch()
        while self.reap():  # no child left, ours or adopted, is the proof that the tree is gone
            self.end_if_due()
            self.beat_if_due()
            self.listen()
        return self.save_result()

    def is_cancelled(self) -> bool:
        """Whether the scheduler has asked for the end, which works without signals and ssh."""
        return os.path.exists(self.spec.path("cancel"))

    def launch(self) -> None:
        """Fork the program and tell that it runs; never raises, since it may be running."""
        try:
            self.program, self.launch_error = fork_program(self.spec)
        except OSError as error:
            self.launch_error, self.status = describe(error, self.spec), CANNOT_RUN << 8
        if self.launch_error is None:
            self.running_at = time.time()
            running = {**self.claimed, "t": self.running_at, "child": self.program}
            self.write("running.json", running)

    def write(self, name: str, record: dict[str, object]) -> None:
        """Write a file that may be missing: on a full disk the program goes on."""
        with contextlib.suppress(OSError):
            write_whole(self.spec.path(name), record)

    def reap(self) -> bool:
        """Collect the dead; False when nothing is left, not even a grandchild that fled."""
        try:
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return True
                self.left_over += self.status is not None
                if pid == self.program:
                    self.status = status
                    self.usage = (usage.ru_maxrss, usage.ru_utime, usage.ru_stime)
        except ChildProcessError:
            return False

    def end_if_due(self) -> None:
        """Begin the end for whatever asks for it, and kill once the grace is over."""
        now = time.monotonic()
        if self.status is not None:
            self.begin_end("left_over")
        if self.is_cancelled():
            self.begin_end("cancelled")
        if self.limit_at is not None and now >= self.limit_at:
            self.begin_end("time_limit")
        if self.kill_at is not None and now >= self.kill_at:
            self.signal_tree(signal.SIGKILL)

    def begin_end(self, reason: str) -> None:
        """Ask the whole tree to end; a reason given earlier stays."""
        if self.reason is None:
            self.reason = reason
            self.kill_at = time.monotonic() + self.spec.grace_s
            self.signal_tree(signal.SIGTERM)
            self.signal_tree(signal.SIGCONT)  # or a stopped process would never hear of it
        elif self.reason == "left_over" and self.status and reason != "time_limit":
            self.reason = reason  # a signal to the whole group may reach the program before us

    def signal_tree(self, number: int) -> None:
        """Signal every descendant once."""
        targets = set()
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                targets.add(kill_target(pid))
        for target in targets:
            with contextlib.suppress(OSError):
                os.kill(target, number)

    def beat_if_due(self) -> None:
        """Write heartbeat.json every `heartbeat_s`."""
        now = time.monotonic()
        if now < self.beat_at:
            return
        self.beats, self.beat_at = self.beats + 1, now + self.spec.heartbeat_s
        if self.beats % BEATS_PER_COUNT == 0:
            self.process_count = len(descendants(os.getpid()))
        beat = {"seq": self.beats, "t": time.time(), "token": self.spec.token}
        self.write("heartbeat.json", {**beat, "nproc": self.process_count, "ending": self.reason})

    def listen(self) -> None:
        """Wait for a signal, or until something is due."""
        heard = signal.sigtimedwait(HEARD_SIGNALS, self.wait_s())
        if heard is None:
            return
        if heard.si_signo in ENDING_SIGNALS:
            self.begin_end("cancelled" if self.is_cancelled() else "terminated")
        elif heard.si_signo in PASSED_SIGNALS and self.program and self.status is None:
            os.kill(self.program, heard.si_signo)

    def wait_s(self) -> float:
        """Seconds until the next thing is due."""
        now = time.monotonic()
        due = [now + CANCEL_POLL_S, self.beat_at]
        due += [at for at in (self.kill_at, self.limit_at) if at is not None and at > now]
        is_killing = self.kill_at is not None and now >= self.kill_at
        return KILL_EVERY_S if is_killing else max(0.0, min(due) - now)

    def save_result(self) -> int:
        """Write exit.json, on a full disk into the reserve; the code."""
        if self.status and signal.sigpending() & ENDING_SIGNALS:
            self.begin_end("cancelled" if self.is_cancelled() else "terminated")
        result = self.result()
        path = self.spec.path("exit.json")
        try:
            write_whole(path, result, sync=True)
            self.reserve.drop()
        except OSError:
            self.reserve.turn_into(path, result)
        return self.code()

    def code(self) -> int:
        """The program's exit code, or 128 + signal."""
        status = self.status or 0
        return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def result(self) -> dict[str, object]:
        """The content of exit.json; times in epoch seconds."""
        status = self.status or 0
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        max_rss_kb, user_s, system_s = self.usage
        return {
            "token": self.spec.token,
            "code": self.code(),
            "signal": number,
            "reason": self.reason or ("exited" if number is None else "signalled"),
            "launch_error": self.launch_error,
            "left_over": self.left_over,
            "maxrss_kb": max_rss_kb,
            "user_s": user_s,
            "system_s": system_s,
            "started": self.claimed["t"],
            "running": self.running_at,
            "ended": time.time(),
            "claim": self.claimed,
        }


def supervise(spec: Spec) -> int:
    """Claim the attempt and run it. Raises OSError only while nothing has been started."""
    if os.getpgrp() != os.getpid():  # the leader of a group cannot leave it
        os.setsid()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED_SIGNALS)  # a claimed attempt leaves a result
    reserve = Reserve(spec.directory)
    claimed = identity(spec.token)
    try:
        is_ours = claim(spec.path("claim.json"), claimed)
    except OSError:
        reserve.drop()
        raise
    if not is_ours:
        reserve.drop()
        sys.stderr.write(f"supervise: attempt {spec.token} has been claimed before\n")
        return ALREADY_CLAIMED
    return Attempt(spec, reserve, claimed).run()


def main(spec_path: str) -> int:
    """Supervise the attempt of one spec.json; the exit status."""
    try:
        return supervise(Spec(spec_path))
    except OSError as error:
        sys.stderr.write(f"supervise: {error}\n")
        return IO_ERROR


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
