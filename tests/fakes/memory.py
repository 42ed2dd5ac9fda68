"""A database in memory that is bound to the documents once and emptied after each test."""

from typing import Any

from mongomock_motor import AsyncMongoMockClient

from domain.database import Collection, Database, register
from domain.documents import DOCUMENTS


class Memory:
    """One database without a server; it has no change streams, transactions or $$NOW."""

    def __init__(self) -> None:
        client: AsyncMongoMockClient[dict[str, Any]] = AsyncMongoMockClient(tz_aware=True)
        self.database: Database = client["test"]
        self._bound: list[Collection] = []

    async def bind(self) -> None:
        """Have the documents in this database, unless they are: to bind them takes 20 ms."""
        if not self._bound or not self._holds_all():
            await register(self.database, DOCUMENTS)
            self._bound = [document.get_motor_collection() for document in DOCUMENTS]

    def _holds_all(self) -> bool:
        """False once a test has bound the documents to a database of its own."""
        pairs = zip(DOCUMENTS, self._bound, strict=True)
        return all(document.get_motor_collection() is bound for document, bound in pairs)

    async def clear(self) -> None:
        """Forget every document; the indexes stay."""
        for name in await self.database.list_collection_names():
            await self.database[name].delete_many({})
