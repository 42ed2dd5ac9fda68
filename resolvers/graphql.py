"""The schema as it is served: roots, limits, masking; and as it is printed."""

import logging
import uuid
from collections.abc import Iterator
from copy import copy
from functools import cache

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaskErrors, MaxTokensLimiter, SchemaExtension
from strawberry.printer import print_schema as print_with_directives
from strawberry.schema.config import StrawberryConfig
from strawberry.types.graphql import OperationType

import schema.enums
import schema.error_code  # noqa: F401 - the two give the domain's enums their descriptions
from domain.errors import DomainError
from resolvers.known_documents import KnownDocuments, Memory
from resolvers.limits import QueryGuard
from resolvers.mutation import Mutation
from resolvers.permissions import RefuseAnonymous
from resolvers.query import Query
from resolvers.shared_events import SharedEvents, selected_variables
from resolvers.subscription import Subscription
from schema import errors, event_log
from schema.scalars import SCALARS

log = logging.getLogger(__name__)
MAX_TOKENS = 1000
MAX_ERRORS = 5
FAULT = "INTERNAL_ERROR"


@cache
def build_schema() -> strawberry.Schema:
    """The schema; made once per process."""
    memory = Memory()
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*errors.EVERY, *event_log.EVERY],  # reached through their interfaces alone
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=SharedEvents,
        extensions=[
            OwnContext,
            RefuseAnonymous,
            QueryGuard,
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            lambda: KnownDocuments(memory),
            MaskFaults,
        ],
    )


def sdl() -> str:
    """The schema as text, as it is committed in schema/schema.graphql."""
    return print_with_directives(build_schema()) + "\n"


class OwnContext(SchemaExtension):
    """Gives each operation a context of its own: a socket's operations share what they are given,

    and what one has read would be served to the others for the life of the connection.
    """

    def on_operation(self) -> Iterator[None]:
        """Copy the context, with nothing read yet."""
        own = copy(self.execution_context.context)
        own.renew()
        self.execution_context.context = own
        yield

    def on_execute(self) -> Iterator[None]:
        """Tell streams what was asked: text, and the values that the selection uses."""
        asked, document = self.execution_context, self.execution_context.graphql_document
        if document is not None and asked.operation_type is OperationType.SUBSCRIPTION:
            names = selected_variables(document)
            given = asked.variables or {}
            values = repr([(name, given.get(name)) for name in names if name in given])
            asked.context.asked = (asked.query, asked.operation_name, values)
        yield


class MaskFaults(MaskErrors):
    """Shows refusals as they are, faults by an id alone, and at most five errors; streams too."""

    def _process_errors(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        return [shown(error) for error in errors[:MAX_ERRORS]]


def shown(error: GraphQLError) -> GraphQLError:
    """The error as a client may see it; a fault is logged under the id that is shown."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return error
    if isinstance(original, DomainError):
        extensions = {"code": str(original.code)}
        return GraphQLError(original.message, error.nodes, path=error.path, extensions=extensions)
    fault_id = uuid.uuid4().hex
    log.error("Fault %s at %s.", fault_id, error.path, exc_info=original)
    return GraphQLError(
        "Something went wrong here; the log of the server has it under the id given.",
        error.nodes,
        path=error.path,
        extensions={"code": FAULT, "id": fault_id},
    )
