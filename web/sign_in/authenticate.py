"""From what a request carries to the caller: a bearer token or a session cookie."""

import secrets
from datetime import datetime

from domain.documents import ApiToken, User
from domain.instance import ensure_admin
from domain.permissions import Permission, Viewer
from domain.settings import Settings
from web.sign_in.secrets_at_rest import hashed
from web.sign_in.sessions import user_of_session


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
    user_id = await user_of_session(cookie, now=now)
    return await viewer_of(user_id) if user_id is not None else None


async def viewer_of(user_id: str, cap: Permission = Permission.ADMIN) -> Viewer | None:
    """The user as a caller whose credentials reach as far as `cap`; None if gone or disabled."""
    user = await User.get(user_id)
    if user is None or user.disabled:
        return None
    return Viewer(
        user_id=user.id,
        name=user.name,
        role=user.role,
        lanes=frozenset(user.lanes),
        may_set_priority=user.may_set_priority,
        default_priority=user.default_priority,
        cap=cap,
    )


async def _bearer(secret: str, settings: Settings, now: datetime) -> Viewer | None:
    admin_token = settings.admin_token
    if admin_token is not None and _same(secret, admin_token.get_secret_value()):
        return await viewer_of((await ensure_admin(now)).id)
    token = await ApiToken.find_one({"secret_hash": hashed(secret)})
    if token is None or token.revoked_at is not None:
        return None
    if token.expires_at is not None and token.expires_at <= now:
        return None
    ranked = [p for p in Permission if p in token.scopes]
    return await viewer_of(token.user_id, ranked[-1]) if ranked else None


def _same(given: str, expected: str) -> bool:
    return bool(expected) and secrets.compare_digest(given.encode(), expected.encode())
