"""Whether what a declaration says of running fits together: command, watch rules, files."""

import re
from collections.abc import Mapping

from domain.job_types.command import CommandRefused, render_command
from domain.job_types.declaration import (
    PHASES,
    JobTypeDeclaration,
    ParamType,
    Requirements,
    RunDeclaration,
)
from domain.job_types.lines import Key
from domain.job_types.outside import sample_context
from domain.job_types.outside_checks import check_outside
from domain.job_types.records import KeyRefused

ENV_NAME = re.compile(r"(?!LANEKEEPER_)[A-Za-z_][A-Za-z0-9_]*")
SEARCHED = "PATH"
"""Not to be set: programs are looked for in it, with the site's directories before it."""
VERSION = re.compile(r"\d+(\.\d+)*")


def check_run(declaration: JobTypeDeclaration) -> None:
    """Raises KeyRefused for the first thing that is wrong."""
    run = declaration.run
    if not run.command:
        raise KeyRefused(("run", "command"), "is empty")
    if run.phases and run.phases != PHASES:
        raise KeyRefused(("run", "phases"), f"must be {list(PHASES)}")
    if run.phases and run.interactive is None:
        raise KeyRefused(("run", "interactive"), "is missing: the phases need a panel")
    _check_resume(declaration)
    _check_surroundings(run)
    check_outside(declaration)
    _check_command(declaration)


def _check_resume(declaration: JobTypeDeclaration) -> None:
    name = declaration.run.resume
    if name is None:
        return
    param = declaration.params.get(name)
    if param is None or param.type is not ParamType.PATH or param.path_kinds != ("dir",):
        raise KeyRefused(("run", "resume"), f"{name!r} is no param for the path of a dir")


def check_version(needs: Requirements) -> None:
    """Raises KeyRefused for a version that could not be asked or compared."""
    rule, key = needs.version, ("requires", "version")
    if rule is None:
        return
    if not rule.command or rule.command[0] not in needs.executables:
        raise KeyRefused((*key, "command"), "must begin with one of the executables")
    try:
        groups = re.compile(rule.match).groups
    except re.error as error:
        raise KeyRefused((*key, "match"), str(error)) from error
    if groups == 0:
        raise KeyRefused((*key, "match"), "needs a group (…) around the version")
    if not rule.min and not rule.below:
        raise KeyRefused((*key, "min"), "is missing, and so is below")
    for name, limit in (("min", rule.min), ("below", rule.below)):
        if limit and not VERSION.fullmatch(limit):
            raise KeyRefused((*key, name), "must be numbers with dots")


def check_env(env: Mapping[str, str], key: Key) -> None:
    """Raises KeyRefused for a variable, of the table at `key`, that may not be set."""
    for name in env:
        if not ENV_NAME.fullmatch(name):
            raise KeyRefused((*key, name), "must name a variable that is not ours")
        if name == SEARCHED:
            raise KeyRefused((*key, name), "is not set; a site's file has `path` for it")


def _check_surroundings(run: RunDeclaration) -> None:
    check_env(run.env, ("run", "env"))
    for name in ("threads_env", "stop_grace_s", "time_limit_s"):
        value = getattr(run, name)
        if value is not None and value <= 0:
            raise KeyRefused(("run", name), "must be more than 0")


def _check_command(declaration: JobTypeDeclaration) -> None:
    """Fill it once with every value true, so that no unknown name waits for a run."""
    try:
        render_command(declaration, sample_context(declaration))
    except CommandRefused as error:
        raise KeyRefused(("run", "command"), str(error)) from error
