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


class GrantPlace(BaseModel):
    """Where the attempt that holds tokens runs: what it takes to see whether it is dead.

    `hostname` is what that machine calls itself. Directories are absolute.
    """

    hostname: str
    directory: str
    project_dir: str
    token: str


class HeldTokens(BaseModel):
    """Tokens held by one attempt of one instance; `key` is "job#attempt"."""

    key: str
    tokens: int
    instance_id: str
    place: GrantPlace | None = None


class PoolMember(BaseModel):
    """An instance that shares the pool; it is dead once `alive_until` has passed (server's clock).

    `queued`: its jobs that wait and need tokens. `alive`: whether it lived when the pool was
    copied; the shared document itself does not say so.
    """

    name: str
    alive_until: datetime
    queued: int = 0
    alive: bool = True


class TokenPool(Record):
    """GPU tokens, in one document with the id "pool"; `used` is always the sum of `held`.

    The maps are by instance. `terms`: the term of its scheduler below which nothing is taken.
    `reserved`: how many tokens the others always leave to it. `members`: who shares the pool;
    empty while one instance has it alone.
    """

    id: str = POOL_ID
    token_limit: int | None = None
    used: int = 0
    held: list[HeldTokens] = Field(default_factory=list)
    terms: dict[str, int] = Field(default_factory=dict)
    reserved: dict[str, int] = Field(default_factory=dict)
    members: dict[str, PoolMember] = Field(default_factory=dict)
    revision: int = 1

    def used_by(self, instance_id: str) -> int:
        """The tokens that attempts of the instance hold."""
        return sum(grant.tokens for grant in self.held if grant.instance_id == instance_id)

    def kept_from(self, instance_id: str) -> int:
        """The tokens that are free, but reserved for other instances."""
        others = {id: n for id, n in self.reserved.items() if id != instance_id}
        return sum(max(0, reserved - self.used_by(id)) for id, reserved in others.items())

    def available_to(self, instance_id: str) -> int | None:
        """The tokens that the instance may take now; None: any number."""
        if self.token_limit is None:
            return None
        return max(0, self.token_limit - self.used - self.kept_from(instance_id))

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
