"""From what a request carries to the caller: a bearer token or a session cookie."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from domain.documents import ApiToken, User
from domain.instance import ensure_admin
from domain.permissions import Permission, Viewer
from domain.secrets_at_rest import hashed
from domain.settings import Settings
from web.sign_in.sessions import session_of

NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is known when a user or a token was last here."""


async def authenticate(
    authorization: str | None, cookie: str | None, *, settings: Settings, now: datetime
) -> Viewer | None:
    """The caller; None without good credentials.

    `authorization` is the header's text ("Bearer …"), `cookie` the value of the session cookie.
    A bearer token that is there but wrong is not made good by a cookie.
    """
    if authorization is not None:
        scheme, _, secret = authorization.partition(" ")
        return await _bearer(secret.strip(), settings, now) if scheme.lower() == "bearer" else None
    if cookie is None:
        return None
    session = await session_of(cookie, now=now)
    if session is None:
        return None
    viewer = await _viewer_of(session.user_id, now)
    if viewer is None:
        return None
    return replace(viewer, session_id=session.id, expires_at=session.expires_at)


async def _viewer_of(user_id: str, now: datetime) -> Viewer | None:
    """The user as a caller who may do all that a user may; None if gone or disabled."""
    user = await User.get(user_id)
    if user is None or user.disabled:
        return None
    if _is_worth_noting(user.last_active_at, now):
        seen = {"_id": user.id, "last_active_at": user.last_active_at}
        await User.rows().update_one(seen, {"$set": {"last_active_at": now}})
    return Viewer(
        user_id=user.id,
        name=user.name,
        role=user.role,
        lanes=frozenset(user.lanes),
        may_set_priority=user.may_set_priority,
        default_priority=user.default_priority,
    )


async def _bearer(secret: str, settings: Settings, now: datetime) -> Viewer | None:
    admin_token = settings.admin_token
    if admin_token is not None and _same(secret, admin_token.get_secret_value()):
        return await _viewer_of((await ensure_admin(now)).id, now)
    token = await ApiToken.find_one({"secret_hash": hashed(secret)})
    if token is None or token.revoked_at is not None:
        return None
    if token.expires_at is not None and token.expires_at <= now:
        return None
    ranked = [p for p in Permission if p in token.scopes]
    if not ranked:
        return None
    if _is_worth_noting(token.last_used_at, now):
        seen = {"_id": token.id, "last_used_at": token.last_used_at}
        await ApiToken.rows().update_one(seen, {"$set": {"last_used_at": now}})
    viewer = await _viewer_of(token.user_id, now)
    if viewer is None:
        return None
    return replace(
        viewer,
        cap=ranked[-1],
        token_id=token.id,
        token_name=token.name,
        expires_at=token.expires_at,
    )


def _is_worth_noting(last: datetime | None, now: datetime) -> bool:
    """Once a minute, so that reading costs no write."""
    return last is None or now - last >= NOTED_EVERY


def _same(given: str, expected: str) -> bool:
    return bool(expected) and secrets.compare_digest(given.encode(), expected.encode())
