"""A request that was carried out under an idempotency key, with what it answered."""

from datetime import datetime
from typing import Any

from pydantic import Field

from domain.database import index
from domain.documents.record import Record

KEPT_S = 24 * 3600
"""How long a repeated request gets the first one's answer (08-graphql, "Idempotency")."""


class IdempotencyKey(Record):
    """One request; its id is "user|mutation|key", so one user's keys never meet another's.

    `input_mark` tells inputs apart without holding them. `answer` leads to what was answered.
    """

    id: str
    input_mark: str
    answer: dict[str, Any] | None = Field(default=None)  # JSON, of resolvers/replay.py
    operation_id: str | None = None
    created_at: datetime

    class Settings:
        """Collection and indexes; the database forgets keys once they are old."""

        name = "idempotency_keys"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("created_at", expire_after_s=KEPT_S),
        ]
