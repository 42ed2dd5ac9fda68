"""Operations named by their hash: automatic persisted queries, and a site's trusted documents.

A client sends `extensions.persistedQuery.sha256Hash` (Apollo, urql) or a `documentId` (GraphQL
over HTTP, appendix A) in place of the text; the same over HTTP, events and sockets.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphql import GraphQLError

MOST_TEXTS = 1_000
LONGEST_TEXT = 20_000
"""Characters; longer ones are run, but not remembered."""


class DocumentRefused(GraphQLError):
    """The operation's text is not known, not allowed or not what its hash says."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, extensions={"code": code})
        self.code = code


class UnusableManifest(Exception):
    """The manifest of trusted documents cannot be used; the message is for an administrator."""


def not_found() -> DocumentRefused:
    """What clients of automatic persisted queries wait for, word by word: they send the text."""
    return DocumentRefused("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")


class PersistedDocuments:
    """The texts that one process knows by hash; `trusted` maps ids to texts and never changes.

    `only_trusted`: nothing else is run, whoever asks.
    """

    def __init__(
        self, trusted: Mapping[str, str] | None = None, *, only_trusted: bool = False
    ) -> None:
        self._trusted = dict(trusted or {})
        self._allowed = frozenset(self._trusted.values())
        self._only_trusted = only_trusted
        self._learned: OrderedDict[str, str] = OrderedDict()

    def text_of(self, query: object, extensions: object, document_id: object = None) -> str | None:
        """The operation's text; None if the request names none. Raises DocumentRefused."""
        text = query if isinstance(query, str) and query else None
        given = extensions if isinstance(extensions, Mapping) else {}
        named = document_id or given.get("documentId")
        if isinstance(named, str):
            text = self._trusted.get(named.removeprefix("sha256:")) or text
            if text is None:
                raise DocumentRefused("No document has this id.", "DOCUMENT_NOT_FOUND")
        hashed = _hash_in(given)
        if hashed is not None:
            text = self._by_hash(hashed, text)
        if self._only_trusted and text is not None and text not in self._allowed:
            raise DocumentRefused("Only trusted documents are run here.", "DOCUMENT_NOT_TRUSTED")
        return text

    def _by_hash(self, hashed: str, text: str | None) -> str:
        known = self._trusted.get(hashed) or self._learned.get(hashed)
        if text is None:
            if known is None:
                raise not_found()
            return known
        if hashlib.sha256(text.encode()).hexdigest() != hashed:
            raise DocumentRefused("The hash is not that of the query.", "PERSISTED_QUERY_MISMATCH")
        if known is None and len(text) <= LONGEST_TEXT:
            self._learned[hashed] = text
            while len(self._learned) > MOST_TEXTS:
                self._learned.popitem(last=False)
        return text


def _hash_in(extensions: Mapping[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    if not isinstance(persisted, Mapping):
        return None
    hashed = persisted.get("sha256Hash")
    if persisted.get("version") != 1 or not isinstance(hashed, str):
        raise DocumentRefused("Unknown form of persisted query.", "PERSISTED_QUERY_NOT_SUPPORTED")
    return hashed.lower()


def read_manifest(path: Path) -> dict[str, str]:
    """From id to text, as relay-compiler and graphql-codegen write it: one JSON object.

    Raises UnusableManifest.
    """
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise UnusableManifest(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict) or not all(isinstance(t, str) for t in content.values()):
        raise UnusableManifest(f"{path} is no manifest of documents: it must map ids to texts.")
    return content
