"""The programs of a small PBS or Grid Engine: qsub, qstat and qdel, with lies of real sites.

`python -I -S batch_commands.py SYSTEM SPOOL PROGRAM ARGUMENT…`. The spool holds a file ID.json for
each job, `lies/NAME` for each lie, and `calls`, a line for each call that has been answered.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Job = dict[str, Any]  # id, name, script, pid (0 while it waits)
PREFIX = {"pbs": "#PBS", "sge": "#$"}
GREETING = "*** Maintenance on Tuesday 12 May; see https://hpc.example/news ***\n"
PBS_HEAD = (
    "\nhead1: \n"
    "                                                            Req'd  Req'd   Elap\n"
    "Job ID          Username Queue    Jobname    SessID NDS TSK Memory Time  S Time\n"
)
PBS_HEAD_DE = (
    "\nhead1: \n"
    "                                                            Anf.   Anf.    Verg.\n"
    "Auftrag         Benutzer Queue    Auftrag    Sitzg. Kn. Tsk Speich Zeit  S Zeit\n"
)
PBS_SERVER = (
    "Server             Max   Tot   Que   Run   Hld   Wat   Trn   Ext Status\n"
    "---------------- ----- ----- ----- ----- ----- ----- ----- ----- -----------\n"
    "head1                0     0     0     0     0     0     0     0 Active\n"
)
PBS_RULE = "--------------- -------- -------- ---------- ------ --- --- ------ ----- - -----\n"
KILL_DELAY_S = 0.2


class Batch:
    """One cluster, kept in files."""

    def __init__(self, system: str, spool: Path) -> None:
        self.system, self.spool = system, spool

    def lies(self, name: str) -> bool:
        return (self.spool / "lies" / name).exists()

    def jobs(self) -> list[Job]:
        return [json.loads(path.read_bytes()) for path in sorted(self.spool.glob("*.json"))]

    def path(self, id: str) -> Path:
        return self.spool / f"{id}.json"

    def write(self, job: Job) -> None:
        whole = self.spool / f".{job['id']}.{os.getpid()}"
        whole.write_text(json.dumps(job))
        whole.replace(self.path(job["id"]))

    # qsub

    def qsub(self, arguments: list[str]) -> int:
        if self.lies("refuses"):
            sys.stderr.write("qsub: Unknown queue MSG=cannot locate queue\n")
            return 1
        if self.lies("takes nothing"):
            sys.stdout.write("qsub: cannot connect to server head1 (errno=15010)\n")
            return 0
        script = Path(arguments[-1])
        job: Job = {"id": self.next_id(), "name": self.option(script, "-N"), "pid": 0}
        job["script"] = str(script)
        self.write(job)
        if not self.lies("holds"):
            self.begin(job)
        if self.lies("waits for the start"):
            while not (script.parent / "claim.json").exists():
                time.sleep(0.02)
        if not self.lies("mute"):
            sys.stdout.write(self.taken(job, terse="-terse" in arguments))
        return 1 if self.lies("fails afterwards") else 0

    def next_id(self) -> str:
        with (self.spool / "last").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            number = int(file.read() or 11) + 1
            file.seek(0)
            file.truncate()
            file.write(str(number))
        return str(number)

    def option(self, script: Path, name: str) -> str:
        """The last value in the script's directives; those of PBS end at the first command."""
        value = ""
        for line in script.read_text().splitlines():
            if self.system == "pbs" and line.strip() and not line.startswith("#"):
                break
            words = line.split()
            if words[:2] == [PREFIX[self.system], name]:
                value = words[2]
        return value

    def begin(self, job: Job) -> None:
        command = [sys.executable, "-I", "-S", __file__, self.system, str(self.spool), "run"]
        quiet = subprocess.DEVNULL
        subprocess.Popen(
            [*command, job["id"]], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def run(self, id: str) -> int:
        """The node: run the script to its end; with a lie, twice, as after a node's death."""
        job = json.loads(self.path(id).read_bytes())
        for _ in range(2 if self.lies("runs twice") else 1):
            with (self.spool / f"{id}.log").open("ab") as log:
                shell = ["/bin/sh", job["script"]]
                process = subprocess.Popen(shell, stdout=log, stderr=log, start_new_session=True)
                self.write({**job, "pid": process.pid})
                process.wait()
        self.path(id).unlink(missing_ok=True)
        return 0

    def taken(self, job: Job, *, terse: bool) -> str:
        if self.system == "pbs":
            return f"{job['id']}.head1.hpc.example\n"
        if terse:
            return f"{job['id']}\n"
        if self.lies("speaks German"):
            return f'Ihr Auftrag {job["id"]} ("{job["name"]}") wurde übermittelt\n'
        return f'Your job {job["id"]} ("{job["name"]}") has been submitted\n'

    # qstat

    def qstat(self, arguments: list[str]) -> int:
        if self.lies("is down"):
            sys.stderr.write("qstat: cannot connect to server head1 (errno=111)\n")
            return 1
        if self.lies("says an error with code 0"):
            sys.stdout.write("qstat: cannot connect to server head1 (errno=111)\n")
            return 0
        if arguments == ["-B"]:
            sys.stdout.write(PBS_SERVER)
            return 0
        jobs = [] if self.lies("hides") else self.jobs()
        shown = self.as_table(jobs) if self.system == "pbs" else self.as_xml(jobs)
        sys.stdout.write(shown[: len(shown) // 2] if self.lies("breaks off") else shown)
        return 0

    def as_table(self, jobs: list[Job]) -> str:
        """As OpenPBS: names longer than ten characters lose their ends, and so do ids."""
        rows = [
            f"{job['id'] + '.head1*':<15} {'user':<8} {'workq':<8} {cut(job['name']):<10} "
            f"{'--':>6} {'1':>3} {'1':>3} {'--':>6} {'--':>5} {'R' if job['pid'] else 'H'} --   \n"
            + ("" if job["pid"] else "   Job held by user on Tue May 12 at 10:00\n")
            for job in jobs
        ]
        head = PBS_HEAD_DE if self.lies("speaks German") else PBS_HEAD
        return head + PBS_RULE + "".join(rows) if rows else ""

    def as_xml(self, jobs: list[Job]) -> str:
        queued = "".join(map(as_element, (job for job in jobs if job["pid"])))
        pending = "".join(map(as_element, (job for job in jobs if not job["pid"])))
        return (
            "<?xml version='1.0'?>\n<job_info  xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n"
            f"  <queue_info>\n{queued}  </queue_info>\n  <job_info>\n{pending}  </job_info>\n"
            "</job_info>\n"
        )

    # qdel

    def qdel(self, arguments: list[str]) -> int:
        """PBS asks first, and kills soon; Grid Engine kills at once."""
        path = self.path(arguments[-1].split(".")[0])
        if not path.exists():
            sys.stderr.write(f"qdel: Unknown Job Id {arguments[-1]}\n")
            return 170
        pid = json.loads(path.read_bytes())["pid"]
        path.unlink(missing_ok=True)
        signals = (signal.SIGTERM, signal.SIGKILL) if self.system == "pbs" else (signal.SIGKILL,)
        for number in signals if pid else ():
            try:
                os.killpg(pid, number)
            except ProcessLookupError:
                break
            time.sleep(KILL_DELAY_S)
        return 0


def cut(name: str) -> str:
    return name if len(name) <= 10 else f"{name[:9]}*"


def as_element(job: Job) -> str:
    state = "r" if job["pid"] else "hqw"
    return (
        f'    <job_list state="{"running" if job["pid"] else "pending"}">\n'
        f"      <JB_job_number>{job['id']}</JB_job_number>\n"
        f"      <JAT_prio>0.50000</JAT_prio>\n      <JB_name>{job['name']}</JB_name>\n"
        f"      <JB_owner>user</JB_owner>\n      <state>{state}</state>\n    </job_list>\n"
    )


def main() -> int:
    system, spool, program, *arguments = sys.argv[1:]
    batch = Batch(system, Path(spool))
    if program == "run":
        return batch.run(arguments[0])
    greets = batch.lies("greets")
    sys.stdout.write(GREETING if greets else "")
    code = {"qsub": batch.qsub, "qstat": batch.qstat, "qdel": batch.qdel}[program](arguments)
    sys.stdout.write(GREETING if greets else "")
    sys.stdout.flush()
    with (batch.spool / "calls").open("a") as calls:
        calls.write(f"{program} {' '.join(arguments)}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
