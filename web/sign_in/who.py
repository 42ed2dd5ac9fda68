"""Whose credentials these are: of a one-time token, a token, or a user name and a password."""

from datetime import datetime

from domain.documents import User
from domain.guessing import TOO_OFTEN, forget_tries, may_try
from domain.passwords import is_password
from domain.settings import Settings
from web.sign_in.authenticate import authenticate
from web.sign_in.credentials import Credentials
from web.sign_in.one_time import consume_one_time_token


class SignInRefused(Exception):
    """Nobody is let in; the message is for people, `status` is that of HTTP."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


BAD_TOKEN = "This token is not valid, or was used before. Ask for a new address to open."
BAD_PASSWORD = "The user name or the password is not right."


async def user_of(given: Credentials, address: str, *, settings: Settings, now: datetime) -> str:
    """The id of the user who may come in; raises SignInRefused.

    A password takes as long for a user who is not there, and gets the same answer.
    """
    if given.name or given.password:
        return await _by_password(given, address, now)
    user_id = await consume_one_time_token(given.token, now=now)
    if user_id is not None:
        return user_id
    viewer = await authenticate(f"Bearer {given.token}", None, settings=settings, now=now)
    if viewer is None:
        raise SignInRefused(BAD_TOKEN)
    return viewer.user_id


async def _by_password(given: Credentials, address: str, now: datetime) -> str:
    if not await may_try(given.name, address, now=now):
        raise SignInRefused(TOO_OFTEN, status=429)
    user = await User.find_one({"name": given.name})
    is_right = await is_password(given.password, user.password_hash if user else None)
    if user is None or user.disabled or not is_right:
        raise SignInRefused(BAD_PASSWORD)
    await forget_tries(given.name, address, now=now)
    return user.id
