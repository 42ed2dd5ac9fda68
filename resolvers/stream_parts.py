"""What several streams share: batches, objects that are gone, and sources of whole objects."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import strawberry

from domain.database import Row
from domain.live.changes import Kind
from domain.live.groups import Sent
from domain.live.hub import Dirty
from schema.context import Context
from schema.job import Job
from schema.node import global_id
from schema.streams import RemovedObject

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """`items` in pieces of at most `size`; one empty piece if there are none."""
    return [items[i : i + size] for i in range(0, len(items), size)] or [[]]


def removed(type_name: str, ids: Iterable[str], *, deleted: bool) -> list[RemovedObject]:
    """Objects that left a stream, by their documents' ids."""
    return [
        RemovedObject(
            id=strawberry.ID(global_id(type_name, id)), uid=_uid(type_name, id), deleted=deleted
        )
        for id in sorted(ids)
    ]


def _uid(type_name: str, id: str) -> str:
    """ "J42" of "P3-J42"; ids of other objects are what people call them."""
    return id.rpartition("-")[2] if type_name in ("Job", "Workspace") else id


class ResumedByPosition:
    """The part of a source whose cursors hold a position and nothing else."""

    sent: Sequence[Sent] | None = ()

    def resume_from(self, mark: int) -> bool:
        """Only a complete snapshot can be gone on from."""
        return mark == 0

    def is_void(self, dirty: Dirty) -> bool:  # noqa: ARG002 - every source is asked
        """Never: whole objects are sent, and their removal."""
        return False


class SentJobs:
    """The jobs that a reader has: what leaves the filter is told as removed, and nothing else is.

    A job that the reader may not see is told as removed only if it was sent before. A reader that
    came back has jobs that are not known here: all that could have left are told to it.
    """

    def __init__(self) -> None:
        self._sent: set[str] = set()
        self.is_known = False

    def start_anew(self) -> None:
        """The reader has nothing now, and will have what is noted."""
        self._sent, self.is_known = set(), True

    def note(self, ids: Iterable[str]) -> None:
        """These jobs are being sent."""
        self._sent = self._sent.union(ids)

    def kept(self) -> tuple[set[str], bool]:
        """The jobs' ids, and whether they are all."""
        return self._sent, self.is_known

    def restore(self, kept: tuple[set[str], bool]) -> None:
        """The reader has these."""
        self._sent, self.is_known = kept

    def join(self, kept: tuple[set[str], bool]) -> None:
        """One of the readers has these too: what leaves the filter is told to all of them."""
        self._sent, self.is_known = self._sent | kept[0], kept[1]

    async def changes(
        self, context: Context, dirty: Dirty, query: Row
    ) -> tuple[list[Job], list[RemovedObject]]:
        """Of the dirty jobs those that match `query`, and those that the reader loses."""
        touched = dirty.keys.get(Kind.JOBS, set())
        erased = dirty.deleted.get(Kind.JOBS, set())
        among = {"$and": [{"_id": {"$in": sorted(touched)}}, query]}
        found = await context.reads.jobs_where(among, limit=len(touched)) if touched else []
        matching = {job.id for job in found}
        visible = {job.id: job for job in await context.reads.jobs(sorted(touched - matching))}
        before = touched & self._sent
        lost = (before if self.is_known else before | set(visible)) - matching
        lost |= await self._shut(context, dirty)
        gone = {id for id in lost if id in visible and visible[id].deleted} | (erased & self._sent)
        self._sent = (self._sent | matching) - lost - erased
        shown = [Job.from_document(job) for job in found]
        return shown, [
            *removed("Job", lost - gone, deleted=False),
            *removed("Job", gone, deleted=True),
        ]

    async def _shut(self, context: Context, dirty: Dirty) -> set[str]:
        """Those sent of projects that changed, and that the reader may not see any more."""
        touched = dirty.keys.get(Kind.PROJECTS, set())
        visible = await context.reads.visible_uids() if touched else None
        if visible is None:
            return set()
        return {id for id in self._sent if id.partition("-")[0] in touched - visible}
