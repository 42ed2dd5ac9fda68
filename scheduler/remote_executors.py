"""Which executor reaches which kind of target that is not this machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.documents import Target
from domain.settings import Settings
from scheduler.executors.base import Executor

Make = Callable[[Settings, Target], Executor]

MAKERS: Mapping[str, Make] = {}
"""By the target's type; a type that is missing is not served."""


@dataclass(frozen=True)
class RemoteExecutors:
    """Makes a new executor for a target, which connects when it is first asked."""

    settings: Settings

    def __call__(self, target: Target) -> Executor | None:
        """None if nothing serves targets of this type."""
        make = MAKERS.get(target.type)
        return make(self.settings, target) if make else None
