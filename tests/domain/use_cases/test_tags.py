"""Tags: one title of a type, put only where they fit, and gone from everything once deleted."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.documents import Job, Project, Tag, Workspace
from domain.documents.tag import TagColour, TagType
from domain.error_codes import ErrorCode
from domain.errors import BadInput, Forbidden, NotFound, RevisionConflict
from domain.permissions import Permission
from domain.use_cases.context import Request
from domain.use_cases.tags import (
    MAX_TAGS,
    applicable_tags,
    create_tag,
    delete_tag,
    update_tag,
)

MakeProject = Callable[..., Awaitable[Project]]
MakeJob = Callable[..., Awaitable[Job]]


async def made(request: Request, title: str, type: TagType = TagType.GENERAL) -> Tag:
    return await create_tag(request, title=title, type=type)


async def test_a_new_tag_is_gray_and_knows_its_maker(request_context: Request) -> None:
    tag = await create_tag(request_context, title=" good ", type=TagType.JOB)

    assert (tag.title, tag.type, tag.colour, tag.revision) == ("good", "job", TagColour.GRAY, 1)
    assert tag.created_by == request_context.viewer.user_id
    assert await Tag.get(tag.id) == tag


async def test_a_title_is_taken_once_for_each_type(request_context: Request) -> None:
    first = await made(request_context, "good")
    other = await made(request_context, "bad")

    with pytest.raises(BadInput) as refused:
        await made(request_context, "good")
    with pytest.raises(BadInput):
        await update_tag(request_context, other.id, {"title": "good"})
    await made(request_context, "good", TagType.JOB)

    assert refused.value.code is ErrorCode.NAME_TAKEN
    assert (await Tag.find({"title": "good"}).count(), first.title) == (2, "good")


async def test_a_tag_is_changed_at_the_revision_that_was_seen(request_context: Request) -> None:
    tag = await made(request_context, "good")

    changed = await update_tag(
        request_context, tag.id, {"colour": TagColour.RED, "description": "!"}, expected_revision=1
    )

    assert (changed.title, changed.colour, changed.description) == ("good", "red", "!")
    assert changed.revision == 2
    with pytest.raises(RevisionConflict):
        await update_tag(request_context, tag.id, {"title": "old"}, expected_revision=1)
    with pytest.raises(RevisionConflict):
        await delete_tag(request_context, tag.id, expected_revision=1)
    assert await Tag.get(tag.id) == changed


async def test_a_deleted_tag_is_off_everything(
    request_context: Request, make_project: MakeProject, make_job: MakeJob
) -> None:
    tag, kept = await made(request_context, "good"), await made(request_context, "kept")
    both = [tag.id, kept.id]
    await make_project(tags=both)
    await Workspace.rows().update_one({"_id": "P1-W1"}, {"$set": {"tags": both}})
    await make_job("J1", tags=both)
    await make_job("J2", tags=[kept.id])

    deleted = await delete_tag(request_context, tag.id, expected_revision=1)

    assert deleted == tag
    assert await Tag.get(tag.id) is None
    for found in (await Project.get("P1"), await Workspace.get("P1-W1"), await Job.get("P1-J1")):
        assert found is not None
        assert (found.tags, found.revision) == ([kept.id], 2)
    untouched = await Job.get("P1-J2")
    assert untouched is not None
    assert untouched.revision == 1
    with pytest.raises(NotFound):
        await delete_tag(request_context, tag.id)


@pytest.mark.parametrize("to", [TagType.PROJECT, TagType.WORKSPACE, TagType.JOB])
async def test_a_tag_fits_objects_of_its_type_and_a_general_one_all(
    request_context: Request, to: TagType
) -> None:
    general, own = await made(request_context, "any"), await made(request_context, "own", to)
    session = await made(request_context, "live", TagType.SESSION)

    fitting = await applicable_tags([own.id, general.id, own.id], to)

    assert fitting == [own, general]
    with pytest.raises(BadInput):
        await applicable_tags([general.id, session.id], to)
    with pytest.raises(NotFound):
        await applicable_tags(["nowhere"], to)
    with pytest.raises(BadInput):
        await applicable_tags([str(number) for number in range(MAX_TAGS + 1)], to)


async def test_reading_credentials_make_no_tags(request_context: Request) -> None:
    reader = replace(request_context, viewer=replace(request_context.viewer, cap=Permission.READ))

    with pytest.raises(Forbidden):
        await made(reader, "good")

    assert await Tag.count() == 0
