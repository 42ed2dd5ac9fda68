"""What the runner of an outside program is told: its command, what to hear, write and collect."""

from collections.abc import Mapping
from typing import Any

from domain.job_types.command import filled, render_command
from domain.job_types.declaration import JobTypeDeclaration
from domain.job_types.outside_rules import Exporter

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


def outside_run(declaration: JobTypeDeclaration, context: Mapping[str, object]) -> dict[str, Any]:
    """The part of job.json for the runner, as JSON.

    argv; watch: [{regex, emit, name}]; collect: output → {file, importer}; exports: input →
    {exporter, file}. Files are relative to the project directory.
    """
    files = exported_files(declaration, str(context["job_dir"]))
    known = {**context, "exports": files}
    return {
        "argv": render_command(declaration, known),
        "watch": [
            {"regex": w.regex, "emit": w.emit, "name": w.name} for w in declaration.run.watch
        ],
        "collect": {
            name: {"file": filled(made.file, known), "importer": made.importer}
            for name, made in declaration.run.collect.items()
        },
        "exports": {
            name: {"exporter": declaration.inputs[name].exporter, "file": file}
            for name, file in files.items()
        },
    }


def exported_files(declaration: JobTypeDeclaration, job_dir: str) -> dict[str, str]:
    """Input → the file it is written to, of those that have an exporter."""
    return {
        name: f"{job_dir}/{EXPORTED[slot.exporter]}"
        for name, slot in declaration.inputs.items()
        if slot.exporter is not None
    }
