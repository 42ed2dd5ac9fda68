"""From a job type's requirements to what a machine is asked for."""

from collections.abc import Collection

from domain.job_types import JobTypeDeclaration
from scheduler.executors.programs import Programs, Version


def programs_of(
    declaration: JobTypeDeclaration, path: tuple[str, ...], known: Collection[str] = ()
) -> Programs:
    """What a job type needs, besides the programs that are `known` to be there."""
    names = [name for name in declaration.requires.executables if name not in known]
    rule = declaration.requires.version
    if rule is None or rule.command[0] in known:
        return Programs(tuple(names), path)
    version = Version(rule.command, rule.match, rule.min, rule.below)
    return Programs(tuple(names), path, version)
