"""The files of a private Slurm: everything in one directory, nothing of the system's."""

import os
import pwd
import secrets
import socket
import stat
from dataclasses import dataclass, field
from pathlib import Path

SCHEDULING = "sched_interval=2,bf_interval=2,sched_min_interval=0,batch_sched_delay=0"
"""Starts come within a second; by default they take three."""


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass(frozen=True, kw_only=True)
class SlurmShape:
    """What the cluster looks like; `more` are further lines of slurm.conf, last wins.

    `cgroup` are lines of cgroup.conf.
    """

    nodes: int = 2
    cpus: int = 8
    memory_mb: int = 8000
    gpus: int = 2
    more: tuple[str, ...] = ()
    cgroup: tuple[str, ...] = ()
    partitions: tuple[str, ...] = ("PartitionName=main Nodes=ALL Default=YES State=UP",)

    @property
    def names(self) -> list[str]:
        return [f"n{number}" for number in range(1, self.nodes + 1)]


@dataclass(frozen=True)
class SlurmFiles:
    """Where everything lies. The socket's path must be below 108 bytes, so it lies apart."""

    directory: Path
    socket_directory: Path
    shape: SlurmShape = field(default_factory=SlurmShape)

    @property
    def config(self) -> Path:
        return self.directory / "slurm.conf"

    @property
    def socket(self) -> Path:
        return self.socket_directory / "s"

    def write(self) -> None:
        for name in ("state", "log", "spool"):
            (self.directory / name).mkdir()
        key = self.directory / "munge.key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        self.config.write_text("\n".join(self._settings()) + "\n")
        (self.directory / "gres.conf").write_text("\n".join(self._devices()) + "\n")
        cgroup = ("CgroupPlugin=cgroup/v1", *self.shape.cgroup)
        (self.directory / "cgroup.conf").write_text("\n".join(cgroup) + "\n")

    def _settings(self) -> list[str]:
        here, user = self.directory, pwd.getpwuid(os.getuid()).pw_name
        host = socket.gethostname().split(".")[0]
        control, *ports = free_ports(1 + self.shape.nodes)
        fixed = {
            "ClusterName": "private",
            "SlurmctldHost": f"{host}(127.0.0.1)",
            "SlurmctldPort": control,
            "SlurmUser": user,
            "SlurmdUser": user,
            "AuthType": "auth/munge",
            "AuthInfo": f"socket={self.socket}",
            "CryptoType": "crypto/munge",
            "StateSaveLocation": here / "state",
            "SlurmdSpoolDir": here / "spool" / "%n",
            "SlurmctldPidFile": here / "ctld.pid",
            "SlurmdPidFile": here / "slurmd-%n.pid",
            "SlurmctldLogFile": here / "log" / "ctld.log",
            "SlurmdLogFile": here / "log" / "slurmd-%n.log",
            "ProctrackType": "proctrack/linuxproc",
            "TaskPlugin": "task/none",
            "MpiDefault": "none",
            "SwitchType": "switch/none",
            "SchedulerType": "sched/backfill",
            "SchedulerParameters": SCHEDULING,
            "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_Core_Memory",
            "DefMemPerCPU": 100,
            "GresTypes": "gpu",
            "ReturnToService": 2,
            "SlurmdTimeout": 10,
            "SlurmctldTimeout": 10,
            "KillWait": 3,
            "InactiveLimit": 0,
            "WaitTime": 0,
            "SlurmdParameters": "config_overrides",  # more cores than this machine has
            "AccountingStorageType": "accounting_storage/none",
            "PropagateResourceLimits": "NONE",
        } | {name: value for name, _, value in (line.partition("=") for line in self._defaults())}
        nodes = [
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} State=UNKNOWN "
            f"CPUs={self.shape.cpus} RealMemory={self.shape.memory_mb} Gres=gpu:{self.shape.gpus}"
            for name, port in zip(self.shape.names, ports, strict=True)
        ]
        lines = [f"{name}={value}" for name, value in fixed.items()]
        return [*lines, *nodes, *self.shape.partitions]

    def _defaults(self) -> list[str]:
        return ["MessageTimeout=10", "MinJobAge=300", "BatchStartTimeout=10", *self.shape.more]

    def _devices(self) -> list[str]:
        """GPUs must be device nodes; who may not make them borrows the consoles."""
        count, device = self.shape.gpus, "/dev/tty"
        if os.getuid() == 0:
            device = str(self.directory / "gpu")
            for number in range(count):
                os.mknod(f"{device}{number}", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        which = f"[0-{count - 1}]" if count > 1 else "0"
        return [f"NodeName={name} Name=gpu File={device}{which}" for name in self.shape.names]
