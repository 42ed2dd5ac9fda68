"""Who may do what: the caller as a value, and the rules that judge it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from domain.error_codes import ErrorCode
from domain.errors import Forbidden, LaneRefused


class Permission(StrEnum):
    """What a door asks for, in rising order."""

    READ = "READ"
    WRITE = "WRITE"
    ADMIN = "ADMIN"


_RANK = {Permission.READ: 0, Permission.WRITE: 1, Permission.ADMIN: 2}


class UserRole(StrEnum):
    """What a user is to the instance."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True)
class Viewer:
    """The caller of a request: who it is and how far its credentials reach.

    `lanes` are the names it may queue to (an administrator may use all). `cap` is the
    highest permission of the token it came with; a cookie has none, so ADMIN. `session_id` is
    the browser's sign-in that it came with, `token_id` the API token; they end at `expires_at`.
    `token_name` and `address` say for the audit log how and from where it came.
    """

    user_id: str
    name: str
    role: UserRole
    lanes: frozenset[str] = frozenset()
    may_set_priority: bool = False
    default_priority: int | None = None
    cap: Permission = Permission.ADMIN
    session_id: str | None = None
    token_id: str | None = None
    expires_at: datetime | None = None
    token_name: str | None = None
    address: str | None = None

    @cached_property
    def rights(self) -> "Viewer":
        """The caller without what tells one sign-in from another: equal for equal rights."""
        return replace(
            self, session_id=None, token_id=None, expires_at=None, token_name=None, address=None
        )

    @property
    def is_admin(self) -> bool:
        """Whether it acts as an administrator: the role, within the token's reach."""
        return self.role is UserRole.ADMIN and self.cap is Permission.ADMIN

    def has(self, permission: Permission) -> bool:
        """Whether the credentials reach `permission` at all; projects have their own rule."""
        if permission is Permission.ADMIN:
            return self.is_admin
        return _RANK[self.cap] >= _RANK[permission]

    def sees(self, owner_user_id: str, users_with_access: Iterable[str]) -> bool:
        """Whether a project is visible: to its owner, those it was given to, administrators."""
        return self.is_admin or self.user_id == owner_user_id or self.user_id in users_with_access


def require(viewer: Viewer, permission: Permission) -> None:
    """Raises Forbidden unless the caller's credentials reach `permission`."""
    if not viewer.has(permission):
        raise Forbidden(f"This needs the permission {permission}.", required=permission)


def require_lane(viewer: Viewer, lane: str) -> None:
    """Raises LaneRefused unless the caller may queue to `lane`."""
    if not viewer.is_admin and lane not in viewer.lanes:
        raise LaneRefused(
            f"You may not queue to lane {lane}.",
            lane=lane,
            allowed=sorted(viewer.lanes),
            code=ErrorCode.LANE_NOT_ALLOWED,
        )
