"""From a request or a socket to the context of an operation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from starlette.requests import HTTPConnection

from domain import clock
from domain.database import Database
from domain.job_types import Catalogue
from domain.live.groups import Groups
from domain.live.history import position_now
from domain.live.hub import Hub
from domain.permissions import Viewer
from domain.settings import Settings
from domain.transaction import in_transaction
from resolvers.loaders import DocumentReads
from resolvers.moments import Moments
from schema.context import Context
from web.security import is_same_origin
from web.sign_in import authenticate, cookie_name
from web.sign_in.known_callers import KnownCallers

Authenticate = Callable[[], Awaitable[Viewer | None]]


@dataclass(frozen=True)
class Credentials:
    """A bearer token or a session's cookie, and from where they came."""

    bearer: str | None
    cookie: str | None
    address: str | None
    settings: Settings
    known: KnownCallers | None

    async def ask(self) -> Viewer | None:
        """Whose they are, by the database."""
        viewer = await authenticate(
            self.bearer, self.cookie, settings=self.settings, now=clock.now()
        )
        return None if viewer is None else replace(viewer, address=self.address)

    async def ask_again(self) -> Viewer | None:
        """The same, as the feed knows it: for whoever asks before every message."""
        if self.known is None:
            return await self.ask()
        return await self.known.ask((self.bearer, self.cookie, self.address), self.ask)


@dataclass(frozen=True)
class Contexts:
    """Makes the contexts of one process."""

    settings: Settings
    database: Database
    hub: Hub
    catalogue: Catalogue
    signing_key: bytes
    callers: KnownCallers | None = None
    moments: Moments = field(default_factory=Moments)
    groups: Groups = field(default_factory=Groups)

    def by_connection(
        self, connection: HTTPConnection, authorization: str | None = None
    ) -> "Credentials":
        """What the connection's caller came with.

        `authorization` is what a socket's client said in its first message; a request has a
        header of that name. A cookie counts only from our own pages.
        """
        bearer = authorization or connection.headers.get("authorization")
        cookie = connection.cookies.get(cookie_name(self.settings))
        cookie = cookie if is_same_origin(connection.headers) else None
        address = connection.client.host if connection.client else None
        return Credentials(bearer, cookie, address, self.settings, self.callers)

    async def make(self, ask: Authenticate, again: Authenticate | None = None) -> Context:
        """A context for the caller that `ask` tells of; streams ask `again` for every message."""
        return Context(
            moments=self.moments,
            groups=self.groups,
            viewer=await ask(),
            settings=self.settings,
            now=clock.now,
            catalogue=self.catalogue,
            hub=self.hub,
            signing_key=self.signing_key,
            position=lambda: position_now(self.database),
            transaction=partial(in_transaction, self.database),
            authenticate=again or ask,
            new_reads=DocumentReads,
        )
