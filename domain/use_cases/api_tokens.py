"""Make and revoke API tokens: a script's own credentials, never more than its owner's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from domain.database import Row
from domain.documents import ApiToken
from domain.errors import BadInput, NotFound
from domain.permissions import Permission, require
from domain.secrets_at_rest import hashed, new_secret
from domain.use_cases.context import Request
from domain.use_cases.storable import require_storable

MARK = "lk_"
"""What every token's secret begins with, so that a scanner finds one that was published."""
SHOWN = len(MARK) + 6
"""Characters of the secret that are stored in clear, to recognise it by."""
MAX_NAME = 100


async def create_api_token(
    request: Request,
    *,
    name: str,
    scopes: Sequence[Permission],
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token of the caller's; returns it with its secret, which is stored nowhere.

    Raises BadInput, and Forbidden for a scope beyond the caller's own credentials.
    """
    require(request.viewer, Permission.READ)
    kept = _checked_scopes(request, scopes)
    if expires_at is not None and expires_at <= request.now:
        message = "A token expires in the future."
        raise BadInput(message, path=["expiresAt"], constraint="in the future")
    secret = MARK + new_secret()
    token = ApiToken(
        id=uuid4().hex,
        user_id=request.viewer.user_id,
        name=_checked_name(name),
        prefix=secret[:SHOWN],
        secret_hash=hashed(secret),
        scopes=kept,
        created_at=request.now,
        expires_at=expires_at,
    )
    await token.insert()
    return token, secret


async def revoke_api_token(request: Request, token_id: str) -> ApiToken:
    """Make a token worthless at once, for good; one's own, or as an administrator anybody's.

    One that is revoked already keeps its time. Raises Forbidden and NotFound.
    """
    require(request.viewer, Permission.READ)
    mine: Row = {} if request.viewer.is_admin else {"user_id": request.viewer.user_id}
    await ApiToken.rows().update_one(
        {"_id": token_id, "revoked_at": None, **mine}, {"$set": {"revoked_at": request.now}}
    )
    row = await ApiToken.rows().find_one({"_id": token_id, **mine})
    if row is None:
        raise NotFound("There is no such token.", path=["tokenId"])
    return ApiToken.from_row(row)


def _checked_scopes(request: Request, scopes: Sequence[Permission]) -> list[Permission]:
    if not scopes:
        message = "A token needs at least one scope."
        raise BadInput(message, path=["scopes"], constraint="at least one")
    for scope in scopes:
        require(request.viewer, scope)
    return [scope for scope in Permission if scope in scopes]


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not 1 <= len(stripped) <= MAX_NAME:
        message = f"A token's name has 1 to {MAX_NAME} characters."
        raise BadInput(message, path=["name"], constraint=f"1..{MAX_NAME} characters")
    require_storable({"name": stripped}, ())
    return stripped
