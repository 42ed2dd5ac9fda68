"""The scalars of the API: uids that are checked on arrival, byte counts, JSON, opaque cursors."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.errors import BadInput
from domain.uids import number_of

BigInt = NewType("BigInt", int)
JSON = NewType("JSON", object)
Cursor = NewType("Cursor", str)
ProjectUid = NewType("ProjectUid", str)
WorkspaceUid = NewType("WorkspaceUid", str)
JobUid = NewType("JobUid", str)

_LARGEST = 2**53
"""Whole numbers below this are exact in every JSON reader."""


def _uid(letter: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:  # whatever the client sent
        try:
            number_of(value if isinstance(value, str) else "", letter)
        except BadInput:
            message = f"{value!r} is not a uid of the form {letter}1."
            raise GraphQLError(message) from None
        return str(value)

    return parse


def _big_int(value: Any) -> int:  # whatever the client sent
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _LARGEST:
        raise GraphQLError(f"{value!r} is not a whole number below 2^53.")
    return int(value)


def _text(value: Any) -> str:  # whatever the client sent
    if not isinstance(value, str):
        raise GraphQLError(f"{value!r} is not a cursor.")
    return value


def _moment(value: Any) -> datetime:  # whatever the client sent
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise GraphQLError(f"{value!r} is not an RFC 3339 timestamp.") from None
    if moment.tzinfo is None:
        raise GraphQLError(f"{value!r} has no UTC offset.")
    return moment.astimezone(UTC)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_GUIDE = "https://guide.cryosparc.com"

SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 timestamp, always with an explicit UTC offset.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_stamp,
        parse_value=_moment,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description=(
            "64-bit signed integer as a JSON number; used for byte counts, which overflow Int."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        parse_value=_big_int,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description=(
            "Arbitrary JSON value, used only where the shape depends on the job type "
            "or on its provider."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description=(
            "Opaque position. Never parse; never compare (compare `sequence` instead). Page and "
            "stream cursors are signed and bound to their field and filter; the cursor of a "
            "mutation payload and of CurrentJobs is bound to nothing and starts any stream."
        ),
        specified_by_url="https://relay.dev/graphql/connections.htm#sec-Cursor",
        parse_value=_text,
    ),
    ProjectUid: strawberry.scalar(
        name="ProjectUid",
        description="Project UID, matching ^P[1-9][0-9]*$, e.g. P3.",
        specified_by_url=_GUIDE,
        parse_value=_uid("P"),
    ),
    WorkspaceUid: strawberry.scalar(
        name="WorkspaceUid",
        description="Workspace UID, matching ^W[1-9][0-9]*$, e.g. W1.",
        specified_by_url=_GUIDE,
        parse_value=_uid("W"),
    ),
    JobUid: strawberry.scalar(
        name="JobUid",
        description=(
            "Job UID, matching ^J[1-9][0-9]*$, e.g. J42. Unique inside a project and never reused."
        ),
        specified_by_url=_GUIDE,
        parse_value=_uid("J"),
    ),
}
"""Python type → the scalar that stands for it; handed to Strawberry's configuration."""
