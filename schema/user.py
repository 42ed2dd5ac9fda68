"""User accounts and their API tokens."""

from datetime import datetime

import strawberry

from domain import documents
from domain.permissions import Permission, UserRole
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import Cost
from schema.node import Node, global_id
from schema.paging import Page, PageInfo
from schema.presenting import present, same_names
from schema.scalars import BigInt, Cursor


@object_type
class ApiToken(Node):
    """A personal access token for scripts. The secret is shown once, by createApiToken."""

    name: str = attribute("Name given by its owner.")
    prefix: str = attribute("First characters of the secret, to recognise it by.")
    scopes: list[Permission] = attribute(
        "What it may be used for, never more than its owner may do."
    )
    created_at: datetime = attribute("Created.")
    expires_at: datetime | None = attribute("Expires; null means never.")
    last_used_at: datetime | None = attribute("Last used, to the minute.")
    revoked_at: datetime | None = attribute("Revoked.")

    @staticmethod
    @present.register(documents.ApiToken)
    def from_document(document: documents.ApiToken) -> "ApiToken":
        """Show the token; its secret is stored nowhere."""
        shown = same_names(ApiToken, document, "id")
        return ApiToken(id=global_id("ApiToken", document.id), **shown)


@object_type
class User(Node):
    """A user account."""

    document: strawberry.Private[documents.User]
    revision: BigInt = attribute("Change counter.")
    name: str = attribute("Username.")
    first_name: str = attribute("Given name.")
    last_name: str = attribute("Family name.")
    role: UserRole = attribute("Role.")
    admin: bool = attribute("Whether the role is ADMIN.")
    disabled: bool = attribute("May not sign in; its tokens are refused.")
    lanes: list[str] = attribute("Lanes the user may queue to; administrators may use all.")
    may_set_priority: bool = attribute("May set the queue priority of jobs.")
    default_priority: int | None = attribute(
        "Priority of the user's jobs unless given; null means the instance's default."
    )
    created_at: datetime = attribute("Created.")

    @field()
    def email(self, info: Info) -> str | None:
        """E-mail address; null unless the caller is the user or an administrator."""
        return self.document.email if self._shown_to(info) else None

    @field()
    def last_active_at(self, info: Info) -> datetime | None:
        """Last request, to the minute; null unless the caller is the user or an administrator."""
        return self.document.last_active_at if self._shown_to(info) else None

    @field()
    async def api_tokens(self, info: Info) -> list[ApiToken] | None:
        """API tokens, newest first; null unless the caller is the user or an administrator."""
        if not self._shown_to(info):
            return None
        tokens = await info.context.reads.api_tokens(self.document.id)
        return [ApiToken.from_document(token) for token in tokens]

    def _shown_to(self, info: Info) -> bool:
        caller = info.context.caller
        return caller.is_admin or caller.user_id == self.document.id

    @staticmethod
    @present.register(documents.User)
    def from_document(document: documents.User) -> "User":
        """Show the account; what is private is decided when it is asked for."""
        return User(
            id=global_id("User", document.id),
            document=document,
            admin=document.role is UserRole.ADMIN,
            **same_names(User, document, "id", "document"),
        )


@object_type
class UserEdge:
    """An edge to User."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: User = attribute("The node.")


@object_type
class UserConnection:
    """A page of User objects."""

    edges: list[UserEdge] = attribute("Edges.")
    nodes: list[User] = attribute("Shortcut to the nodes.")
    page: strawberry.Private[Page[documents.User]]
    page_info: PageInfo = attribute("Page information.")

    @field(Cost(weight="5"))
    async def total_count(self) -> int:
        """Exact count; costs a query."""
        return await self.page.count()

    @classmethod
    def from_page(cls, page: Page[documents.User]) -> "UserConnection":
        """Show a page of accounts."""
        nodes = [User.from_document(document) for document in page.items]
        edges = [
            UserEdge(cursor=Cursor(c), node=n) for c, n in zip(page.cursors, nodes, strict=True)
        ]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page), page=page)
