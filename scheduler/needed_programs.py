"""From a job type's requirements to what a machine is asked for."""

from collections.abc import Collection

from domain.job_types import JobTypeDeclaration, Surroundings
from scheduler.executors.programs import Programs, Version


def programs_of(
    declaration: JobTypeDeclaration, given: Surroundings, known: Collection[str] = ()
) -> Programs:
    """What a job type needs besides programs that are `known` to be there, and how it is run."""
    names = [name for name in declaration.requires.executables if name not in known]
    rule = declaration.requires.version
    if rule is None or rule.command[0] in known:
        return Programs(tuple(names), given.path, env=given.env)
    version = Version(rule.command, rule.match, rule.min, rule.below)
    return Programs(tuple(names), given.path, version, given.env)
