"""The audit log, newest first, for administrators."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.database import Row
from domain.documents import AuditRecord, User
from domain.live.cursor import filter_hash
from domain.permissions import Permission
from resolvers.finding import find_node
from resolvers.job_filter import plain, within
from resolvers.keyset import Listing, page_of
from resolvers.listings import NEWEST_FIRST
from resolvers.permissions import NeedsAdmin
from schema.audit_log import AuditLogConnection, AuditLogFilter
from schema.context import Info
from schema.described import field, object_type
from schema.directives import Requires
from schema.given import given
from schema.node import GlobalId
from schema.paging import After, Before, First, Last, Window
from schema.selections import UserRef

Filter = Annotated[AuditLogFilter | None, strawberry.argument(description="Which objects.")]


@object_type
class AuditLogQueries:
    """Fields that look into the audit log."""

    @field(Requires(permission=Permission.ADMIN), permissions=[NeedsAdmin])
    async def audit_log(
        self,
        info: Info,
        filter: Filter = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> AuditLogConnection | None:
        """Who did what, newest first."""
        window = Window.of(first, after, last, before)
        wanted = given(filter)
        query = await _query(wanted) if wanted else {}
        listing = Listing(f"Query.auditLog|{filter_hash(plain(wanted))}", query, NEWEST_FIRST)
        page = await page_of(AuditRecord, listing, window, info.context.signing_key)
        return AuditLogConnection.from_page(page, find_node)


async def _query(filter: AuditLogFilter) -> Row:
    """The records that meet all given conditions; raises BadInput for a malformed global id."""
    query: Row = {}
    if (users := given(filter.users)) is not None:
        query["user_id"] = {"$in": await _ids(users)}
    if (mutations := given(filter.mutations)) is not None:
        query["mutation"] = {"$in": mutations}
    if (outcomes := given(filter.outcomes)) is not None:
        query["outcome"] = {"$in": outcomes}
    if (subject := given(filter.subject_id)) is not None:
        id = GlobalId.parse(subject)
        query["subject_id"] = f"{id.type_name}:{id.key}"
    if (created := given(filter.created_at)) is not None:
        query["created_at"] = within(created)
    return query


async def _ids(users: list[UserRef]) -> list[str]:
    """The ids of those of the users that exist."""
    meant = [user.reference.query for user in users]
    if not meant:
        return []
    return [row["_id"] async for row in User.rows().find({"$or": meant}, {"_id": 1})]
