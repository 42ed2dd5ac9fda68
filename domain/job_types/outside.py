"""What the runner of an outside program is told: its command, what to hear, write and collect."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from domain.job_types.command import filled, render_command
from domain.job_types.declaration import JobTypeDeclaration, RunDeclaration
from domain.job_types.lines import Key
from domain.job_types.outside_rules import (
    Collected,
    EarlyEnd,
    Exporter,
    FileRule,
    Success,
    WatchRule,
)

Row = dict[str, Any]  # JSON
NUMBER_FIELD = "{n}"
"""Stands for the number of a version in the names of files."""
FILE_KEYS = ("file", "glob", "total", "complete_when", "touch")
"""The keys of rules whose texts have fields, as the command has."""

RUNNER = ("{python}", "-s", "{programs}/run_command.py")
EXPORTED: Mapping[Exporter, str] = {
    Exporter.RELION_MOVIES_STAR: "in/movies.star",
    Exporter.RELION_MICROGRAPHS_STAR: "in/micrographs.star",
    Exporter.RELION_PARTICLES_STAR: "in/particles.star",
    Exporter.MAP_MRC: "in/map.mrc",
    Exporter.SHARP_MAP_MRC: "in/map.mrc",
}
"""The file of an exported input, in the job's directory."""


def runner_command(context: Mapping[str, object]) -> list[str]:
    """The argv of the program that runs the other; `context` as for `render_command`."""
    return [filled(item, context) for item in RUNNER]


def outside_run(declaration: JobTypeDeclaration, context: Mapping[str, object]) -> Row:
    """The part of job.json for the runner, as JSON.

    argv; watch: [{regex, emit, name}]; files: [{glob, emit, name, total, complete_when}]; collect:
    output → {file, importer}; exports: input → {exporter, file}; stop: {touch, signal, within_s} or
    None; success: {exit_code, file}. Files are relative to the project directory, and "{n}" in
    their names is left for the number of a version.
    """
    exported, run = exported_files(declaration, str(context["job_dir"])), declaration.run
    of_command = {**context, "exports": exported}
    known = {**of_command, "n": NUMBER_FIELD}
    return {
        "argv": render_command(declaration, of_command),
        "watch": [asdict(rule) for rule in run.watch if isinstance(rule, WatchRule)],
        "files": [_filled(rule, known) for rule in run.watch if isinstance(rule, FileRule)],
        "collect": {name: _filled(made, known) for name, made in run.collect.items()},
        "exports": {
            name: {"exporter": declaration.inputs[name].exporter, "file": file}
            for name, file in exported.items()
        },
        "stop": run.stop and _filled(run.stop, known),
        "success": _filled(run.success, known),
    }


def _filled(rule: FileRule | Collected | EarlyEnd | Success, known: Mapping[str, object]) -> Row:
    """The rule as JSON, with the values of the fields in its files."""
    return {
        name: filled(value, known) if name in FILE_KEYS else value
        for name, value in asdict(rule).items()
    }


def told_files(run: RunDeclaration) -> Iterator[tuple[Key, str]]:
    """The texts with fields that the runner is told, besides the command, and their keys."""
    rules: list[tuple[Key, object]] = [
        *((("run", "watch", place), rule) for place, rule in enumerate(run.watch)),
        *((("run", "collect", name), made) for name, made in run.collect.items()),
        (("run", "stop"), run.stop),
        (("run", "success"), run.success),
    ]
    for key, rule in rules:
        named = (name for name in FILE_KEYS if hasattr(rule, name))
        yield from (((*key, name), getattr(rule, name)) for name in named)


def sample_context(declaration: JobTypeDeclaration) -> dict[str, object]:
    """Values as those of a run, all of them true."""
    given = ("python", "programs", "project_dir", "job_dir", "run_dir", "phase")
    return {
        **dict.fromkeys(given, ""),
        "params": dict.fromkeys(declaration.params, True),
        "resources": {"cpu_count": 1},
        "exports": exported_files(declaration, ""),
    }


def exported_files(declaration: JobTypeDeclaration, job_dir: str) -> dict[str, str]:
    """Input → the file it is written to, of those that have an exporter."""
    return {
        name: f"{job_dir}/{EXPORTED[slot.exporter]}"
        for name, slot in declaration.inputs.items()
        if slot.exporter is not None
    }
