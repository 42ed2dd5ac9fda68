"""The permission classes: every mutation and subscription names one."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission

from domain.errors import Forbidden
from domain.permissions import Permission
from schema.context import Info
from schema.described import text
from schema.directives import Requires

UNAUTHENTICATED = "UNAUTHENTICATED"
"""The code of the refusal of callers without good credentials."""


def unauthenticated() -> GraphQLError:
    """The refusal of a caller without good credentials."""
    message = "Sign in, or send an API token as “Authorization: Bearer …”."
    return GraphQLError(message, extensions={"code": UNAUTHENTICATED})


class _Needs(BasePermission):
    needed: ClassVar[Permission]

    def has_permission(self, source: object, info: Info, **_: object) -> bool:  # noqa: ARG002
        """Whether the caller's credentials reach so far; projects have their own rule."""
        return info.context.viewer is not None and info.context.viewer.has(self.needed)

    def on_unauthorized(self) -> None:
        """Raises Forbidden, which is data in a payload and an error elsewhere."""
        raise Forbidden(f"This needs the permission {self.needed}.", required=self.needed)


class NeedsRead(_Needs):
    """See projects and jobs."""

    needed = Permission.READ


class NeedsWrite(_Needs):
    """Create, change and act on projects, workspaces and jobs."""

    needed = Permission.WRITE


class NeedsAdmin(_Needs):
    """Administer the instance."""

    needed = Permission.ADMIN


CLASSES: dict[Permission, type[_Needs]] = {
    Permission.READ: NeedsRead,
    Permission.WRITE: NeedsWrite,
    Permission.ADMIN: NeedsAdmin,
}
"""Permission → the class that asks for it."""


def subscription(permission: Permission) -> Callable[[Callable[..., Any]], Any]:
    """A subscription that needs `permission`, described by its docstring."""

    def wrap(resolver: Callable[..., Any]) -> Any:  # strawberry's field takes any place
        told = [] if permission is Permission.READ else [Requires(permission=permission)]
        return strawberry.subscription(
            resolver,
            description=text(resolver),
            permission_classes=[CLASSES[permission]],
            directives=told,
        )

    return wrap


class RefuseAnonymous(SchemaExtension):
    """Refuses every operation of an anonymous caller before it is validated."""

    def on_validate(self) -> Iterator[None]:
        """Leave one error behind, upon which nothing is validated or executed."""
        if self.execution_context.context.viewer is None:
            self.execution_context.pre_execution_errors = [unauthenticated()]
        yield
