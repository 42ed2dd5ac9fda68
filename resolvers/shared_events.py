"""Execution of a stream's message once for all who asked the same of it.

A message that several streams share holds the answers that were made of it. Who asks with the
same text and the same values in its selection gets the same answer.
"""

import asyncio
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
    Visitor,
    visit,
)

from resolvers.batched_fields import BatchedFields
from schema.streams import StreamMessage


class SharedEvents(BatchedFields):
    """Executes one operation, or one message of a stream."""

    def execute_operation(self, *args: Any) -> Any:
        """The answer, or an awaitable of it; that of a shared message only once."""
        message = self.root_value
        if not isinstance(message, StreamMessage) or message.answers is None:
            return super().execute_operation(*args)
        return self._shared(message.answers, args)

    async def _shared(self, answers: dict[Any, Any], args: Any) -> ExecutionResult:
        key = (id(self.operation), self._selected_values())
        if key not in answers:
            answers[key] = self.operation, asyncio.ensure_future(self._alone(args))
        answer: ExecutionResult = await asyncio.shield(answers[key][1])
        return await self._alone(args) if answer.errors else answer

    async def _alone(self, args: Any) -> ExecutionResult:
        answer: Any = super().execute_operation(*args)
        done: ExecutionResult = await answer if self.is_awaitable(answer) else answer
        return done

    def _selected_values(self) -> str:
        """The variables that the selection uses: those of the root field have made the source."""
        if not self.operation.variable_definitions:
            return ""
        names = _names_in_selection(self.operation, self.fragments)
        given = self.variable_values.coerced
        return repr([(name, given.get(name)) for name in sorted(names)])


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def selected_variables(document: DocumentNode) -> list[str]:
    """The variables that are used below the operations' root fields, by name."""
    found = _Variables()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for root in definition.selection_set.selections:
                _visit_below(root, found)
        else:
            visit(definition, found)
    return sorted(found.names)


def _names_in_selection(operation: OperationDefinitionNode, fragments: Any) -> set[str]:
    found = _Variables()
    for root in operation.selection_set.selections:
        _visit_below(root, found)
    for fragment in fragments.values():
        visit(getattr(fragment, "definition", fragment), found)
    return found.names


def _visit_below(root: SelectionNode, visitor: Visitor) -> None:
    """All of a root field but its arguments."""
    for node in (*(root.directives or ()), getattr(root, "selection_set", None)):
        if node is not None:
            visit(node, visitor)
