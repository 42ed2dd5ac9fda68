"""What every refusal shows, and whether an action is open for a job."""

from collections.abc import Sequence

from domain.actions import JobAction
from domain.error_codes import ErrorCode
from domain.errors import DomainError
from schema.described import attribute, interface, object_type
from schema.presenting import present


@interface
class MutationError:
    """An expected (domain) failure. Unexpected failures use the top-level `errors` list instead."""

    code: ErrorCode = attribute("Stable code.")
    message: str = attribute("Human-readable text; not for parsing.")
    path: list[str] | None = attribute(
        'Path of the offending input field, e.g. ["input","jobs","3"].'
    )


@object_type
class JobActionAvailability:
    """Whether the caller may take an action on this job now."""

    action: JobAction = attribute("The action.")
    available: bool = attribute("Allowed and applicable now.")
    reasons: list[MutationError] = attribute(
        "Why not, in the very types the mutation would return."
    )

    @classmethod
    def of(cls, action: JobAction, refusals: Sequence[DomainError]) -> "JobActionAvailability":
        """Show whether the rules let the action through."""
        reasons = [present(refusal) for refusal in refusals]
        return cls(action=action, available=not reasons, reasons=reasons)
