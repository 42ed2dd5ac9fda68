"""The last step of deleting a project or a workspace: once its jobs are gone, itself."""

import os
from datetime import datetime
from pathlib import Path

from domain.documents import Job, Operation, Project, Workspace
from domain.files import erase_job_directory
from scheduler.operations.tools import OperationTools


async def remove_container(operation: Operation, tools: OperationTools) -> str | None:
    """Remove the project or workspace that the operation names, if any; safe to repeat.

    It stays if a job of it is left; then this is the answer, as a sentence.
    """
    if "project" in operation.options:
        return await _remove_project(operation.options["project"], tools)
    if "workspace" in operation.options:
        return await _remove_workspace(operation.options["workspace"], tools.clock())
    return None


async def _remove_project(uid: str, tools: OperationTools) -> str | None:
    now = tools.clock()
    left = await Job.rows().find({"project_uid": uid, "deleted": False}, {"uid": 1}).to_list(6)
    if left:
        await _write_project(uid, {"deleting": False, "updated_at": now})
        uids = ", ".join(row["uid"] for row in left[:5])
        return f"Project {uid} stays: {uids} could not be deleted."
    project = await Project.get(uid)
    assert project is not None, "records of projects are never removed"
    try:
        await tools.on_disk(_erase, Path(project.project_dir))
    except OSError as fault:
        await _write_project(uid, {"deleting": False, "updated_at": now})
        return f"Project {uid} stays: its directory could not be erased ({fault.strerror})."
    await Workspace.rows().update_many(
        {"project_uid": uid, "deleted": False},
        {"$set": {"deleted": True, "updated_at": now}, "$inc": {"revision": 1}},
    )
    await _write_project(uid, {"deleted": True, "deleting": False, "updated_at": now})
    return None


async def _write_project(uid: str, values: dict[str, object]) -> None:
    await Project.rows().update_one(
        {"_id": uid, "deleted": False}, {"$set": values, "$inc": {"revision": 1}}
    )


def _erase(directory: Path) -> None:
    erase_job_directory(directory.parent, directory.name)
    try:
        os.rmdir(directory)
    except FileNotFoundError:
        return


async def _remove_workspace(id: str, now: datetime) -> str | None:
    project_uid, _, uid = id.partition("-")
    query = {"project_uid": project_uid, "workspace_uids": uid, "deleted": False}
    left = await Job.rows().find(query, {"uid": 1}).to_list(6)
    if left:
        return f"Workspace {uid} stays: it still has {', '.join(row['uid'] for row in left[:5])}."
    await Workspace.rows().update_one(
        {"_id": id, "deleted": False},
        {"$set": {"deleted": True, "updated_at": now}, "$inc": {"revision": 1}},
    )
    return None
