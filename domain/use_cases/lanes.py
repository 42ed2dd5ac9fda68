"""Create lanes."""

import re
from typing import Literal

from domain.database import DuplicateKey
from domain.documents import Lane, User
from domain.error_codes import ErrorCode
from domain.errors import BadInput, InUse
from domain.permissions import Permission, require
from domain.use_cases.context import Request

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


async def create_lane(
    request: Request,
    *,
    name: str,
    type: Literal["node", "cluster"],
    title: str | None = None,
    desc: str | None = None,
) -> Lane:
    """Make a lane and let every user queue to it; raises Forbidden, BadInput, InUse."""
    require(request.viewer, Permission.ADMIN)
    checked_name(name)
    lane = Lane(id=name, type=type, title=title or name, desc=desc, created_at=request.now)
    try:
        await lane.insert()
    except DuplicateKey as error:
        message = f"There is a lane {name} already."
        raise InUse(message, code=ErrorCode.NAME_TAKEN) from error
    await User.rows().update_many({}, {"$addToSet": {"lanes": name}, "$inc": {"revision": 1}})
    return lane


def checked_name(name: str) -> str:
    """The name of a lane or target; raises BadInput unless it is safe in files and commands."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            "A name has 1 to 64 letters, digits, dots, dashes and underscores, "
            "and begins with a letter or digit.",
            path=["name"],
            constraint=_NAME.pattern,
        )
    return name
