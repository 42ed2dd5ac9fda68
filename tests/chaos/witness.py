"""The program of the jobs: `witness.py LOG LOCKS`. It is the only witness that is believed.

Locks of the system stand for what must not be shared: they end with the process, whatever ends
it. Standard library alone; each line of the log is one write that is on the disk before it counts.
"""

import fcntl
import itertools
import json
import os
import sys
import time
from typing import Any, TextIO

LOG, LOCKS = sys.argv[1:]
CAP_FILE = os.path.join(LOCKS, "cap")
TURN_FILE = os.path.join(LOCKS, "turn")


def main() -> None:
    """Begin, hold for a while, commit, end."""
    with open(os.environ["LANEKEEPER_JOB_FILE"]) as file:
        job = json.load(file)
    log = Log(job)
    log.say("begin", parents=[c["job"] for c in job["inputs"]["before"]])
    held = [*locks_of(job, log), *tokens_of(job, log)]
    time.sleep(job["params"]["seconds"])
    log.say("end")  # first: what is committed counts as complete, whatever happens to us then
    commit(job)
    del held


class Log:
    """Appends lines that name the job and its attempt."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.name = f"{job['project']['uid']}-{job['job']['uid']}"
        self.attempt = job["run"]["attempt"]
        self.file = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def say(self, event: str, **more: object) -> None:
        """Write one line, at once and for good."""
        known = {"event": event, "job": self.name, "attempt": self.attempt, "at": time.monotonic()}
        os.write(self.file, json.dumps(known | more).encode() + b"\n")
        os.fdatasync(self.file)


def locks_of(job: dict[str, Any], log: Log) -> list[TextIO | None]:
    """Hold the job and each of its GPUs; say so if somebody holds one already."""
    gpus = [f"gpu-{gpu['index']}" for gpu in job["resources"]["gpu"]]
    cores = [f"cpu-{core}" for core in job["resources"]["cpu"]]
    names = [f"job-{job['project']['uid']}-{job['job']['uid']}", *gpus, *cores]
    found = [(name, lock(name)) for name in names]
    for name in [name for name, file in found if file is None]:
        log.say("clash", on=name)
    return [file for _, file in found]


def tokens_of(job: dict[str, Any], log: Log) -> list[TextIO]:
    """Hold as many of the cap's places as the job has GPUs; say so if there are too few.

    One process looks at a time: a place found taken was taken before the looking began, so that
    all of them being taken means that all were in use at one instant.
    """
    wanted = len(job["resources"]["gpu"])
    with open(CAP_FILE) as file, open(TURN_FILE, "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        cap = int(file.read())
        free = (held for number in range(cap) if (held := lock(f"token-{number}")) is not None)
        taken: list[TextIO] = list(itertools.islice(free, wanted))
    if len(taken) < wanted:
        log.say("clash", on="tokens")
    return taken


def lock(name: str) -> TextIO | None:
    """The file, locked; None if somebody else has it."""
    file = open(os.path.join(LOCKS, name), "w")  # noqa: SIM115 - held until the process ends
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def commit(job: dict[str, Any]) -> None:
    """Leave the output, as the run contract says: outputs.json last, in one step."""
    folder = os.path.join(job["project"]["dir"], job["job"]["dir"])
    with open(os.path.join(folder, "after.cs"), "w") as file:
        file.write("table")
    after = {"metafile": f"{job['job']['dir']}/after.cs", "num_items": 1, "version": "F"}
    content = {"v": 1, "token": job["token"], "outcome": "completed", "outputs": {"after": after}}
    unfinished = os.path.join(folder, f".outputs.{os.getpid()}")
    with open(unfinished, "w") as file:
        json.dump(content, file)
    os.replace(unfinished, os.path.join(folder, "outputs.json"))


if __name__ == "__main__":
    main()
