"""Whether what a declaration says of a program that knows nothing of us fits together."""

import re
import signal
from collections import Counter

from domain.job_types.command import CommandRefused, filled
from domain.job_types.declaration import JobTypeDeclaration, RunDeclaration
from domain.job_types.lines import Key
from domain.job_types.outside import NUMBER_FIELD, exported_files, sample_context, told_files
from domain.job_types.outside_rules import Emit, FileEmit, FileRule, WatchRule
from domain.job_types.records import KeyRefused

NEEDED_GROUPS = {Emit.PROGRESS: "done", Emit.METRIC: "value"}


def check_outside(declaration: JobTypeDeclaration) -> None:
    """Raises KeyRefused for the first thing that is wrong."""
    run = declaration.run
    for place, rule in enumerate(run.watch):
        key: Key = ("run", "watch", place)
        if isinstance(rule, FileRule):
            _check_file_rule(rule, key)
        else:
            _check_line_rule(rule, key)
    _check_end(run)
    _check_exporters(declaration)
    _check_collected(declaration)
    _check_versions(declaration)
    _check_fields(declaration)


def _check_file_rule(rule: FileRule, key: Key) -> None:
    if rule.emit is FileEmit.VERSION and (rule.glob.count("*") != 1 or set("?[") & set(rule.glob)):
        raise KeyRefused((*key, "glob"), "must have one * for the number of the version, and no ?")
    if rule.complete_when and NUMBER_FIELD not in rule.complete_when:
        raise KeyRefused((*key, "complete_when"), f"must have {NUMBER_FIELD} for the number")


def _check_end(run: RunDeclaration) -> None:
    if (run.stop or run.success.file) and not run.is_outside:
        key: Key = ("run", "stop" if run.stop else "success")
        raise KeyRefused(key, "is for a command with [[run.watch]] or [run.collect]")
    if run.stop is None:
        return
    if bool(run.stop.touch) == bool(run.stop.signal):
        raise KeyRefused(("run", "stop"), "must have one of touch and signal")
    if run.stop.signal and f"SIG{run.stop.signal}" not in signal.Signals.__members__:
        raise KeyRefused(("run", "stop", "signal"), f"there is no signal {run.stop.signal!r}")
    if run.stop.within_s <= 0:
        raise KeyRefused(("run", "stop", "within_s"), "must be more than 0")


def _check_line_rule(rule: WatchRule, key: Key) -> None:
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


def _check_versions(declaration: JobTypeDeclaration) -> None:
    """A rule that emits versions and files with their numbers need each other."""
    run = declaration.run
    rules = [rule for rule in run.watch if rule.emit is FileEmit.VERSION]
    numbered = [name for name, made in run.collect.items() if NUMBER_FIELD in made.file]
    if len(rules) > 1:
        raise KeyRefused(("run", "watch"), "has two rules that emit versions")
    if rules and not numbered:
        raise KeyRefused(("run", "collect"), f"has no file with {NUMBER_FIELD} for the versions")
    for name in numbered:
        if not rules:
            raise KeyRefused(("run", "collect", name, "file"), "is of versions that no rule emits")
        if not declaration.outputs[name].versions:
            raise KeyRefused(("outputs", name, "versions"), "must be true: its file has a number")


def _check_fields(declaration: JobTypeDeclaration) -> None:
    """Fill all but the command once, so that no unknown name waits for a run."""
    context = {**sample_context(declaration), "n": NUMBER_FIELD}
    for key, text in told_files(declaration.run):
        try:
            filled(text, context)
        except CommandRefused as error:
            raise KeyRefused(key, str(error)) from error
