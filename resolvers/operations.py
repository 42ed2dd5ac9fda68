"""Long actions: find them."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.actions import JobAction
from domain.documents.operation import OperationStatus
from resolvers.operation_reads import listed_operations, oldest_open
from schema.context import Info
from schema.described import field, object_type
from schema.given import given
from schema.node import key_of
from schema.operation import JobOperation, JobOperationConnection
from schema.paging import After, Before, First, Last, Window
from schema.scalars import ProjectUid


@object_type
class OperationQueries:
    """Fields that find long actions."""

    @field()
    async def operation(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global ID.")],
    ) -> JobOperation | None:
        """An operation."""
        found = await info.context.reads.operation(key_of(id, "JobOperation"))
        return JobOperation.from_document(found) if found else None

    @field()
    async def operations(
        self,
        info: Info,
        statuses: Annotated[
            list[OperationStatus] | None,
            strawberry.argument(description="Restrict to these statuses."),
        ] = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> JobOperationConnection | None:
        """Operations."""
        window = Window.of(first, after, last, before)
        page = await listed_operations(info.context, given(statuses), window)
        return JobOperationConnection.from_page(page)

    @field()
    async def active_restart(
        self,
        info: Info,
        project_uid: Annotated[
            ProjectUid | None, strawberry.argument(description="Project UID.")
        ] = UNSET,
    ) -> JobOperation | None:
        """The running restart of a project; without a project, the oldest one the caller can
        see."""
        found = await oldest_open(info.context, JobAction.RESTART, given(project_uid))
        return JobOperation.from_document(found) if found else None
