"""What a request to /graphql asks for, read and checked before anything is run."""

from collections.abc import Mapping
from typing import Any

import orjson
from cross_web import HTTPException
from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.requests import Request
from starlette.types import Message, Receive
from strawberry.http import GraphQLRequestData

from resolvers.graphql import MAX_TOKENS
from web.media_types import JSON
from web.persisted_documents import PersistedDocuments

MAX_BODY = 1024 * 1024


class BadShape(HTTPException):
    """The body is JSON, but no GraphQL request."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, reason)


def require_post_of_json(request: Request, *, queries_by_get: bool) -> None:
    """Raises HTTPException for other methods and content types."""
    allowed = ("GET", "POST") if queries_by_get else ("POST",)
    if request.method not in allowed:
        raise HTTPException(405, f"GraphQL only supports {' and '.join(allowed)} requests.")
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method == "POST" and content_type != JSON:
        raise HTTPException(415, f"Send {JSON}.")


def parse_body(body: bytes | str) -> Mapping[str, Any]:
    """The request in the body of a POST; raises HTTPException unless it is a JSON object."""
    try:
        content = orjson.loads(body)
    except ValueError as error:
        raise HTTPException(400, "Unable to parse request body as JSON") from error
    if not isinstance(content, Mapping):
        raise BadShape("The request body must be a JSON object.")
    return content


def parse_parameters(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request in the address of a GET; `variables` and `extensions` are JSON texts there."""
    content = dict(given)
    for name in ("variables", "extensions"):
        if content.get(name):
            try:
                content[name] = orjson.loads(content[name])
            except ValueError as error:
                raise HTTPException(400, f"Unable to parse `{name}` as JSON") from error
    return content


def operation_in(content: Mapping[str, Any], documents: PersistedDocuments) -> GraphQLRequestData:
    """The operation; raises BadShape, or DocumentRefused for a text that is not to be had."""
    query, variables = content.get("query"), content.get("variables")
    name, extensions = content.get("operationName"), content.get("extensions")
    for value, kinds, what in (
        (query, str, "`query` must be a string."),
        (variables, dict, "`variables` must be an object."),
        (name, str, "`operationName` must be a string."),
        (extensions, dict, "`extensions` must be an object."),
    ):
        if value is not None and value != "" and not isinstance(value, kinds):
            raise BadShape(what)
    text = documents.text_of(query, extensions, content.get("documentId"))
    if text is None:
        raise BadShape("`query` must be a string.")
    return GraphQLRequestData(text, variables or None, name or None, extensions or None)


def asks_for(kind: OperationType, data: GraphQLRequestData) -> bool:
    """Whether the operation is of this kind; False too for a text that cannot be parsed."""
    text = data.query or ""
    if kind.value not in text:
        return False
    try:
        document = parse(text, no_location=True, max_tokens=MAX_TOKENS)
    except (GraphQLError, RecursionError):
        return False
    operation = get_operation_ast(document, data.operation_name)
    return operation is not None and operation.operation is kind


def limited(receive: Receive) -> Receive:
    """`receive` that refuses a body beyond MAX_BODY as soon as it is seen."""
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise HTTPException(413, f"A request has at most {MAX_BODY} bytes.")
        return message

    return receive_limited
