"""Which executor reaches which kind of target that is not this machine."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from domain.documents import Target
from domain.settings import Settings
from scheduler.executors.base import Executor
from scheduler.executors.cluster import ClusterExecutor
from scheduler.executors.ssh import SshExecutor
from scheduler.executors.ssh_connection import SshAccess

Make = Callable[[Settings, Target], Executor | None]


def over_ssh(settings: Settings, target: Target) -> Executor:
    """The executor of a machine."""
    assert target.ssh is not None, "machines without a connection are this one"
    return SshExecutor(
        SshAccess(
            host=target.ssh.host,
            port=target.ssh.port,
            user=target.ssh.user,
            key=settings.ssh_key_file,
            known_hosts=settings.ssh_known_hosts_file,
        )
    )


def on_cluster(_settings: Settings, target: Target) -> Executor | None:
    """The executor of a Slurm; None for other batch systems."""
    assert target.cluster is not None, "a cluster has templates"
    command = shlex.split(target.cluster.qsub_cmd_tpl)
    if not command or PurePath(command[0]).name != "sbatch":
        return None
    return ClusterExecutor(target.cluster, has_own_worker=target.worker_bin_path is not None)


MAKERS: Mapping[str, Make] = {"node": over_ssh, "cluster": on_cluster}
"""By the target's type; a type that is missing is not served."""


@dataclass(frozen=True)
class RemoteExecutors:
    """Makes a new executor for a target, which connects when it is first asked."""

    settings: Settings

    def __call__(self, target: Target) -> Executor | None:
        """None if nothing serves targets of this type."""
        make = MAKERS.get(target.type)
        return make(self.settings, target) if make else None
