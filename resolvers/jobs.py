"""Jobs and job types: find them."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.context import Info
from schema.described import field, object_type
from schema.directives import PAGE, ListSize
from schema.filters import Filter, OrderBy
from schema.job import Job, JobConnection
from schema.job_category import JobCategory
from schema.job_type import JobType, unavailable_reason
from schema.paging import After, Before, First, Last, Window
from schema.reads import JobsWanted
from schema.selections import JobRef


@object_type
class JobQueries:
    """Fields that find jobs and job types."""

    @field()
    async def job(
        self, info: Info, ref: Annotated[JobRef, strawberry.argument(description="Job.")]
    ) -> Job | None:
        """A job."""
        job = await info.context.reads.job(str(ref.key))
        return Job.from_document(job) if job else None

    @field(PAGE)
    async def jobs(
        self,
        info: Info,
        filter: Filter = UNSET,
        order_by: OrderBy = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> JobConnection | None:
        """Jobs across projects."""
        wanted = JobsWanted(
            field="Query.jobs",
            scope={},
            window=Window.of(first, after, last, before),
            filter=filter or None,
            order_by=order_by or (),
        )
        return JobConnection.from_page(await info.context.reads.job_page(wanted))

    @field(ListSize(assumed_size=100))
    async def job_types(
        self,
        info: Info,
        category: Annotated[
            JobCategory | None,
            strawberry.argument(description="Restrict to this builder section."),
        ] = UNSET,
        available_only: Annotated[
            bool, strawberry.argument(description="Leave out types that cannot be created here.")
        ] = False,
    ) -> list[JobType] | None:
        """Job types, in builder order."""
        context = info.context
        return [
            JobType.of(found)
            for found in context.catalogue.offered()
            if (not category or found.category == category.value)
            and not (available_only and await unavailable_reason(found, context))
        ]

    @field()
    def job_type(
        self,
        info: Info,
        key: Annotated[str, strawberry.argument(description="Job type key, e.g. class_2D_new.")],
    ) -> JobType | None:
        """A job type."""
        found = info.context.catalogue.get(key)
        return JobType.of(found) if found else None
