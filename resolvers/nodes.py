"""Any object by its global id."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from domain.documents import AuditRecord
from domain.errors import BadInput
from resolvers.notices import own_notices
from schema.audit_log import AuditLogEntry
from schema.context import Context, Info
from schema.described import field, object_type
from schema.event_log import show_event
from schema.instance import current_instance
from schema.job_type import JobType
from schema.node import GlobalId, Node
from schema.paging import MAX_PAGE
from schema.presenting import present

Find = Callable[[Context, str], Awaitable[Node | None]]


@object_type
class NodeQueries:
    """Fields that take global ids."""

    @field()
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global ID.")],
    ) -> Node | None:
        """Any object by global ID."""
        return await _find(info.context, id)

    @field()
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Global IDs, at most 500.")
        ],
    ) -> list[Node | None]:
        """Objects by global ID, in order, null where missing."""
        if len(ids) > MAX_PAGE:
            raise BadInput(f"At most {MAX_PAGE} IDs.", path=["ids"], constraint=f"<= {MAX_PAGE}")
        return await gather(*(_find(info.context, id) for id in ids))


async def _find(context: Context, text: str) -> Node | None:
    """The object, or None if there is none that the caller sees; raises BadInput for no id."""
    return await find_node(context, GlobalId.parse(text))


async def find_node(context: Context, id: GlobalId) -> Node | None:
    """The object, or None if there is none that the caller sees."""
    find = _FINDERS.get(id.type_name)
    return await find(context, id.key) if find else None


def _read(name: str) -> Find:
    async def find(context: Context, key: str) -> Node | None:
        document = await getattr(context.reads, name)(key)
        node: Node | None = present(document) if document else None
        return node

    return find


async def _event(context: Context, key: str) -> Node | None:
    event = await context.reads.event(key)
    return show_event(event, context) if event else None


async def _tag(context: Context, key: str) -> Node | None:
    tags = await context.reads.tags([key])
    node: Node | None = present(tags[0]) if tags else None
    return node


async def _notification(context: Context, key: str) -> Node | None:
    notices, _ = await own_notices(context, {"_id": key}, limit=1)
    node: Node | None = present(notices[0]) if notices else None
    return node


async def _job_type(context: Context, key: str) -> Node | None:
    declaration = context.catalogue.get(key)
    return JobType.of(declaration, context.catalogue) if declaration else None


async def _instance(context: Context, key: str) -> Node | None:
    instance = await context.reads.instance()
    return await current_instance(context) if instance.id == key else None


async def _audit_record(context: Context, key: str) -> Node | None:
    record = await AuditRecord.get(key) if context.caller.is_admin else None
    return AuditLogEntry.from_document(record, find_node) if record else None


_FINDERS: dict[str, Find] = {
    "ApiToken": _read("api_token"),
    "AuditLogEntry": _audit_record,
    "CheckpointEvent": _event,
    "ImageEvent": _event,
    "Instance": _instance,
    "InteractiveEvent": _event,
    "Job": _read("job"),
    "JobOperation": _read("operation"),
    "JobType": _job_type,
    "Notification": _notification,
    "Project": _read("project"),
    "SchedulerLane": _read("lane"),
    "SchedulerTarget": _read("target"),
    "Tag": _tag,
    "TextEvent": _event,
    "User": _read("user"),
    "Workspace": _read("workspace"),
}
"""GraphQL type → how its object is found."""
