"""What is on record of the programs that targets lack."""

from collections.abc import Iterable

from domain.documents import Target
from domain.job_types import Lacking


def lacking_on(targets: Iterable[Target]) -> Lacking:
    """By target: job type → the program that it lacks; of targets that somebody knows about."""
    return {target.name: target.lacks for target in targets if target.lacks is not None}


async def lacking_anywhere() -> Lacking:
    """The same of all targets."""
    return lacking_on(await Target.find_all().to_list())
