"""One-time tokens: printed in the URL that `lanekeeper serve` shows, good for one sign-in."""

from datetime import datetime, timedelta

from domain.documents import SignInToken
from domain.secrets_at_rest import hashed, new_secret

LIFETIME = timedelta(hours=24)


async def make_one_time_token(user_id: str, *, now: datetime) -> str:
    """A new token that signs this user in once, within a day; returns its secret."""
    secret = new_secret()
    await SignInToken(id=hashed(secret), user_id=user_id, expires_at=now + LIFETIME).insert()
    return secret


async def consume_one_time_token(secret: str, *, now: datetime) -> str | None:
    """The user's id, for the first who asks; None ever after, and for unknown or old tokens."""
    row = await SignInToken.rows().find_one_and_delete({"_id": hashed(secret)})
    if row is None or SignInToken.from_row(row).expires_at <= now:
        return None
    user_id: str = row["user_id"]
    return user_id
