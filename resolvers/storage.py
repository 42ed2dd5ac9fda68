"""Bytes on disk, summed over the jobs that the caller sees."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.database import Row
from schema.context import Info
from schema.described import field, object_type
from schema.directives import Cost
from schema.given import given
from schema.scalars import BigInt, ProjectUid
from schema.storage import StorageUsage


@object_type
class StorageQueries:
    """The field that tells how full the disks are."""

    @field(Cost(weight="5"))
    async def storage_usage(
        self,
        info: Info,
        project_uid: Annotated[
            ProjectUid | None, strawberry.argument(description="Project UID.")
        ] = UNSET,
    ) -> StorageUsage | None:
        """Bytes on disk, of one project or of all the caller can see."""
        uid = given(project_uid)
        if uid is not None and await info.context.reads.project(uid) is None:
            return None
        scope: Row = {} if uid is None else {"project_uid": uid}
        total, intermediate = await info.context.reads.bytes_on_disk(uid)
        return StorageUsage(
            scope=scope,
            total_bytes=BigInt(total),
            intermediate_bytes=BigInt(intermediate),
            observed_at=info.context.now(),
        )
