"""A change of the database as a value: what kind of object, which one, and where in the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.live.cursor import Position


class Kind(StrEnum):
    """What changed; the value is the collection's name."""

    JOBS = "jobs"
    EVENTS = "events"
    LANES = "lanes"
    TARGETS = "targets"
    TOKEN_POOLS = "token_pools"
    INSTANCES = "instances"
    WORKSPACES = "workspaces"
    PROJECTS = "projects"
    USERS = "users"
    OPERATIONS = "operations"
    TARGET_CHECKS = "target_checks"
    NOTIFICATIONS = "notifications"
    TAGS = "tags"
    LOGIN_SESSIONS = "login_sessions"
    API_TOKENS = "api_tokens"


_WRITES = frozenset({"insert", "update", "replace", "delete"})


@dataclass(frozen=True, slots=True)
class Change:
    """One write of one document. `id` is the document's: "P3-J42", "P3-J42:000000017", "P3"."""

    kind: Kind
    id: str
    position: Position
    deleted: bool = False


class CollectionGone(Exception):
    """A watched collection was dropped or renamed: a restore, after which nothing known holds."""


def change_from_row(row: Mapping[str, Any]) -> Change:
    """The change in a row of the change stream (MongoDB manual, "Change Events").

    Raises CollectionGone if the row tells of a whole collection instead of a document.
    """
    if row["operationType"] not in _WRITES:
        raise CollectionGone(f"{row['operationType']} of {row.get('ns')}")
    return Change(
        kind=Kind(row["ns"]["coll"]),
        id=str(row["documentKey"]["_id"]),
        position=Position.of_token(row["_id"]["_data"]),
        deleted=row["operationType"] == "delete",
    )
