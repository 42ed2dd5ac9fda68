"""The revision that the caller saw: part of a write's own filter, and the reason when it fails."""

from typing import TypeVar

from domain.database import Row
from domain.documents.record import Record
from domain.errors import NotFound, RevisionConflict

R = TypeVar("R", bound=Record)


def at_revision(id: str, expected: int | None) -> Row:
    """The filter that matches the document `id` if the caller saw its present revision.

    None stands for a caller who does not say which one it saw.
    """
    return {"_id": id} if expected is None else {"_id": id, "revision": expected}


async def require_revision(kind: type[R], id: str, expected: int | None) -> R:
    """The document as it is now; raises NotFound, and RevisionConflict if it is not `expected`."""
    row = await kind.rows().find_one({"_id": id})
    name = kind.__name__
    if row is None:
        raise NotFound(f"There is no {name.lower()} {id}.")
    if expected is not None and expected != row["revision"]:
        raise RevisionConflict(
            f"{name} {id} has changed since you read it.",
            expected=expected,
            current=row["revision"],
            object_id=id,
            kind=name.lower(),
        )
    return kind.from_row(row)
