"""Which executor reaches which kind of target that is not this machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.cluster_templates import ClusterSystem, system_of
from domain.documents import Target
from domain.settings import Settings
from scheduler.executors.base import Executor
from scheduler.executors.batch_systems import SYSTEMS
from scheduler.executors.cluster import ClusterExecutor, ClusterPace
from scheduler.executors.ssh import SshExecutor
from scheduler.executors.ssh_connection import SshAccess

Make = Callable[[Settings, Target], Executor | None]
POLL_S: Mapping[ClusterSystem, float] = {
    ClusterSystem.SLURM: 5.0,
    ClusterSystem.PBS: 10.0,
    ClusterSystem.SGE: 10.0,
}
"""Between two questions to a cluster: qstat lists the jobs of all users, or in XML."""
FILE_HEARD_S = 20.0
"""Within which a node sees a new file and a supervisor acts on it."""


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


def on_cluster(settings: Settings, target: Target) -> Executor | None:
    """The executor of a cluster; None for a batch system that we do not know."""
    assert target.cluster is not None, "a cluster has templates"
    system = system_of(target.cluster)
    if system is None:
        return None
    return ClusterExecutor(
        target.cluster,
        ClusterPace(poll_s=POLL_S[system], file_s=settings.kill_grace_s + FILE_HEARD_S),
        system=SYSTEMS[system],
    )


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
