"""Whether what a declaration says of running fits together: command, watch rules, files."""

import re
from collections import Counter
from collections.abc import Mapping

from domain.job_types.command import filled, render_command
from domain.job_types.declaration import (
    PHASES,
    JobTypeDeclaration,
    ParamType,
    Requirements,
    RunDeclaration,
)
from domain.job_types.lines import Key
from domain.job_types.outside import exported_files
from domain.job_types.outside_rules import Emit, WatchRule
from domain.job_types.records import KeyRefused

ENV_NAME = re.compile(r"(?!LANEKEEPER_)[A-Za-z_][A-Za-z0-9_]*")
VERSION = re.compile(r"\d+(\.\d+)*")
NEEDED_GROUPS = {Emit.PROGRESS: "done", Emit.METRIC: "value"}


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
    for place, rule in enumerate(run.watch):
        _check_rule(rule, ("run", "watch", place))
    _check_exporters(declaration)
    _check_collected(declaration)
    _check_fields(declaration)


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


def _check_surroundings(run: RunDeclaration) -> None:
    check_env(run.env, ("run", "env"))
    for name in ("threads_env", "stop_grace_s", "time_limit_s"):
        value = getattr(run, name)
        if value is not None and value <= 0:
            raise KeyRefused(("run", name), "must be more than 0")


def _check_rule(rule: WatchRule, key: Key) -> None:
    try:
        groups = re.compile(rule.regex).groupindex
    except re.error as error:
        raise KeyRefused((*key, "regex"), str(error)) from error
    needed = NEEDED_GROUPS.get(rule.emit)
    if needed is not None and needed not in groups:
        raise KeyRefused((*key, "regex"), f"{rule.emit} needs a group (?P<{needed}>…)")
    if rule.emit is Emit.METRIC and not rule.name:
        raise KeyRefused((*key, "name"), "is missing, and the rule emits a metric")


def _check_exporters(declaration: JobTypeDeclaration) -> None:
    files = exported_files(declaration, "")
    for name, file in files.items():
        key = ("inputs", name, "exporter")
        if not declaration.run.is_outside:
            raise KeyRefused(key, "is for a command with [[run.watch]] or [run.collect]")
        if Counter(files.values())[file] > 1:
            raise KeyRefused(key, "is that of another input too")


def _check_collected(declaration: JobTypeDeclaration) -> None:
    """Nobody but the runner commits outputs, so it must have all that are required."""
    collect = declaration.run.collect
    for name in collect:
        if name not in declaration.outputs:
            raise KeyRefused(("run", "collect", name), f"there is no output {name!r}")
    for name, output in declaration.outputs.items():
        if declaration.run.is_outside and output.required and name not in collect:
            raise KeyRefused(("run", "collect", name), "is missing, and the output is required")


def _check_fields(declaration: JobTypeDeclaration) -> None:
    """Fill them once with every value true, so that no unknown name waits for a run."""
    given = ("python", "programs", "project_dir", "job_dir", "run_dir", "phase")
    context: dict[str, object] = {
        **dict.fromkeys(given, ""),
        "params": dict.fromkeys(declaration.params, True),
        "resources": {"cpu_count": 1},
        "exports": exported_files(declaration, ""),
    }
    key: Key = ("run", "command")
    try:
        render_command(declaration, context)
        for name, made in declaration.run.collect.items():
            key = ("run", "collect", name, "file")
            filled(made.file, context)
    except ValueError as error:
        raise KeyRefused(key, str(error)) from error
