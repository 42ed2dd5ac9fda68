"""The HTTP status of a GraphQL answer, in the two profiles of GraphQL over HTTP.

`audit` is what the public graphql-http audits ask for; `draft` is the working draft of August
2026, which tells well-formed requests that cannot be run (422) from malformed ones (400), and
answers in part (294).
"""

from collections.abc import Sequence
from enum import StrEnum
from http import HTTPStatus

from graphql import GraphQLError, GraphQLSyntaxError

from resolvers.permissions import UNAUTHENTICATED
from web.media_types import JSON

PARTIAL = 294
"""Of the draft: data, even null, and errors beside it."""


class HttpProfile(StrEnum):
    """Which statuses are sent."""

    AUDIT = "audit"
    DRAFT = "draft"


def status_of(
    errors: Sequence[GraphQLError], *, was_run: bool, media_type: str, profile: HttpProfile
) -> int:
    """The status of an operation's answer; `was_run` is False if it was refused before."""
    codes = {(error.extensions or {}).get("code") for error in errors}
    if not was_run and UNAUTHENTICATED in codes:
        return HTTPStatus.UNAUTHORIZED
    if profile is HttpProfile.DRAFT:
        return _drafted(errors, was_run=was_run)
    return HTTPStatus.OK if was_run or media_type == JSON else HTTPStatus.BAD_REQUEST


def _drafted(errors: Sequence[GraphQLError], *, was_run: bool) -> int:
    if not errors:
        return HTTPStatus.OK
    if was_run:
        return PARTIAL
    is_malformed = any(isinstance(error, GraphQLSyntaxError) for error in errors)
    return HTTPStatus.BAD_REQUEST if is_malformed else HTTPStatus.UNPROCESSABLE_ENTITY


def status_of_shape(profile: HttpProfile) -> int:
    """Of a body that is JSON, but no GraphQL request."""
    is_drafted = profile is HttpProfile.DRAFT
    return HTTPStatus.UNPROCESSABLE_ENTITY if is_drafted else HTTPStatus.BAD_REQUEST
