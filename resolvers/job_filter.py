"""A filter of jobs as a query of the database."""

import re
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from typing import Any

from strawberry import UNSET

from domain.database import Row
from domain.errors import BadInput
from domain.permissions import Viewer
from schema.filters import DateTimeRange, JobFilter
from schema.node import key_of

MAX_NESTING = 8
MAX_TEXT = 200

_ONE_OF = {
    "project_uids": "project_uid",
    "workspace_uids": "workspace_uids",
    "job_uids": "uid",
    "statuses": "status",
    "queue_statuses": "waiting_for.status",
    "types": "type",
    "categories": "category",
    "tag_uids": "tags",
    "targets": "resources_allocated.target",
}
"""Field of the filter → the field of the document that has one of its values."""
_WITHIN = ("created_at", "updated_at", "queued_at", "completed_at")


def query_of(filter: JobFilter | None, viewer: Viewer) -> Row:
    """The query; deleted jobs do not match unless the filter asks for them.

    Raises BadInput for a filter that cannot be meant, or is nested too deeply.
    """
    deleted = _given(filter.deleted) if filter else None
    conditions = _conditions(filter, viewer, 0) if filter else []
    return _all([{"deleted": bool(deleted)}, *conditions])


def plain(value: object) -> object:
    """The filter as JSON values, what was left out left out: equal for equal filters."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__dataclass_fields__"):
        given = {f.name: _given(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]  # it has fields
        return {name: plain(content) for name, content in given.items() if content is not None}
    return value


def _given(value: Any) -> Any:  # any field's value
    return None if value is UNSET else value


def _all(conditions: list[Row]) -> Row:
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


def _conditions(filter: JobFilter, viewer: Viewer, depth: int) -> list[Row]:
    if depth > MAX_NESTING:
        raise BadInput("The filter is nested too deeply.", constraint=f"depth <= {MAX_NESTING}")
    _check_workspaces(filter)
    found = [
        {document_field: {"$in": list(values)}}
        for name, document_field in _ONE_OF.items()
        if (values := _given(getattr(filter, name))) is not None
    ]
    found += [
        {name: within(limits)}
        for name in _WITHIN
        if (limits := _given(getattr(filter, name))) is not None
    ]
    for name, condition in _SPECIAL.items():
        value = _given(getattr(filter, name))
        found += [] if value is None else [condition(value, viewer)]
    return found + _nested(filter, viewer, depth + 1)


def _nested(filter: JobFilter, viewer: Viewer, depth: int) -> list[Row]:
    def group(part: JobFilter) -> Row:
        return _all(_conditions(part, viewer, depth) or [{}])

    every, some, none = _given(filter.and_), _given(filter.or_), _given(filter.not_)
    found = [group(part) for part in every or ()]
    if some is not None:
        found.append({"$or": [group(part) for part in some]} if some else {"_id": None})
    if none is not None:
        found.append({"$nor": [group(none)]})
    return found


def _check_workspaces(filter: JobFilter) -> None:
    projects = _given(filter.project_uids) or ()
    if _given(filter.workspace_uids) is not None and len(projects) != 1:
        message = "workspaceUids needs exactly one project in projectUids."
        raise BadInput(message, path=["filter", "workspaceUids"])


def within(limits: DateTimeRange) -> Row:
    """The condition for a time in the half-open range; one that is missing is in no range."""
    bounds = {"$gte": _given(limits.from_), "$lt": _given(limits.to)}
    return {"$ne": None} | {name: bound for name, bound in bounds.items() if bound is not None}


def _lanes(names: list[str], viewer: Viewer) -> Row:  # noqa: ARG001
    chosen = {"$in": list(names)}
    return {"$or": [{"queued_to_lane": chosen}, {"resources_allocated.lane": chosen}]}


def _created_by(ids: list[str], viewer: Viewer) -> Row:  # noqa: ARG001
    return {"created_by": {"$in": [key_of(id, "User") for id in ids]}}


def _starred(wanted: bool, viewer: Viewer) -> Row:
    return {"starred_by": viewer.user_id if wanted else {"$ne": viewer.user_id}}


def _on_hold(wanted: bool, viewer: Viewer) -> Row:  # noqa: ARG001
    return {"on_hold": wanted}


def _text(words: str, viewer: Viewer) -> Row:  # noqa: ARG001
    if len(words) > MAX_TEXT:
        raise BadInput("The text is too long.", constraint=f"max_length={MAX_TEXT}")
    contains = {"$regex": re.escape(words), "$options": "i"}
    return {"$or": [{"title": contains}, {"description": contains}]}


_SPECIAL: dict[str, Callable[[Any, Viewer], Row]] = {
    "lanes": _lanes,
    "created_by": _created_by,
    "starred": _starred,
    "on_hold": _on_hold,
    "text": _text,
}
"""Field of the filter → the condition for its value."""
