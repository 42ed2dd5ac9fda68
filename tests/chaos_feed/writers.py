"""Writers of jobs and of their logs, straight into the database, through its crashes."""

import asyncio
import random
from collections.abc import Sequence

from pymongo import UpdateOne

from domain.clock import now
from domain.database import DatabaseFault, DuplicateKey
from domain.documents import Event, Job
from domain.documents.event_log import EventType

BULK = 20
RETRY_S = 0.1


class Progress:
    """How many changes have been made, and who waits for how many."""

    def __init__(self) -> None:
        self.made = 0
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def add(self, number: int) -> None:
        """So many more."""
        self.made += number
        for least, event in self._waiting:
            if self.made >= least:
                event.set()

    async def until(self, least: int) -> None:
        """Wait for that many."""
        event = asyncio.Event()
        self._waiting.append((least, event))
        self.add(0)
        await event.wait()


class Writer:
    """Changes its own jobs at random; nobody else writes to them."""

    def __init__(self, job_ids: Sequence[str], chance: random.Random, progress: Progress) -> None:
        self._job_ids = job_ids
        self._chance = chance
        self._progress = progress
        self._entries = dict.fromkeys(job_ids, 0)

    async def write(self, changes: int) -> None:
        """Make so many changes, nine of jobs for each entry of a log."""
        left = changes
        while left > 0:
            await self._change_jobs(min(BULK, left))
            left -= BULK
            for _ in range(min(BULK // 10, left)):
                await self._add_entry(self._chance.choice(self._job_ids))
                left -= 1

    async def _change_jobs(self, number: int) -> None:
        ids = self._chance.choices(self._job_ids, k=number)
        changes = [UpdateOne({"_id": id}, self._change()) for id in ids]
        while True:
            try:
                await Job.rows().bulk_write(changes, ordered=True)
            except DatabaseFault:  # what was made before is made again: another change
                await asyncio.sleep(RETRY_S)
            else:
                break
        self._progress.add(number)

    def _change(self) -> dict[str, object]:
        word = self._chance.choice(("red", "green", "blue"))
        values = {
            "title": f"{word} {self._chance.randrange(10**6)}",
            "on_hold": self._chance.random() < 0.5,
            "status": self._chance.choice(("building", "completed", "failed")),
            "updated_at": now(),
        }
        return {"$set": values, "$inc": {"revision": 1}}

    async def _add_entry(self, job_id: str) -> None:
        self._entries[job_id] += 1
        entry = _entry(job_id, self._entries[job_id])
        while True:
            try:
                await Event.rows().insert_one(entry.model_dump(by_alias=True))
            except DuplicateKey:  # it was written, and not acknowledged
                break
            except DatabaseFault:
                await asyncio.sleep(RETRY_S)
            else:
                break
        self._progress.add(1)


def _entry(job_id: str, number: int) -> Event:
    project, job = job_id.split("-")
    return Event(
        id=f"{job_id}:{number:09d}",
        project_uid=project,
        job_uid=job,
        job_id=job_id,
        number=number,
        source=f"1/chaos/{number}",
        type=EventType.TEXT,
        text=f"entry {number}",
        created_at=now(),
    )
