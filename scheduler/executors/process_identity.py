"""Which process of this machine is meant: pid, start ticks and boot id, held by a pidfd.

A pid alone is reused. So the process is held first and checked second; a zombie is dead.
"""

import contextlib
import os
import select
import signal

from scheduler.executors.base import Claim
from scheduler.supervise import boot_id, process_stat


def has_ended(pidfd: int) -> bool:
    """Whether the process is gone or a zombie; a pidfd becomes readable at the end."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(0))


def is_foreign(claim: Claim) -> bool:
    """Whether another machine made the claim, so that nothing can be said from here."""
    return claim.boot_id != boot_id() and claim.host != os.uname().nodename


def hold(claim: Claim) -> int | None:
    """A pidfd, for the caller to close, of the very process that claimed; None if it is dead.

    Raises OSError if that cannot be found out (no file descriptors left, for one).
    """
    if claim.boot_id != boot_id():
        return None
    try:
        pidfd = os.pidfd_open(claim.pid)
    except ProcessLookupError:
        return None
    try:
        is_same = _is_same(claim, pidfd)
    except OSError:
        os.close(pidfd)
        raise
    if not is_same:
        os.close(pidfd)
    return pidfd if is_same else None


def _is_same(claim: Claim, pidfd: int) -> bool:
    stat = process_stat(claim.pid)
    if has_ended(pidfd):
        return False
    if stat is None:
        raise OSError(f"/proc/{claim.pid} cannot be read though the process lives")
    return stat.start_ticks == claim.start_ticks


def is_alive(claim: Claim) -> bool:
    """Whether the process that claimed lives. Raises OSError like `hold`."""
    pidfd = hold(claim)
    if pidfd is None:
        return False
    os.close(pidfd)
    return True


def send(claim: Claim, number: signal.Signals) -> bool:
    """Signal the process that claimed; False if it is dead. Raises OSError like `hold`."""
    pidfd = hold(claim)
    if pidfd is None:
        return False
    try:
        signal.pidfd_send_signal(pidfd, number)
    except ProcessLookupError:
        return False
    finally:
        os.close(pidfd)
    return True


def bears_mark(pid: int, token: str) -> bool:
    """Whether the process was started under the attempt: JOB_ATTEMPT in its environment."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return b"JOB_ATTEMPT=" + token.encode() in file.read().split(b"\0")
    except OSError:  # gone, a zombie, or another user's
        return False


def marked_processes(token: str) -> list[int]:
    """The processes that bear the mark; zombies bear none."""
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [pid for pid in pids if bears_mark(pid, token)]


def kill_marked(token: str) -> int:
    """SIGKILL each living process that bears the mark; how many there were."""
    return sum(_kill_if_marked(pid, token) for pid in marked_processes(token))


def _kill_if_marked(pid: int, token: str) -> bool:
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        is_hit = bears_mark(pid, token) and not has_ended(pidfd)
        if is_hit:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    finally:
        os.close(pidfd)
    return is_hit
