"""Browser sessions: a cookie's secret on one side, its hash on the other."""

from datetime import datetime, timedelta

from domain.documents import LoginSession
from domain.secrets_at_rest import hashed, new_secret
from domain.settings import Settings


def cookie_name(settings: Settings) -> str:
    """The cookie's name; it holds the port, since cookies do not tell ports apart."""
    return f"lanekeeper_session_{settings.port}"


async def open_session(user_id: str, *, settings: Settings, now: datetime) -> str:
    """Sign the user in; returns the secret for the cookie."""
    secret = new_secret()
    expires_at = now + timedelta(seconds=settings.session_ttl_s)
    session = LoginSession(
        id=hashed(secret), user_id=user_id, created_at=now, expires_at=expires_at
    )
    await session.insert()
    return secret


async def close_session(secret: str) -> None:
    """Sign out; does nothing for an unknown secret."""
    await LoginSession.rows().delete_one({"_id": hashed(secret)})


async def session_of(secret: str, *, now: datetime) -> LoginSession | None:
    """The session of the cookie; None if it is unknown or has expired."""
    session = await LoginSession.get(hashed(secret))
    return session if session is not None and session.expires_at > now else None
