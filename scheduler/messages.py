"""Read the records that programs append to messages*.jsonl, from where the last reading ended.

05-job-types, section 1.4: whole lines only; what is not JSON is counted, never an error.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from domain.database import Row
from domain.documents.attempt import MessageFile
from domain.errors import NotFound
from domain.files import open_beneath, open_file, open_root

MAX_RECORD = 64 * 1024
MAX_BATCH = 4 * 1024 * 1024
"""Bytes read of one file at once; the rest follows in the next reading."""


@dataclass(frozen=True)
class Record:
    """One record: `writer` is "" for messages.jsonl, "w" for messages.w.jsonl."""

    writer: str
    seq: int
    content: Row

    @property
    def type(self) -> str:
        """The kind of the record: log, progress, result, …"""
        return str(self.content.get("type", ""))


@dataclass
class Reading:
    """What was read, in order, and where each file was left; `torn` counts unreadable lines."""

    records: list[Record] = field(default_factory=list)
    files: dict[str, MessageFile] = field(default_factory=dict)
    torn: int = 0
    more: bool = False


def read_messages(directory: Path, known: Mapping[str, MessageFile]) -> Reading:
    """Read on in every messages file of an attempt's directory; blocking.

    `known` says how far each file was read, by its name without dots (a key of MongoDB).
    A file that shrank or was replaced is read from its start.
    """
    reading = Reading()
    for path in sorted(directory.glob("messages*.jsonl")):
        writer = path.name.removeprefix("messages").removesuffix(".jsonl").lstrip(".")
        name = f"messages_{writer}"
        try:
            _read_file(path, writer, known.get(name), reading, name)
        except NotFound:
            continue  # a link out of the attempt's directory, or no file
    return reading


def _read_file(
    path: Path, writer: str, before: MessageFile | None, reading: Reading, name: str
) -> None:
    with open_beneath(path.parent, path.name) as file:
        stat = os.fstat(file.fileno())
        offset = before.offset if before else 0
        if before and (before.inode != stat.st_ino or offset > stat.st_size):
            offset = 0
        file.seek(offset)
        block = file.read(MAX_BATCH)
    whole = block[: block.rfind(b"\n") + 1]
    if not whole and len(block) == MAX_BATCH:  # a line without end: not a record of ours
        whole = block
    last_seq = before.seq if before and offset else 0
    for line in whole.split(b"\n"):
        record = _parse(line, writer, path.parent)
        if record is not None:
            reading.records.append(record)
            last_seq = max(last_seq, record.seq)
        elif line.strip():
            reading.torn += 1
    reading.more |= len(block) == MAX_BATCH
    if whole or before is None:
        reading.files[name] = MessageFile(
            inode=stat.st_ino, offset=offset + len(whole), seq=last_seq
        )


def _parse(line: bytes, writer: str, directory: Path) -> Record | None:
    if not line.strip() or len(line) > MAX_RECORD:
        return None
    try:
        content = json.loads(line)
        seq = int(content["seq"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if content.get("type") == "spill":
        content = _spilled(content, directory)
    return Record(writer, seq, content) if content is not None else None


def _spilled(content: Row, directory: Path) -> Row | None:
    """The record in a spill file; only files of the attempt's own spill folder are read."""
    name = Path(str(content.get("path", ""))).name
    try:
        with open_root(directory) as attempt, open_file(attempt, f"spill/{name}") as file:
            content_of_file = file.read(MAX_BATCH + 1)
        spilled = json.loads(content_of_file) if len(content_of_file) <= MAX_BATCH else None
    except (NotFound, OSError, ValueError, RecursionError):
        return None
    return spilled if isinstance(spilled, dict) else None
