"""Tags and stars: find tags, make and change them, star what one likes."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import documents
from domain.documents.tag import TagType
from domain.permissions import Permission
from domain.use_cases import stars, tags
from domain.use_cases.context import Request
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import field, object_type
from schema.given import given
from schema.inputs.tags import CreateTagInput, DeleteTagInput, SetStarredInput, UpdateTagInput
from schema.payloads.tags import (
    CreateTagPayload,
    DeleteTagPayload,
    SetStarredPayload,
    UpdateTagPayload,
)
from schema.presenting import present
from schema.selections import StarSubject
from schema.tag import Tag


@object_type
class TagQueries:
    """Fields that find tags."""

    @field()
    async def tags(
        self,
        info: Info,
        type: Annotated[TagType | None, strawberry.argument(description="Tag type.")] = UNSET,
    ) -> list[Tag] | None:
        """Tags."""
        found = await info.context.reads.every_tag()
        wanted = given(type)
        return [Tag.from_document(tag) for tag in found if wanted in (None, tag.type)]


@object_type
class TagMutations:
    """Fields that make and change tags and stars."""

    @mutation(Permission.READ, SetStarredPayload)
    async def set_starred(
        self,
        info: Info,
        input: Annotated[SetStarredInput, strawberry.argument(description="Input.")],
    ) -> SetStarredPayload | None:
        """Star or unstar a job, workspace or project for the caller."""
        found = await _star(info.context.request, input.subject, starred=input.starred)
        return await answer(info, SetStarredPayload, input, subject=present(found))

    @mutation(Permission.WRITE, CreateTagPayload)
    async def create_tag(
        self,
        info: Info,
        input: Annotated[CreateTagInput, strawberry.argument(description="Input.")],
    ) -> CreateTagPayload | None:
        """Create a tag."""
        tag = await tags.create_tag(
            info.context.request,
            title=input.title,
            type=input.type,
            colour=input.colour,
            description=given(input.description),
        )
        return await answer(info, CreateTagPayload, input, tag=Tag.from_document(tag))

    @mutation(Permission.WRITE, UpdateTagPayload)
    async def update_tag(
        self,
        info: Info,
        input: Annotated[UpdateTagInput, strawberry.argument(description="Input.")],
    ) -> UpdateTagPayload | None:
        """Change a tag."""
        tag = await tags.update_tag(
            info.context.request,
            input.tag_uid,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        return await answer(info, UpdateTagPayload, input, tag=Tag.from_document(tag))

    @mutation(Permission.WRITE, DeleteTagPayload)
    async def delete_tag(
        self,
        info: Info,
        input: Annotated[DeleteTagInput, strawberry.argument(description="Input.")],
    ) -> DeleteTagPayload | None:
        """Delete a tag and take it off everything."""
        tag = await tags.delete_tag(
            info.context.request, input.tag_uid, expected_revision=given(input.expected_revision)
        )
        return await answer(info, DeleteTagPayload, input, tag=Tag.from_document(tag))


async def _star(
    request: Request, subject: StarSubject, *, starred: bool
) -> documents.Job | documents.Project | documents.Workspace:
    if subject.project:
        return await stars.star_project(request, subject.project, starred=starred)
    if subject.workspace:
        place = subject.workspace
        return await stars.star_workspace(
            request, place.project_uid, place.workspace_uid, starred=starred
        )
    assert subject.job, "exactly one is given"
    return await stars.star_job(request, subject.job.key, starred=starred)
