"""The caller and this server."""

from schema.context import Info
from schema.described import field, object_type
from schema.instance import Instance, current_instance
from schema.token_usage import TokenUsage, show_token_usage
from schema.user import User


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
        return await current_instance(info.context)

    @field()
    async def token_usage(self, info: Info) -> TokenUsage | None:
        """GPU token usage."""
        return await show_token_usage(info.context)
