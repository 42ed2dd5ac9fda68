"""Reading accounts and their API tokens."""

from collections.abc import Iterable

from strawberry.dataloader import DataLoader

from domain.documents import ApiToken, User
from resolvers.batches import by_id, everything
from resolvers.listings import accounts, tokens_of
from schema.context import Context
from schema.paging import Page, Window


class AccountReads:
    """The part of the reading side that is about accounts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._users = by_id(User, everything)
        self._tokens = by_id(ApiToken, everything)
        self._tokens_of = DataLoader(load_fn=tokens_of)

    async def user(self, id: str) -> User | None:
        """The account."""
        return await self._users.load(id)

    async def users(self, ids: Iterable[str]) -> list[User]:
        """Those of the accounts that exist, in order."""
        return [user for user in await self._users.load_many(list(ids)) if user]

    async def user_page(self, window: Window) -> Page[User]:
        """A page of accounts, by name."""
        return await accounts(self._context, window)

    async def api_tokens(self, user_id: str) -> list[ApiToken]:
        """The account's tokens, newest first."""
        return await self._tokens_of.load(user_id)

    async def api_token(self, id: str) -> ApiToken | None:
        """The token, if it is the caller's or the caller is an administrator."""
        token, caller = await self._tokens.load(id), self._context.caller
        return token if token and (caller.is_admin or token.user_id == caller.user_id) else None
