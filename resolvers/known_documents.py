"""Texts of operations that were found valid before: neither parsed nor validated again.

Whether a text is valid depends on the schema alone; limits, permissions and variables are looked
at for every request.
"""

from collections import OrderedDict
from collections.abc import Iterator

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

MOST_TEXTS = 500
LONGEST_TEXT = 20_000
"""Characters; together at most ten megabytes of text."""

Memory = OrderedDict[str, DocumentNode]
"""Text → its document; the one that was used longest ago comes first."""


class KnownDocuments(SchemaExtension):
    """Remembers valid documents in `memory`, which the operations of one schema share."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def on_parse(self) -> Iterator[None]:
        """Take the document from memory, if the text is known."""
        execution = self.execution_context
        known = self._memory.get(execution.query or "")
        if known is not None:
            execution.graphql_document = known
            self._memory.move_to_end(execution.query or "")
        yield

    def on_validate(self) -> Iterator[None]:
        """Leave no errors for a known document, unless another extension has found some."""
        execution = self.execution_context
        text, document = execution.query or "", execution.graphql_document
        known = document is not None and self._memory.get(text) is document
        if known and execution.pre_execution_errors is None:
            execution.pre_execution_errors = []
        yield
        valid = document is not None and not execution.pre_execution_errors
        if valid and not known and len(text) <= LONGEST_TEXT:
            self._remember(text, document)

    def _remember(self, text: str, document: DocumentNode | None) -> None:
        assert document is not None
        self._memory[text] = document
        while len(self._memory) > MOST_TEXTS:
            self._memory.popitem(last=False)
