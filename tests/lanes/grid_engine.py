"""A private Grid Engine of one node, made of packages that are unpacked and not installed.

Its programs look for libraries in /usr/lib/gridengine: an overlay shows them there, in a mount
namespace of the daemons' own. Daemons and jobs end with the pipe to their keeper.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.mongod import free_port

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / ".venv" / "gridengine"
"""Where `make apt` has unpacked Grid Engine."""
LIBRARIES = UNPACKED / "usr" / "lib"
PROGRAMS = LIBRARIES / "gridengine"
SHARED = UNPACKED / "usr" / "share" / "gridengine"
TIMEOUT_S = 60.0
BOOTSTRAP = """admin_user none
default_domain none
ignore_fqdn true
spooling_method classic
spooling_lib libspoolc
spooling_params {root}/default/common;{root}/spool/qmaster
binary_path {root}/bin
qmaster_spool_dir {root}/spool/qmaster
security_mode none
listener_threads 2
worker_threads 2
scheduler_threads 1
jvm_threads 0
"""
ENVIRONMENT = """pe_name smp
slots 99
user_lists NONE
xuser_lists NONE
start_proc_args NONE
stop_proc_args NONE
allocation_rule $pe_slots
control_slaves FALSE
job_is_first_task TRUE
urgency_slots min
accounting_summary FALSE
qsort_args NONE
"""
SETUP = """set -e
spoolinit classic libspoolc "{root}/default/common;{root}/spool/qmaster" init
spooldefaults configuration {root}/configuration
spooldefaults complexes {shared}/util/resources/centry
spooldefaults usersets {shared}/util/resources/usersets
spooldefaults managers $(id -un)
exec sge_qmaster
"""


class GridEngine:
    """The cluster below `root`; its users' programs are in `bin`."""

    def __init__(self, root: Path) -> None:
        self.root, self.bin = root, root / "users"
        ports = {"SGE_QMASTER_PORT": str(free_port()), "SGE_EXECD_PORT": str(free_port())}
        self.env = {
            **ports,
            "SGE_ROOT": str(root),
            "SGE_CELL": "default",
            "SGE_ND": "1",  # daemons stay in the foreground
            "LD_LIBRARY_PATH": ":".join(map(str, [PROGRAMS, *LIBRARIES.glob("*-linux-gnu")])),
        }

    def write(self) -> None:
        """All files that the daemons and the programs need."""
        for name in ("default/common", "spool/qmaster/job_scripts", "spool/execd", "log"):
            (self.root / name).mkdir(parents=True)
        for name in ("bin", "utilbin", "lib"):
            (self.root / name).mkdir()
            (self.root / name / "lx-amd64").symlink_to(PROGRAMS)
        (self.root / "util").symlink_to(SHARED / "util")
        common = self.root / "default" / "common"
        (common / "bootstrap").write_text(BOOTSTRAP.format(root=self.root))
        (common / "act_qmaster").write_text("localhost\n")
        (common / "host_aliases").write_text(f"localhost {os.uname().nodename}\n")
        configuration = changed(
            (SHARED / "default-configuration").read_text(),
            execd_spool_dir=self.root / "spool" / "execd",
            min_uid=0,
            min_gid=0,
            load_report_time="00:00:01",
        )
        (self.root / "configuration").write_text(configuration)
        (self.root / "setup.sh").write_text(SETUP.format(root=self.root, shared=SHARED))
        self._write_users_programs()

    def _write_users_programs(self) -> None:
        self.bin.mkdir()
        settings = " ".join(f"{name}={value}" for name, value in self.env.items())
        for program in ("qsub", "qstat", "qdel"):
            path = self.bin / program
            path.write_text(f'#!/bin/sh\n{settings} exec {PROGRAMS}/{program} "$@"\n')
            path.chmod(0o755)

    def daemon(self, command: str) -> str:
        """A line for the keeper: the command, where the overlay is."""
        name = command.split()[-1].rsplit("/", 1)[-1]
        mount = f"mount -t overlay overlay -o lowerdir={LIBRARIES}:/usr/lib /usr/lib"
        script = self.root / f"{name}.start"
        script.write_text(f"export PATH={PROGRAMS}:$PATH\n{mount} && exec {command}\n")
        return f"{name} unshare -m sh {script}\n"

    def configure(self) -> None:
        """One queue with eight slots, on this machine; jobs are looked at every second."""
        self.until(lambda: self.call("qconf", "-sh").returncode == 0, "the master to answer")
        scheduler = changed(
            self.call("qconf", "-ssconf").stdout,
            schedule_interval="0:0:1",
            flush_submit_sec=1,
            flush_finish_sec=1,
        )
        queue = changed(
            self.call("qconf", "-sq").stdout,
            qname="all.q",
            hostlist="localhost",
            slots=8,
            rerun="TRUE",
            pe_list="smp",
            shell="/bin/sh",
            load_thresholds="NONE",
        )
        for option, text in (("-Ap", ENVIRONMENT), ("-Msconf", scheduler), ("-Aq", queue)):
            file = self.root / "given"
            file.write_text(text)
            done = self.call("qconf", option, str(file))
            assert done.returncode == 0, done.stderr
        for option in ("-ah", "-as"):
            self.call("qconf", option, "localhost")

    def call(self, program: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """Run a program as an administrator."""
        return subprocess.run(
            [PROGRAMS / program, *options],
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    def until(self, holds: Callable[[], bool], what: str) -> None:
        give_up_at = time.monotonic() + TIMEOUT_S
        while not holds():
            logs = [path.read_text() for path in (self.root / "log").iterdir()]
            assert time.monotonic() < give_up_at, f"Waited for {what}.\n{logs}"
            time.sleep(0.1)


def changed(text: str, **values: object) -> str:
    """The lines "name value" of a configuration, some with other values; the last needs its end."""
    names = [line.split(maxsplit=1)[0] if line.strip() else "" for line in text.splitlines()]
    return "".join(
        f"{name} {values[name]}\n" if name in values else f"{line}\n"
        for name, line in zip(names, text.splitlines(), strict=True)
    )


@contextmanager
def private_grid_engine(directory: Path) -> Iterator[GridEngine]:
    """A Grid Engine whose node takes jobs; gone afterwards, also if this process dies."""
    if not PROGRAMS.is_dir() or os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("Grid Engine is not unpacked (`make apt`), or we are not root")
    grid = GridEngine(directory)
    grid.write()
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.lanes.slurm_keeper", str(directory)],
        env={**os.environ, **grid.env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        for command in (f"sh {directory}/setup.sh", "sge_execd"):
            keeper.stdin.write(grid.daemon(command))
            keeper.stdin.flush()
            keeper.stdout.readline()
            if command != "sge_execd":
                grid.configure()
        grid.until(lambda: "lx-amd64" in grid.call("qstat", "-f").stdout, "the node to report")
        yield grid
    finally:
        keeper.stdin.close()
        keeper.stdout.close()
        keeper.wait(TIMEOUT_S)
