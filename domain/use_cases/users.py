"""Create and change user accounts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict
from uuid import uuid4

from domain.database import AFTER, DuplicateKey, Row
from domain.documents import Counter, Lane, LoginSession, SignInToken, User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, InUse, LaneRefused, NotFound, RevisionConflict
from domain.passwords import hash_password, require_good
from domain.permissions import Permission, UserRole, require
from domain.use_cases.context import Request
from domain.use_cases.queue import HIGHEST_PRIORITY
from domain.use_cases.storable import require_storable

MAX_TEXT = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,63}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_ADMINISTRATORS = "administrators"
"""The counter that every change to who is an administrator raises: of two at the same time, the
second sees what the first has done."""


@dataclass(frozen=True)
class UserRef:
    """A user by the document's id, or by name."""

    id: str | None = None
    name: str | None = None

    @property
    def query(self) -> Row:
        """The query that matches the user."""
        return {"name": self.name} if self.id is None else {"_id": self.id}


class UserChanges(TypedDict, total=False):
    """What is to change; a key that is not there is left alone."""

    email: str | None
    first_name: str
    last_name: str
    role: UserRole
    lanes: Sequence[str]
    may_set_priority: bool
    default_priority: int | None
    disabled: bool


async def find_user(wanted: UserRef) -> User:
    """The user; raises NotFound."""
    user = await User.find_one(wanted.query)
    if user is None:
        raise NotFound("There is no such user.", path=["user"])
    return user


async def create_user(
    request: Request, *, name: str, password: str | None, values: UserChanges
) -> User:
    """Make an account; may use all present lanes unless `values` name them.

    Without a password it can sign in by a one-time token only.
    Raises Forbidden, BadInput (also BAD_PASSWORD), LaneRefused, InUse (NAME_TAKEN).
    """
    require(request.viewer, Permission.ADMIN)
    _require_name(name)
    await _require_acceptable(values)
    if password is not None:
        require_good(password, path="password")
    user = User(
        id=uuid4().hex,
        name=name,
        password_hash=None if password is None else await hash_password(password),
        created_at=request.now,
        **{"lanes": await _lane_names(), **values},
    )
    try:
        await user.insert()
    except DuplicateKey as error:
        raise InUse(f"There is a user {name} already.", code=ErrorCode.NAME_TAKEN) from error
    return user


async def update_user(
    request: Request, wanted: UserRef, changes: UserChanges, *, expected_revision: int | None = None
) -> User:
    """Change an account; one that is disabled is signed out everywhere.

    To be run in a transaction, which makes the rule hold that an administrator remains.
    Raises Forbidden, NotFound, BadInput (also LAST_ADMIN), LaneRefused, RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    await _require_acceptable(changes)
    user = await find_user(wanted)
    if changes.get("role", UserRole.ADMIN) is not UserRole.ADMIN or changes.get("disabled"):
        await _require_another_admin(user)
    changed = await write_user(user, dict(changes), expected_revision)
    if changed.disabled:
        await sign_out_everywhere(user.id)
    return changed


async def write_user(user: User, values: Row, expected_revision: int | None) -> User:
    """Set these values in one conditional write; raises RevisionConflict and NotFound."""
    guard: Row = {"_id": user.id}
    if expected_revision is not None:
        guard["revision"] = expected_revision
    update: Row = {"$inc": {"revision": 1}} | ({"$set": values} if values else {})
    row = await User.rows().find_one_and_update(guard, update, return_document=AFTER)
    if row is not None:
        return User.from_row(row)
    present = await find_user(UserRef(id=user.id))
    raise RevisionConflict(
        f"User {user.name} was changed meanwhile.",
        expected=expected_revision or 0,
        current=present.revision,
        object_id=user.id,
        kind="user",
    )


async def sign_out_everywhere(user_id: str, *, but: str | None = None) -> None:
    """End the user's sessions, except the session with the id `but`; sign-in links too."""
    await LoginSession.rows().delete_many({"user_id": user_id, "_id": {"$ne": but}})
    await SignInToken.rows().delete_many({"user_id": user_id})


async def _require_another_admin(user: User) -> None:
    await Counter.rows().update_one({"_id": _ADMINISTRATORS}, {"$inc": {"last": 1}}, upsert=True)
    others = {"role": UserRole.ADMIN, "disabled": False, "_id": {"$ne": user.id}}
    if await User.rows().count_documents(others, limit=1) == 0:
        raise BadInput(
            "At least one enabled administrator must remain.",
            path=["user"],
            code=ErrorCode.LAST_ADMIN,
        )


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadInput(
            "A user name has 1 to 64 letters, digits and the marks . _ @ + -, "
            "and begins with a letter or digit.",
            path=["name"],
            constraint=_NAME.pattern,
        )


async def _require_acceptable(values: UserChanges) -> None:
    require_storable(dict(values), ())
    for key, path in (("first_name", "firstName"), ("last_name", "lastName"), ("email", "email")):
        _require_short(values.get(key), path)
    email = values.get("email")
    if email is not None and not _EMAIL.fullmatch(email):
        raise BadInput("This is not an e-mail address.", path=["email"], constraint=_EMAIL.pattern)
    _require_priority(values.get("default_priority"))
    await _require_lanes(values.get("lanes", ()))


def _require_short(text: object, path: str) -> None:
    if isinstance(text, str) and len(text) > MAX_TEXT:
        limit = f"max_length={MAX_TEXT}"
        raise BadInput(f"At most {MAX_TEXT} characters.", path=[path], constraint=limit)


def _require_priority(priority: int | None) -> None:
    if priority is not None and not 0 <= priority <= HIGHEST_PRIORITY:
        raise BadInput(
            f"A priority is between 0 and {HIGHEST_PRIORITY}.",
            path=["defaultPriority"],
            constraint=f"0 <= priority <= {HIGHEST_PRIORITY}",
        )


async def _require_lanes(names: Iterable[str]) -> None:
    known = set(await _lane_names())
    for name in names:
        if name not in known:
            raise LaneRefused(f"There is no lane {name}.", lane=name, allowed=sorted(known))


async def _lane_names() -> list[str]:
    return [row["_id"] async for row in Lane.rows().find({}, {"_id": 1}).sort("_id", 1)]
