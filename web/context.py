"""From a request or a socket to the context of an operation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from starlette.requests import HTTPConnection

from domain import clock
from domain.database import Database
from domain.job_types import Catalogue
from domain.live.history import position_now
from domain.live.hub import Hub
from domain.permissions import Viewer
from domain.settings import Settings
from domain.transaction import in_transaction
from resolvers.loaders import DocumentReads
from schema.context import Context
from web.security import is_same_origin
from web.sign_in import authenticate, cookie_name

Authenticate = Callable[[], Awaitable[Viewer | None]]


@dataclass(frozen=True)
class Contexts:
    """Makes the contexts of one process."""

    settings: Settings
    database: Database
    hub: Hub
    catalogue: Catalogue
    signing_key: bytes

    def by_connection(
        self, connection: HTTPConnection, authorization: str | None = None
    ) -> Authenticate:
        """Who the connection's caller is, asked anew each time.

        `authorization` is what a socket's client said in its first message; a request has a
        header of that name. A cookie counts only from our own pages.
        """
        bearer = authorization or connection.headers.get("authorization")
        cookie = connection.cookies.get(cookie_name(self.settings))
        cookie = cookie if is_same_origin(connection.headers) else None
        address = connection.client.host if connection.client else None

        async def ask() -> Viewer | None:
            viewer = await authenticate(bearer, cookie, settings=self.settings, now=clock.now())
            return None if viewer is None else replace(viewer, address=address)

        return ask

    async def make(self, ask: Authenticate) -> Context:
        """A context for the caller that `ask` tells of."""
        return Context(
            viewer=await ask(),
            settings=self.settings,
            now=clock.now,
            catalogue=self.catalogue,
            hub=self.hub,
            signing_key=self.signing_key,
            position=lambda: position_now(self.database),
            transaction=partial(in_transaction, self.database),
            authenticate=ask,
            new_reads=DocumentReads,
        )
