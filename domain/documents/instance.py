"""What exists once: the instance's settings, the token pool, the lease, the counters."""

from datetime import datetime

from pydantic import BaseModel, Field

from domain.documents.record import Record

INSTANCE_ID = "instance"
POOL_ID = "pool"
LEASE_ID = "scheduler"


class Instance(Record):
    """The instance's settings, in one document with the id "instance".

    `signing_key` signs cursors and file addresses; it never leaves the server.
    `machine_registered`: the first scheduler has made this machine a target, or found one.
    `ageing_minutes` to `patience_minutes`: how the queue is ordered (`scheduler/order.py`).
    """

    id: str = INSTANCE_ID
    instance_id: str
    name: str
    signing_key: bytes
    revision: int = 1
    default_lane: str | None = None
    default_priority: int = 0
    maintenance: bool = False
    banner_message: str | None = None
    import_lane_override: str | None = None
    machine_registered: bool = False
    ageing_minutes: int = 60
    ageing_limit: int = 20
    fair_share: float = 0.0
    patience_minutes: int = 30
    created_at: datetime

    class Settings:
        """Collection."""

        name = "instances"


class HeldTokens(BaseModel):
    """Tokens held by one attempt; `key` is "job#attempt"."""

    key: str
    tokens: int
    instance_id: str


class TokenPool(Record):
    """GPU tokens, in one document with the id "pool"; `used` is always the sum of `held`.

    `terms`: instance → the term of its scheduler below which nothing is taken.
    """

    id: str = POOL_ID
    token_limit: int | None = None
    used: int = 0
    held: list[HeldTokens] = Field(default_factory=list)
    terms: dict[str, int] = Field(default_factory=dict)
    revision: int = 1

    class Settings:
        """Collection."""

        name = "token_pools"


class Lease(Record):
    """Who leads: one document with the id "scheduler", on the database server's clock."""

    id: str = LEASE_ID
    holder: str
    term: int
    expires_at: datetime
    ready_at: datetime | None = None

    class Settings:
        """Collection."""

        name = "leases"


class Counter(Record):
    """The last number given for a name such as "projects" or "P3:jobs"."""

    id: str
    last: int = 0

    class Settings:
        """Collection."""

        name = "counters"
