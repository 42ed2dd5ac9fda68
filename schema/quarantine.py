"""Slots that stay taken because the end of a run is not proven."""

from datetime import datetime

import strawberry

from domain import documents, slots
from domain.resources import Slots
from domain.uids import AttemptKey
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.presenting import present
from schema.references import LaterJob


@object_type
class QuarantinedSlots:
    """Slots of a run that was given up, though nothing proves yet that its processes are gone.

    Nobody gets them until that is proven, or an administrator frees them.
    """

    key: strawberry.Private[str]
    cpu: list[int] = attribute("CPU slots.")
    gpu: list[int] = attribute("GPUs.")
    ram_slots: list[int] = attribute("RAM slots of 8 GiB.")
    since: datetime = attribute("Since when they are in quarantine.")
    reason: str = attribute("Why.")
    free_requested_at: datetime | None = attribute(
        "When an administrator has freed them, which the scheduler carries out."
    )

    @field()
    async def attempt(self, info: Info) -> str | None:
        """The run: job and number of the try, "P3-J42#2"; null for who does not see the job."""
        return self.key if await self._seen_job(info) else None

    @field()
    async def job(self, info: Info) -> LaterJob | None:
        """Job that holds them; null for who does not see it."""
        job = await self._seen_job(info)
        return present(job) if job else None

    async def _seen_job(self, info: Info) -> documents.Job | None:
        return await info.context.reads.job(str(AttemptKey.parse(self.key).job))


def quarantined_slots(target: documents.Target) -> list[QuarantinedSlots]:
    """All of the target, by the key of the attempt."""
    return [_show(key, slots.held_by(target, key), target) for key in sorted(target.quarantine)]


def _show(key: str, held: Slots, target: documents.Target) -> QuarantinedSlots:
    entry = target.quarantine[key]
    return QuarantinedSlots(
        key=key,
        cpu=list(held.cpu),
        gpu=list(held.gpu),
        ram_slots=list(held.ram),
        since=entry.since,
        reason=entry.reason,
        free_requested_at=entry.freed_at,
    )
