"""Guessing passwords is slow: few tries a minute, counted in the database for all processes."""

from datetime import datetime, timedelta

from domain.database import AFTER
from domain.documents import SignInTries
from domain.secrets_at_rest import hashed

MOST_TRIES = 5
WINDOW_S = 60
TOO_OFTEN = "Too many tries. Wait a minute, and try again."


async def may_try(name: str, address: str, *, now: datetime) -> bool:
    """Count one try for this user from this address; False once there were too many.

    A try counts before the password is looked at, so that many at once gain nothing.
    """
    row = await SignInTries.rows().find_one_and_update(
        {"_id": _key(name, address, now)},
        {
            "$inc": {"tries": 1},
            "$setOnInsert": {"expires_at": now + timedelta(seconds=2 * WINDOW_S)},
        },
        upsert=True,
        return_document=AFTER,
    )
    assert row is not None, "the count was just made"
    return SignInTries.from_row(row).tries <= MOST_TRIES


async def forget_tries(name: str, address: str, *, now: datetime) -> None:
    """Begin anew: the user is who they say."""
    await SignInTries.rows().delete_one({"_id": _key(name, address, now)})


def _key(name: str, address: str, now: datetime) -> str:
    """Hashed: a name typed into the wrong field may be a password."""
    minute = int(now.timestamp()) // WINDOW_S
    return hashed(f"{name}\n{address}\n{minute}")
