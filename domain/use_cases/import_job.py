"""Import an exported job: reserve its number, and let an operation check and copy it.

The API looks at no file: here a path is judged as text; what it leads to, the scheduler checks.
"""

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from domain import operations
from domain.actions import JobAction
from domain.documents import Operation, Project
from domain.error_codes import ErrorCode
from domain.errors import BadInput, ProjectRefused
from domain.ids import next_number
from domain.permissions import Permission, require
from domain.settings import Settings
from domain.uids import JobKey
from domain.use_cases.context import Request
from domain.use_cases.place import Destination, Place
from domain.use_cases.storable import require_storable
from domain.visibility import visible_project


@dataclass(frozen=True)
class NewImport:
    """Import what lies at `path`, absolute or relative to the project's directory."""

    project_uid: str
    destination: Destination
    path: str


async def import_job(request: Request, wanted: NewImport) -> Operation:
    """The operation that makes the job of it; its one outcome names the job that is to be.

    Options: root (absolute) and path below it, workspace_uid.
    Raises NotFound (project, workspace), ProjectRefused, and BadInput for a path that is outside
    the project and the directories that are allowed.
    """
    require(request.viewer, Permission.WRITE)
    project = await visible_project(request.viewer, wanted.project_uid)
    if project.archived or project.detached:
        message = f"Project {project.uid} is archived or detached."
        raise ProjectRefused(message, project_uid=project.uid)
    place = await Place.in_project(project.uid, wanted.destination)
    root, path = allowed_source(project, request.settings, wanted.path)
    key = JobKey(project.uid, f"J{await next_number(f'{project.uid}:jobs')}")
    operation = operations.new_operation(
        JobAction.IMPORT,
        [str(key)],
        requested_by=request.viewer.user_id,
        now=request.now,
        begun=[str(key)],  # there is no job that a cancellation could spare
        options={"root": root, "path": path, "workspace_uid": await place.settle(request)},
    )
    await operation.insert()
    return operation


def allowed_source(project: Project, settings: Settings, path: str) -> tuple[str, str]:
    """The allowed root that `path` is below, and the rest, "." and ".." resolved as text.

    Roots are the project's directory and `allowed_roots`. Raises BadInput (PATH_NOT_ALLOWED).
    """
    require_storable(path, ("input", "path"))
    wanted = PurePosixPath(os.path.normpath(Path(project.project_dir, path)))
    for root in (Path(project.project_dir), *settings.allowed_roots):
        plain = os.path.normpath(root)
        if wanted.is_relative_to(plain) and wanted != PurePosixPath(plain):
            return plain, str(wanted.relative_to(plain))
    message = f"{path[:200]} is not in the project's directory, nor in one that is allowed."
    constraint = "beneath the project directory or an allowed root"
    raise BadInput(
        message,
        path=["input", "path"],
        code=ErrorCode.PATH_NOT_ALLOWED,
        constraint=constraint,
    )
