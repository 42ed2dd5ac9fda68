"""One record for every request that was to change something (INV-21)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.documents import AuditRecord
from domain.documents.audit import AuditOutcome
from domain.permissions import Viewer


@dataclass(frozen=True)
class Subject:
    """What a request was about: the first of `count` objects, for people and as "Job:P3-J42"."""

    text: str = ""
    id: str | None = None
    count: int = 1


async def record(
    viewer: Viewer,
    mutation: str,
    subject: Subject,
    outcome: AuditOutcome,
    *,
    now: datetime,
    error_codes: Sequence[str] = (),
    message: str | None = None,
) -> None:
    """Write who asked for what and how it ended; no input is kept, so no secret either."""
    entry = AuditRecord(
        id=uuid.uuid4().hex,
        created_at=now,
        user_id=viewer.user_id,
        user_name=viewer.name,
        api_token_name=viewer.token_name,
        remote_address=viewer.address,
        mutation=mutation,
        subject=subject.text,
        subject_count=subject.count,
        subject_id=subject.id,
        outcome=outcome,
        error_codes=list(dict.fromkeys(error_codes)),
        message=message,
    )
    await entry.insert()
