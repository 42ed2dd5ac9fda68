"""What nested fields may use: the caller, the clock, and a reading side that loads in batches."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote

import strawberry

from domain.clock import Clock
from domain.job_types import Catalogue
from domain.live.cursor import CursorSigner, Position
from domain.live.groups import Group, Groups, Outlet
from domain.live.hub import Hub
from domain.permissions import Viewer
from domain.settings import Settings
from domain.signing import address_expiry, sign_path
from domain.transaction import Transaction
from domain.use_cases.context import Request
from schema.reads import Reads


class Moment(Protocol):
    """What readers with the same rights share at one place of the feed."""

    reads: Reads
    messages: dict[Hashable, Any]


class Moments(Protocol):
    """The moments of this process."""

    def at(self, context: "Context", position: Position) -> Moment:
        """The moment of `position` for readers with the rights of the context's caller."""
        ...


@dataclass
class Context:
    """The context of one operation. `viewer` is None for an anonymous caller, who is refused.

    `authenticate` tells who the caller is now: a stream asks it before every message. `position`
    is a place in the feed at or behind every write acknowledged so far. `last_event_id` is the
    cursor of the last event that a client of server-sent events got before it came back.

    `asked` is equal for operations that ask the same. `outlet` is there if the operation's
    messages can be those of a group; `group` if the operation is run for one.
    """

    viewer: Viewer | None
    settings: Settings
    now: Clock
    catalogue: Catalogue
    hub: Hub
    signing_key: bytes
    position: Callable[[], Awaitable[Position]]
    transaction: Transaction
    authenticate: Callable[[], Awaitable[Viewer | None]]
    new_reads: Callable[["Context"], Reads]
    moments: Moments
    groups: Groups = field(default_factory=Groups)
    last_event_id: str | None = None
    asked: Hashable = None
    outlet: Outlet | None = None
    group: Group | None = None
    reads: Reads = field(init=False)
    moment: Moment | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self, position: Position | None = None) -> None:
        """Forget all that was read: the next read sees the present.

        With a position that the feed has reached, what is read is shared with all readers there.
        """
        self.moment = None if position is None else self.moments.at(self, position)
        self.reads = self.new_reads(self) if self.moment is None else self.moment.reads

    @property
    def caller(self) -> Viewer:
        """The viewer of an operation that was let in."""
        assert self.viewer is not None, "an anonymous operation was let in"
        return self.viewer

    @property
    def request(self) -> Request:
        """What use cases are handed; its clock stands still at the present moment."""
        return Request(self.caller, self.now(), self.settings, self.catalogue)

    @property
    def cursors(self) -> CursorSigner:
        """Makes and reads cursors of streams."""
        return CursorSigner(self.signing_key)

    def file_url(self, project_uid: str, path: str) -> str:
        """The signed address of a file; `path` is relative to the project's directory."""
        token = sign_path(
            project_uid, path, self.signing_key, expires_at=address_expiry(self.now())
        )
        return f"{self.settings.base_path}/files/{token}/{quote(PurePosixPath(path).name)}"


Info = strawberry.Info[Context, None]
