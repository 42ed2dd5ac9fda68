"""Set a password: one's own with the present one, anybody's as an administrator."""

from domain.documents import User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, Forbidden
from domain.guessing import TOO_OFTEN, may_try
from domain.passwords import hash_password, is_password, require_good
from domain.permissions import Permission, require
from domain.transaction import outside_transaction
from domain.use_cases.context import Request
from domain.use_cases.users import UserRef, find_user, sign_out_everywhere, write_user

_HERE = "setPassword"
"""In place of an address: guesses by a session count together, wherever it is used."""


async def set_password(
    request: Request,
    *,
    new_password: str,
    current_password: str | None = None,
    wanted: UserRef | None = None,
    expected_revision: int | None = None,
) -> User:
    """Set a user's password, the caller's by default; ends the user's other sessions.

    Raises Forbidden, NotFound, BadInput (BAD_PASSWORD) and RevisionConflict.
    """
    require(request.viewer, Permission.READ)
    user = await find_user(wanted or UserRef(id=request.viewer.user_id))
    if user.id == request.viewer.user_id:
        await _require_own(request, user, current_password)
    else:
        require(request.viewer, Permission.ADMIN)
    require_good(new_password, path="newPassword")
    values = {"password_hash": await hash_password(new_password)}
    changed = await write_user(user, values, expected_revision)
    await sign_out_everywhere(user.id, but=request.viewer.session_id)
    return changed


async def _require_own(request: Request, user: User, current_password: str | None) -> None:
    """That it is the user who asks: by the present password, or by a sign-in if there is none.

    A token's scopes would be worth nothing if it could give its user a password to sign in with.
    """
    if user.password_hash is None:
        if request.viewer.cap is not Permission.ADMIN:
            message = "Sign in to set a first password; a token of this scope may not."
            raise Forbidden(message, required=Permission.ADMIN)
        return
    with outside_transaction():  # a refused try counts, though its request is undone
        if not await may_try(user.id, _HERE, now=request.now):
            raise _bad_password(TOO_OFTEN)
    if not await is_password(current_password or "", user.password_hash):
        raise _bad_password("The present password is not right.")


def _bad_password(message: str) -> BadInput:
    return BadInput(message, path=["currentPassword"], code=ErrorCode.BAD_PASSWORD)
