"""A building job's specification made whole: what keeps it from running, what it needs."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from domain.database import Row
from domain.documents import Project
from domain.documents.shapes import BuildError, JobInput, ResourceNeed
from domain.job_types import (
    JobTypeDeclaration,
    applicable_params,
    check_params,
    resources,
)
from domain.use_cases.context import Request

MAX_CONNECTIONS = 500
"""Of one input, where its job type sets no limit (02-glossary, section 3)."""


def specification(
    request: Request,
    project: Project,
    declaration: JobTypeDeclaration,
    params: Mapping[str, object],
    inputs: Mapping[str, JobInput],
) -> Row:
    """The fields of a job that follow from its params and connections, ready to be written."""
    problems = [
        *_param_problems(declaration, params),
        *_path_problems(request, project, declaration, params),
        *_input_problems(declaration, inputs),
    ]
    need = ResourceNeed()
    if not any(problem.loc[0] == "params" for problem in problems):
        found = resources(declaration, params)
        need = ResourceNeed(cpu=found.cpu, gpu=found.gpu, ram=found.ram_slots, ssd=found.ssd)
    return {
        "params": dict(params),
        "inputs": {name: job_input.model_dump() for name, job_input in inputs.items()},
        "parents": parents_of(inputs),
        "resource_spec": need.model_dump(),
        "build_errors": [problem.model_dump() for problem in problems],
    }


def parents_of(inputs: Mapping[str, JobInput]) -> list[str]:
    """The uids of all connected parents, each once, in the order of the inputs."""
    found = [c.job_uid for job_input in inputs.values() for c in job_input.connections]
    return list(dict.fromkeys(found))


def _param_problems(
    declaration: JobTypeDeclaration, params: Mapping[str, object]
) -> Iterator[BuildError]:
    for problem in check_params(declaration, params):
        yield BuildError(type="param", loc=["params", problem.name], message=problem.message)


def _path_problems(
    request: Request,
    project: Project,
    declaration: JobTypeDeclaration,
    params: Mapping[str, object],
) -> Iterator[BuildError]:
    roots = [Path(project.project_dir), *request.settings.allowed_roots]
    for name, param in applicable_params(declaration, params).items():
        value = params.get(name)
        if param.type != "path" or not isinstance(value, str):
            continue
        if request.settings.allowed_roots and not is_beneath_any(Path(roots[0], value), roots):
            message = f"{value} is outside the directories that jobs may read."
            yield BuildError(type="path_not_allowed", loc=["params", name], message=message)


def is_beneath_any(path: Path, roots: list[Path]) -> bool:
    """Whether `path`, its links and ".." resolved, lies in one of `roots`.

    Of a pattern only the part before its first wildcard is resolved; the rest must not climb.
    """
    parts = path.parts
    fixed = next((i for i, part in enumerate(parts) if any(c in part for c in "*?[")), len(parts))
    if ".." in parts[fixed:]:
        return False
    resolved = Path(*parts[:fixed]).resolve()
    return any(resolved.is_relative_to(root.resolve()) for root in roots)


def _input_problems(
    declaration: JobTypeDeclaration, inputs: Mapping[str, JobInput]
) -> Iterator[BuildError]:
    for name, slot in declaration.inputs.items():
        connected = len(inputs[name].connections) if name in inputs else 0
        if connected < slot.min:
            message = f"Input {slot.title} needs {slot.min} connection{'s' * (slot.min > 1)}."
            yield BuildError(type="input_missing", loc=["inputs", name], message=message)
    yield from broken_connections(inputs)


def broken_connections(inputs: Mapping[str, JobInput]) -> Iterator[BuildError]:
    """A build error for each connection whose parent is gone."""
    for name, job_input in inputs.items():
        for connection in job_input.connections:
            if connection.source_missing:
                message = f"{connection.job_uid} is gone; disconnect it."
                yield BuildError(type="source_missing", loc=["inputs", name], message=message)
