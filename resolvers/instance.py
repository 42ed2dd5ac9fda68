"""The caller and this server."""

from importlib.metadata import version

from domain import documents
from schema.context import Context, Info
from schema.described import field, object_type
from schema.instance import Instance
from schema.node import global_id
from schema.presenting import same_names
from schema.token_usage import TokenUsage, show_token_usage
from schema.user import User

VERSION = version("lanekeeper")
SCHEMA_VERSION = "2026-11-24"
CURSOR_RETENTION_S = 24 * 3600
"""How long the database is asked to remember its changes (09-reliability, E2)."""


@object_type
class InstanceQueries:
    """The caller and this server."""

    @field()
    async def viewer(self, info: Info) -> User | None:
        """The caller."""
        user = await info.context.reads.user(info.context.caller.user_id)
        return User.from_document(user) if user else None

    @field()
    async def instance(self, info: Info) -> Instance | None:
        """This server."""
        return show_instance(await info.context.reads.instance(), info.context)

    @field()
    async def token_usage(self, info: Info) -> TokenUsage | None:
        """GPU token usage."""
        return await show_token_usage(info.context)


def show_instance(document: documents.Instance, context: Context) -> Instance:
    """Show this server as it is now."""
    return Instance(
        id=global_id("Instance", document.id),
        version=VERSION,
        schema_version=SCHEMA_VERSION,
        server_time=context.now(),
        max_jobs_per_request=context.settings.max_jobs_per_request,
        cursor_retention_seconds=CURSOR_RETENTION_S,
        **same_names(Instance, document, "id", "version", "server_time"),
    )
