"""The queue in memory: filled once, then kept true by the feed, so that a pass reads none of it.

The database is the truth. What is assigned from here is read again before it is launched.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.database import Row
from domain.documents import Job
from domain.live.changes import Kind
from domain.live.hub import Dirty, Reset
from domain.status import QueueStatus
from scheduler.queue_rows import (
    Entry,
    Parent,
    ProjectState,
    entry,
    obstacle,
    only_queued,
    parents_of,
    projects_of,
    queued_rows,
)
from scheduler.queued_job import Bucket, QueuedJob


class Buckets(dict[Bucket, list[QueuedJob]]):
    """Jobs by bucket, oldest first; no bucket is empty."""

    def add(self, job: QueuedJob) -> None:
        """Put the job into its bucket."""
        insort(self.setdefault(job.bucket, []), job, key=_age)

    def take_out(self, job: QueuedJob) -> None:
        """Take the job out of its bucket, where it must be."""
        jobs = self[job.bucket]
        del jobs[bisect_left(jobs, job.age_order, key=_age)]
        if not jobs:
            del self[job.bucket]


class ReadyQueue:
    """All queued jobs. `ready` may start; `placed` are those and the ones that wait for inputs."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.ready = Buckets()
        self.placed: dict[str, Buckets] = defaultdict(Buckets)
        self.changed: set[str] = set()
        """The jobs whose reason to wait may be another since this was last emptied."""
        self._entries: dict[str, Entry] = {}
        self._children: dict[str, set[str]] = defaultdict(set)
        self._of_project: dict[str, set[str]] = defaultdict(set)
        self._parents: dict[str, Parent] = {}
        self._projects: dict[str, ProjectState] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def __getitem__(self, id: str) -> Entry:
        return self._entries[id]

    def get(self, id: str) -> Entry | None:
        """The entry of the job, if it is queued."""
        return self._entries.get(id)

    async def load(self) -> None:
        """Read the whole queue anew."""
        entries = [entry(row) for row in await queued_rows()]
        self._forget()
        await self._learn(
            {id for one in entries for id, _ in one.needs}, {one.project_uid for one in entries}
        )
        for one in entries:
            self._take_in(one)

    async def apply(self, news: Dirty | Reset) -> bool:
        """Follow what the feed tells; True if the queue, or a reason to wait, is another now."""
        if isinstance(news, Reset):
            await self.load()
            return True
        jobs, projects = _touched(news, Kind.JOBS), _touched(news, Kind.PROJECTS)
        return await self.refresh(jobs, frozenset(projects))

    async def confirm(self, ids: Collection[str]) -> Mapping[str, Job]:
        """Read these jobs, then all their parents, again; those that are still as they were.

        What has changed is taken in, and left out of the answer.
        """
        before = {id: self._entries[id] for id in ids if id in self._entries}
        rows = await Job.rows().find({"_id": {"$in": sorted(before)}}).to_list(None)
        await self._read_again(set(ids), only_queued(rows))
        same = [id for id in before if id in self and self[id].job == before[id].job]
        documents = {row["_id"]: Job.from_row(row) for row in rows}
        return {id: documents[id] for id in same if id in documents}

    def note_told(self, id: str, told: Mapping[str, object]) -> None:
        """We have written this to the job's document, as the next change after what we read."""
        if id in self:
            one = self._entries[id]
            self._entries[id] = replace(one, told=told, revision=one.revision + 1)

    async def refresh(self, jobs: set[str], projects: frozenset[str] = frozenset()) -> bool:
        """Read these again, and what they depend on; True if the queue is another now."""
        return await self._read_again(jobs, await queued_rows(jobs), projects)

    async def _read_again(
        self, jobs: set[str], rows: Sequence[Row], projects: frozenset[str] = frozenset()
    ) -> bool:
        """Take in the rows of those of `jobs` that are queued, and read what they depend on."""
        found = {row["_id"]: entry(row) for row in rows}
        gone = [id for id in jobs if id in self and id not in found]
        for id in gone:
            self._remove(id)
        needed = {id for one in found.values() for id, _ in one.needs}
        touched = await self._learn(
            needed | {id for id in jobs if id in self._children},
            {one.project_uid for one in found.values()}
            | {uid for uid in projects if uid in self._of_project},
        )
        others = {id: self[id] for id in touched if id in self}
        news = [self._take_in(one) for one in {**others, **found}.values()]
        return bool(gone) or any(news)

    async def _learn(self, parents: set[str], projects: set[str]) -> set[str]:
        """Read parents and projects; the jobs that depend on one that is another now."""
        touched: set[str] = set()
        for id, parent in (await parents_of(parents)).items():
            if self._parents.get(id) != parent:
                self._parents[id] = parent
                touched |= self._children.get(id, set())
        for uid, project in (await projects_of(projects)).items():
            if self._projects.get(uid) != project:
                self._projects[uid] = project
                touched |= self._of_project.get(uid, set())
        return touched

    def _take_in(self, one: Entry) -> bool:
        """Put the job where it belongs now; False if it stood there already."""
        kept_back = obstacle(one, self._projects, self._parents)
        one = replace(one, job=replace(one.job, obstacle=kept_back))
        before = self._entries.get(one.job.id)
        if before is not None and replace(before, revision=one.revision) == one:
            self._entries[one.job.id] = one
            return False
        if before is not None:
            self._take_out(before)
        self._put(one)
        self._forget_unused(before)
        return True

    def _put(self, one: Entry) -> None:
        job = one.job
        self._entries[job.id] = one
        self._of_project[one.project_uid].add(job.id)
        for id, _ in one.needs:
            self._children[id].add(job.id)
        if has_place(job):
            self.placed[job.shape.lane].add(job)
        if job.obstacle is None:
            self.ready.add(job)
        self.changed.add(job.id)

    def _remove(self, id: str) -> None:
        one = self._entries.pop(id)
        self._take_out(one)
        self._forget_unused(one)
        self.changed.discard(id)

    def _take_out(self, one: Entry) -> None:
        job = one.job
        self._of_project[one.project_uid].discard(job.id)
        for parent, _ in one.needs:
            self._children[parent].discard(job.id)
        if has_place(job):
            self.placed[job.shape.lane].take_out(job)
        if job.obstacle is None:
            self.ready.take_out(job)

    def _forget_unused(self, one: Entry | None) -> None:
        """Forget what nobody depends on any more of all that this entry depended on."""
        if one is None:
            return
        if not self._of_project[one.project_uid]:
            del self._of_project[one.project_uid]
            self._projects.pop(one.project_uid, None)
        for parent, _ in one.needs:
            if not self._children[parent]:
                del self._children[parent]
                self._parents.pop(parent, None)


def has_place(job: QueuedJob) -> bool:
    """Whether the job has a place in its lane: not while it is held, or its project is."""
    return job.obstacle is None or job.obstacle.status is QueueStatus.WAITING_INPUTS


def _touched(news: Dirty, kind: Kind) -> set[str]:
    return news.keys.get(kind, set()) | news.deleted.get(kind, set())


def _age(job: QueuedJob) -> tuple[datetime, int, str]:
    return job.age_order
