"""How much is on disk, and which jobs take the most of it."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.database import Row
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import ListSize
from schema.filters import JobOrder, JobOrderField, OrderDirection
from schema.job import Job
from schema.paging import Window
from schema.reads import JobsWanted
from schema.scalars import BigInt

_LARGEST_FIRST = (JobOrder(field=JobOrderField.JOB_DIR_SIZE, direction=OrderDirection.DESC),)


@object_type
class StorageUsage:
    """Bytes on disk, kept up to date as jobs write."""

    scope: strawberry.Private[Row]
    total_bytes: BigInt = attribute("All job directories.")
    intermediate_bytes: BigInt = attribute("Clearable intermediate results among them.")
    observed_at: datetime = attribute("Measured at.")

    @field(
        ListSize(slicing_arguments=["first"], require_one_slicing_argument=False, assumed_size=20)
    )
    async def largest_jobs(
        self,
        info: Info,
        first: Annotated[
            int, strawberry.argument(description="Page size going forward, at most 500.")
        ] = 20,
    ) -> list[Job]:
        """Largest jobs, biggest first."""
        wanted = JobsWanted(
            field="StorageUsage.largestJobs",
            scope={**self.scope, "job_dir_size": {"$gt": 0}},
            window=Window.of(first),
            order_by=_LARGEST_FIRST,
        )
        page = await info.context.reads.job_page(wanted)
        return [Job.from_document(document) for document in page.items]
