"""Any object by its global id, as its GraphQL type shows it."""

from collections.abc import Awaitable, Callable

from domain.documents import AuditRecord
from resolvers.notices import own_notices
from schema.audit_log import AuditLogEntry
from schema.context import Context
from schema.event_log import show_event
from schema.instance import current_instance
from schema.job_type import JobType
from schema.node import GlobalId, Node
from schema.presenting import present

Find = Callable[[Context, str], Awaitable[Node | None]]


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
    return JobType.of(declaration) if declaration else None


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
