"""Where exported jobs may be imported from: judged as text, before anything is touched."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from domain.documents import Operation, Project
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound, ProjectRefused
from domain.settings import Settings
from domain.use_cases.context import Request
from domain.use_cases.import_job import NewImport, allowed_source, import_job
from domain.use_cases.place import Destination

MakeProject = Callable[..., Awaitable[Project]]
W1 = Destination(workspace_uid="W1")


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("exports/J1", "P1", "exports/J1"),
        ("./exports//J1/", "P1", "exports/J1"),
        ("exports/../other", "P1", "other"),
        ("{tmp}/P1/exports/J1", "P1", "exports/J1"),
        ("{tmp}/shared/J1", "shared", "J1"),
        ("../shared/J1", "shared", "J1"),
    ],
)
async def test_a_path_is_allowed_below_the_project_and_below_each_allowed_root(
    make_project: MakeProject, tmp_path: Path, path: str, root: str, below: str
) -> None:
    settings = Settings(data_dir=tmp_path, allowed_roots=[tmp_path / "shared"])

    found = allowed_source(await make_project(), settings, path.format(tmp=tmp_path))

    assert found == (str(tmp_path / root), below)


@pytest.mark.parametrize("path", ["/etc", "..", ".", "../P2/J1", "../P10/J1", "{tmp}/shared"])
async def test_any_other_path_is_refused(
    make_project: MakeProject, tmp_path: Path, path: str
) -> None:
    settings = Settings(data_dir=tmp_path, allowed_roots=[tmp_path / "shared"])
    project = await make_project()

    with pytest.raises(BadInput) as refusal:
        allowed_source(project, settings, path.format(tmp=tmp_path))

    assert refusal.value.code is ErrorCode.PATH_NOT_ALLOWED


async def test_the_new_job_has_its_number_before_its_files_come(
    request_context: Request, make_project: MakeProject
) -> None:
    project = await make_project()

    made = await import_job(request_context, NewImport("P1", W1, "exports/J9"))

    assert [outcome.job_id for outcome in made.outcomes] == ["P1-J1"]
    assert made.options == {
        "root": project.project_dir,
        "path": "exports/J9",
        "workspace_uid": "W1",
    }
    assert not made.cancellable


async def test_nothing_is_imported_into_an_archived_project_or_a_missing_workspace(
    request_context: Request, make_project: MakeProject
) -> None:
    await make_project(archived=True)
    await make_project("P2")

    with pytest.raises(ProjectRefused):
        await import_job(request_context, NewImport("P1", W1, "exports/J9"))
    with pytest.raises(NotFound):
        await import_job(request_context, NewImport("P2", Destination("W9"), "exports/J9"))

    assert await Operation.find_all().to_list() == []
