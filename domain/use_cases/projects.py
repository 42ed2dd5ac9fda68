"""Create projects."""

import asyncio
import re
from pathlib import Path

from domain.documents import Project
from domain.error_codes import ErrorCode
from domain.errors import BadInput, OperationFailed
from domain.ids import next_number
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.use_cases.wiring import is_beneath_any

MAX_TITLE = 200


async def create_project(
    request: Request, *, title: str, description: str = "", parent_dir: str | None = None
) -> Project:
    """Make a project with a directory of its own, P3-<title>, below `parent_dir` or the default.

    Raises BadInput (title, directory not allowed) and OperationFailed (file system).
    """
    require(request.viewer, Permission.WRITE)
    title = checked_title(title)
    parent = _parent_directory(request, parent_dir)
    number = await next_number("projects")
    directory = parent / f"P{number}-{_slug(title)}".rstrip("-")
    await asyncio.to_thread(_make_directory, directory)
    project = Project(
        id=f"P{number}",
        uid_num=number,
        title=title,
        description=description,
        project_dir=str(directory),
        owner_user_id=request.viewer.user_id,
        created_at=request.now,
        updated_at=request.now,
    )
    await project.insert()
    return project


def checked_title(title: str) -> str:
    """The title without space around it; raises BadInput if nothing is left, or too much."""
    stripped = title.strip()
    if not stripped or len(stripped) > MAX_TITLE:
        message = f"A title has 1 to {MAX_TITLE} characters."
        raise BadInput(message, path=["title"], constraint=f"1..{MAX_TITLE} characters")
    return stripped


def _parent_directory(request: Request, parent_dir: str | None) -> Path:
    root = request.settings.projects_root
    if parent_dir is None:
        return root
    parent = Path(parent_dir)
    if parent.is_absolute() and is_beneath_any(parent, [root, *request.settings.allowed_roots]):
        return parent.resolve()
    message = f"{parent_dir} is outside the directories where projects may be made."
    raise BadInput(message, path=["parentDir"], code=ErrorCode.PATH_NOT_ALLOWED)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40]


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True)
    except OSError as error:
        message = f"The directory {directory} could not be made: {error.strerror}."
        raise OperationFailed(message, code=ErrorCode.STORAGE_FAILURE, retryable=True) from error
