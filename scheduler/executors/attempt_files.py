"""What the files of an attempt say, parsed into values.

A file that is not there, belongs to another token, or is not what it should be, reads as None.
Any other OSError is raised: not being able to look is no answer, and no end of a job.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from scheduler.executors.base import AttemptRef, Claim, ExitReason, ExitResult, Heartbeat

CLAIM, RUNNING, HEARTBEAT, EXIT = "claim.json", "running.json", "heartbeat.json", "exit.json"
SPEC, CANCEL, SUPERVISOR_LOG = "spec.json", "cancel", "supervise.log"
STARTER_TEXT_CHARS = 500

Record = dict[str, Any]  # JSON from a target: parsed just below, never passed on
Parsed = TypeVar("Parsed")


def read_record(path: Path) -> Record | None:
    """One JSON object, or None; files are written whole, so half a file means damage."""
    try:
        record = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def read(attempt: AttemptRef, name: str, parse: Callable[[Record], Parsed]) -> Parsed | None:
    """The file `name` of the attempt, if it bears the attempt's token."""
    record = read_record(attempt.directory / name)
    if record is None or record.get("token") != attempt.token:
        return None
    try:
        return parse(record)
    except (KeyError, TypeError, ValueError):
        return None


def void_reason(attempt: AttemptRef) -> str | None:
    """Why the attempt can never start: a tombstone, or a claim that bears another token."""
    record = read_record(attempt.directory / CLAIM)
    if record is None:
        return None
    if record.get("token") != attempt.token:
        return "Its directory was claimed under another token."
    reason = record.get("tombstone")
    return None if reason is None else str(reason)


def to_claim(record: Record) -> Claim:
    """Claim.json, or the same fields in running.json and exit.json."""
    return Claim(
        host=str(record["host"]),
        pid=int(record["pid"]),
        start_ticks=int(record["start"]),
        boot_id=str(record["boot"]),
        claimed_at=float(record["t"]),
    )


def to_running_at(record: Record) -> float:
    """From running.json: when the program was executed, in epoch seconds."""
    return float(record["t"])


def to_heartbeat(record: Record) -> Heartbeat:
    """From heartbeat.json."""
    return Heartbeat(
        seq=int(record["seq"]),
        beat_at=float(record["t"]),
        process_count=int(record["nproc"]),
        ending=record["ending"],
    )


def to_exit(record: Record) -> tuple[ExitResult, Claim]:
    """From exit.json: the result, and who had claimed the attempt."""
    running = record["running"]
    result = ExitResult(
        code=int(record["code"]),
        signal=record["signal"],
        reason=ExitReason(record["reason"]),
        launch_error=record["launch_error"],
        max_rss_kb=int(record["maxrss_kb"]),
        user_s=float(record["user_s"]),
        system_s=float(record["system_s"]),
        left_over=int(record["left_over"]),
        claimed_at=float(record["started"]),
        running_at=None if running is None else float(running),
        ended_at=float(record["ended"]),
    )
    return result, to_claim(record["claim"])


def starter_text(attempt: AttemptRef) -> str:
    """The end of what the supervisor said before it gave up, for the user."""
    try:
        text = (attempt.directory / SUPERVISOR_LOG).read_text(errors="replace")
    except FileNotFoundError:
        return ""
    return text[-STARTER_TEXT_CHARS:].strip()
