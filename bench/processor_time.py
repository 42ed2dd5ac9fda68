"""How much processor time a process has taken, to the nanosecond."""

from pathlib import Path

import psutil


def spent_s(process: psutil.Process) -> float:
    """Of all its threads, and of the processes that it has started and that run."""
    family = [process, *process.children(recursive=True)]
    return sum(_nanoseconds(one.pid) for one in family) / 1e9


def _nanoseconds(pid: int) -> int:
    """The first figure of schedstat is the time on a core (kernel: scheduler/sched-stats)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks)
