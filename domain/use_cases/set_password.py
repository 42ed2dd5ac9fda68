"""Set a password: one's own with the present one, anybody's as an administrator."""

from domain.documents import User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, Forbidden
from domain.passwords import hash_password, is_password, require_good
from domain.permissions import Permission, require
from domain.use_cases.context import Request
from domain.use_cases.users import UserRef, find_user, sign_out_everywhere, write_user


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
    elif not await is_password(current_password or "", user.password_hash):
        raise BadInput(
            "The present password is not right.",
            path=["currentPassword"],
            code=ErrorCode.BAD_PASSWORD,
        )
