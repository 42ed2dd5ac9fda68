"""Which executor reaches which kind of target that is not this machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.documents import Target
from domain.settings import Settings
from scheduler.executors.base import Executor
from scheduler.executors.ssh import SshExecutor
from scheduler.executors.ssh_connection import SshAccess

Make = Callable[[Settings, Target], Executor]


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


MAKERS: Mapping[str, Make] = {"node": over_ssh}
"""By the target's type; a type that is missing is not served."""


@dataclass(frozen=True)
class RemoteExecutors:
    """Makes a new executor for a target, which connects when it is first asked."""

    settings: Settings

    def __call__(self, target: Target) -> Executor | None:
        """None if nothing serves targets of this type."""
        make = MAKERS.get(target.type)
        return make(self.settings, target) if make else None
