"""What a program's records mean: entries of the event log, and changes of its job."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.clock import from_epoch
from domain.database import Row
from domain.documents import Job
from domain.documents.event_log import EventFile, EventType
from domain.documents.shapes import (
    Interaction,
    JobOutput,
    OutputVersion,
    Progress,
    RunError,
)
from domain.event_log import Entry
from scheduler.messages import Record

MAX_ERRORS = 10
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LEVELS = {"text": EventType.TEXT, "warning": EventType.WARNING, "error": EventType.ERROR}


@dataclass
class Report:
    """What a batch of records adds up to; `progress` and `outputs` are None when unchanged.

    `asks` is what the program waits for, `goes_on` that it has its answer; the last record counts.
    """

    entries: list[Entry] = field(default_factory=list)
    progress: Progress | None = None
    outputs: dict[str, JobOutput] | None = None
    errors: list[RunError] = field(default_factory=list)
    version: str | None = None
    asks: Interaction | None = None
    goes_on: bool = False


def interpret(job: Job, records: Sequence[Record], now: datetime) -> Report:
    """Add up `records`, which came after all that `job` already shows."""
    report = Report()
    for record in records:
        reader = _READERS.get(record.type)
        if reader is not None:
            reader(report, job, record, now)
    return report


def changes(job: Job, report: Report) -> Row:
    """The fields of `job` that the report changes, as they are to be written."""
    values: Row = {}
    if report.progress is not None:
        values["progress"] = report.progress.model_dump()
    if report.outputs is not None:
        values["outputs"] = {name: o.model_dump() for name, o in report.outputs.items()}
    if report.errors:
        kept = [*job.errors_run, *report.errors][-MAX_ERRORS:]
        values["errors_run"] = [error.model_dump() for error in kept]
    if report.version is not None:
        values["version"] = report.version
    return values


def _entry(job: Job, record: Record, type_: EventType, **values: object) -> Entry:
    content = record.content
    text = str(values.pop("text", content.get("text", "")))
    return Entry(
        source=f"{job.attempt}/{record.writer}/{record.seq}",
        type=type_,
        text=text,
        created_at=_time(content),
        name=_text_or_none(content.get("name")),
        flags=tuple(str(flag) for flag in _items(content.get("flags"))),
        **values,  # type: ignore[arg-type]  # files and meta, by the callers below
    )


def _log(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    type_ = _LEVELS.get(str(record.content.get("level", "text")), EventType.TEXT)
    report.entries.append(_entry(job, record, type_))
    if type_ is not EventType.TEXT:
        message = str(record.content.get("text", ""))[:2000]
        report.errors.append(RunError(message=message, warning=type_ is EventType.WARNING))


def _error(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    meta = {"traceback": record.content["traceback"]} if record.content.get("traceback") else {}
    report.entries.append(_entry(job, record, EventType.ERROR, meta=meta))
    report.errors.append(RunError(message=str(record.content.get("text", ""))[:2000]))


def _checkpoint(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    meta = record.content.get("meta")
    content = {**(meta if isinstance(meta, dict) else {}), "title": record.content.get("title")}
    report.entries.append(_entry(job, record, EventType.CHECKPOINT, meta=content))


def _plot(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    listed = [item for item in _items(record.content.get("files")) if isinstance(item, dict)]
    files = tuple(
        EventFile(path=str(item["path"]), filetype=str(item.get("mime", "image/png")))
        for item in listed
        if _stays_inside(item.get("path"))
    )
    text = str(record.content.get("title", ""))
    report.entries.append(_entry(job, record, EventType.IMAGE, text=text, files=files))


def _progress(report: Report, job: Job, record: Record, now: datetime) -> None:
    done, total = _number(record.content.get("done")), _number(record.content.get("total"))
    fraction = min(max(done / total, 0.0), 1.0) if done is not None and total else None
    since = job.running_at or job.started_at
    elapsed = (now - since).total_seconds() if since else 0.0
    report.progress = Progress(
        fraction=fraction,
        message=_text_or_none(record.content.get("stage")),
        iteration=int(done) if done is not None else None,
        iterations=int(total) if total is not None else None,
        eta_seconds=elapsed * (1 - fraction) / fraction if fraction else None,
        updated_at=now,
    )


def _result(report: Report, job: Job, record: Record, now: datetime) -> None:
    content = record.content
    name = str(content.get("output", ""))
    outputs = report.outputs if report.outputs is not None else dict(job.outputs)
    before = outputs.get(name, JobOutput()).versions
    version = output_version(content, before, created_at=_time(content) or now)
    if version is None or not name:
        return
    outputs[name] = described_output(content, with_version(before, version))
    report.outputs = outputs


def _started(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    versions = record.content.get("versions")
    if isinstance(versions, dict):
        report.version = ", ".join(f"{name} {number}" for name, number in versions.items())[:200]


def _waiting(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    content = record.content
    schema, data = content.get("submit_schema"), content.get("data")
    if not _ID.fullmatch(str(content.get("id"))):  # it names the file of the answer
        message = f"The program asked something without a proper id ({content.get('id')!r:.80})."
        report.errors.append(RunError(message=message, warning=True))
        return
    report.goes_on = False
    report.asks = Interaction(
        id=str(content["id"]),
        kind=str(content.get("kind", ""))[:100],
        title=str(content.get("title", ""))[:1000],
        data=data if isinstance(data, dict) else {},
        submit_schema=schema if isinstance(schema, dict) else None,
    )


def _resumed(report: Report, job: Job, record: Record, now: datetime) -> None:  # noqa: ARG001
    report.asks, report.goes_on = None, True


def described_output(content: Row, versions: list[OutputVersion]) -> JobOutput:
    """An output with `versions`, described by the newest record about it."""
    summary = content.get("summary")
    image = content.get("image")
    return JobOutput(
        num_items=versions[-1].num_items,
        summary=summary if isinstance(summary, dict) else {},
        image=image if _stays_inside(image) else None,
        versions=versions,
    )


def output_version(
    content: Row, before: Sequence[OutputVersion], *, created_at: datetime, final: bool = False
) -> OutputVersion | None:
    """The version in a `result` record or in outputs.json; None if its paths leave the project.

    A program's "F" is numbered after the iterations in `before`, or as the one with its table.
    """
    paths = [content.get("metafile"), content.get("star"), *_items(content.get("files"))]
    if not all(_stays_inside(path) for path in paths if path is not None) or not paths[0]:
        return None
    return OutputVersion(
        version=_version_number(content, before),
        final=final,
        metafile=str(content["metafile"]),
        star=_text_or_none(content.get("star")),
        num_items=int(_number(content.get("num_items")) or 0),
        slots=[str(slot) for slot in _items(content.get("slots"))],
        files=[str(path) for path in _items(content.get("files"))],
        size_bytes=int(_number(content.get("size_bytes")) or 0),
        created_at=created_at,
    )


def _version_number(content: Row, before: Sequence[OutputVersion]) -> int:
    number = content.get("version")
    if isinstance(number, int) and number >= 0:
        return number
    same = (version.version for version in before if version.metafile == content["metafile"])
    return next(same, 1 + max((version.version for version in before), default=-1))


def with_version(before: Sequence[OutputVersion], version: OutputVersion) -> list[OutputVersion]:
    """`before`, with `version` in place of the one with its number, or after all."""
    return [*(v for v in before if v.version != version.version), version]


def _stays_inside(path: object) -> bool:
    """Whether a program's path is relative to the project directory and does not leave it."""
    if not isinstance(path, str) or not path or path.startswith("/") or "\0" in path:
        return False
    return ".." not in path.split("/")


def _time(content: Row) -> datetime | None:
    seconds = _number(content.get("t"))
    return from_epoch(seconds) if seconds is not None and 0 < seconds < 4e9 else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text_or_none(value: object) -> str | None:
    return str(value)[:1000] if value is not None else None


_READERS: dict[str, Callable[[Report, Job, Record, datetime], None]] = {
    "log": _log,
    "error": _error,
    "checkpoint": _checkpoint,
    "plot": _plot,
    "progress": _progress,
    "result": _result,
    "started": _started,
    "versions": _started,
    "waiting": _waiting,
    "resumed": _resumed,
}
"""Type of a record → how it is read; other types say nothing about a job yet."""
