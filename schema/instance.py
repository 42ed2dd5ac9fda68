"""This server: its versions, limits and settings."""

from datetime import datetime
from importlib.metadata import version

from strawberry import UNSET

from domain import documents
from domain.permissions import Permission
from schema.context import Context, Info
from schema.described import attribute, field, object_type
from schema.directives import Requires
from schema.node import Node, global_id
from schema.paging import After, Before, First, Last, Window
from schema.presenting import same_names
from schema.scalars import BigInt
from schema.user import UserConnection

VERSION = version("lanekeeper")
SCHEMA_VERSION = "2026-11-24"
CURSOR_RETENTION_S = 24 * 3600
"""How long the database is asked to remember its changes (09-reliability, E2)."""


@object_type
class Instance(Node):
    """This server."""

    version: str = attribute("Server version.")
    schema_version: str = attribute("Schema version (date).")
    server_time: datetime = attribute("Clock.")
    max_jobs_per_request: int = attribute("Limit of multi actions.")
    cursor_retention_seconds: int = attribute("How long a stream cursor can be resumed.")
    revision: BigInt = attribute("Change counter of the settings.")
    default_lane: str | None = attribute("Lane used when none is given.")
    default_priority: int = attribute("Priority used when none is given, 0 to 100.")
    maintenance: bool = attribute("No job is started anywhere.")
    banner_message: str | None = attribute("Message shown to everybody.")
    import_lane_override: str | None = attribute(
        "Lane for import jobs; null means the default lane."
    )

    ageing_minutes: int = attribute(
        "A queued job gains a point of priority for each such time that it waits; 0 means never."
    )
    ageing_limit: int = attribute("The most points that a job gains by waiting.")
    fair_share: float = attribute(
        "Points that a user's queued jobs lose for each GPU that their jobs hold; 0: none."
    )
    patience_minutes: int = attribute(
        "After so long, room on one target is kept for the first job of a lane."
    )

    @field()
    async def token_limit(self, info: Info) -> int | None:
        """GPU tokens of this server; null means unlimited."""
        return (await info.context.reads.pool()).token_limit

    @field(Requires(permission=Permission.ADMIN))
    async def users(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> UserConnection | None:
        """User accounts."""
        if not info.context.caller.is_admin:
            return None
        window = Window.of(first, after, last, before)
        return UserConnection.from_page(await info.context.reads.user_page(window))


async def current_instance(context: Context) -> Instance:
    """This server as it is now."""
    return show_instance(await context.reads.instance(), context)


def show_instance(document: documents.Instance, context: Context) -> Instance:
    """Show this server with these settings."""
    return Instance(
        id=global_id("Instance", document.id),
        version=VERSION,
        schema_version=SCHEMA_VERSION,
        server_time=context.now(),
        max_jobs_per_request=context.settings.max_jobs_per_request,
        cursor_retention_seconds=CURSOR_RETENTION_S,
        **same_names(Instance, document, "id", "version", "server_time"),
    )
