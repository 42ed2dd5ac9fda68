"""The manifest of an exported job: what the directory holds, file by file, and whose it is.

```
J12_ctf_estimation/
  manifest.json      this; every file but itself and its sum, with size and SHA-256
  manifest.sha256    the sum of manifest.json, as `sha256sum -c` reads it
  job.json           the job alone, as it stands in the manifest
  events.jsonl       its event log, one entry a line, oldest first
  files/             a copy of the parts of the project: paths in tables hold from here
    J12/…            the job's directory, without the files of its attempts
    J9/…             what its tables name besides: files of parents, raw data in the project
```
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.documents.shapes import JobOutput, ResourceNeed
from domain.errors import BadInput, NotFound
from domain.files import WrittenFile, parts_of

FORMAT = 1
MANIFEST, MANIFEST_SUM = "manifest.json", "manifest.sha256"
JOB, EVENTS, FILES = "job.json", "events.jsonl", "files"
MAX_MANIFEST = 256 * 1024 * 1024
_STRICT = ConfigDict(extra="forbid", frozen=True)


class ExportedFile(BaseModel):
    """A file; `path` is relative to the exported directory."""

    model_config = _STRICT
    path: str = Field(max_length=4096)
    size_bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @classmethod
    def of(cls, file: WrittenFile) -> "ExportedFile":
        """A file that was written."""
        return cls(path=file.path, size_bytes=file.size_bytes, sha256=file.sha256)


class ParentReference(BaseModel):
    """A parent, for people: what it was, and which of its outputs went into which input."""

    model_config = _STRICT
    uid: str
    type: str | None = None
    title: str | None = None
    input: str
    outputs: list[str]


class ExportedJob(BaseModel):
    """What is kept of a job; outputs have all their versions, paths as in its project."""

    model_config = _STRICT
    project_uid: str
    uid: str = Field(pattern=r"^J[1-9][0-9]{0,8}$")
    job_dir: str
    type: str
    type_version: int
    category: str
    title: str
    description: str
    status: Literal["completed", "killed", "failed"]
    params: dict[str, Any]  # JSON, as the job type takes it
    parents: list[ParentReference]
    outputs: dict[str, JobOutput]
    resource_spec: ResourceNeed
    intermediate_results_size_bytes: int = Field(ge=0)
    exit_reason: str | None
    version: str | None
    created_at: datetime
    queued_at: datetime | None
    launched_at: datetime | None
    started_at: datetime | None
    running_at: datetime | None
    completed_at: datetime | None
    killed_at: datetime | None
    failed_at: datetime | None


class Manifest(BaseModel):
    """The whole; `not_included` are named files that are gone or lie outside the project."""

    model_config = _STRICT
    format: int
    software_version: str
    exported_at: datetime
    incomplete: bool
    job: ExportedJob
    events: int = Field(ge=0)
    not_included: list[str]
    files: list[ExportedFile]

    @property
    def size_bytes(self) -> int:
        """The bytes of all its files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def external(self) -> frozenset[str]:
        """Paths, in the project it came from, of the files that are not the job's own."""
        own = f"{self.job.job_dir}/"
        return frozenset(path for path in self.project_paths() if not path.startswith(own))

    def project_paths(self) -> Iterator[str]:
        """The paths, in the project it came from, of all its files of the project."""
        prefix = f"{FILES}/"
        return (f.path.removeprefix(prefix) for f in self.files if f.path.startswith(prefix))


def software_version() -> str:
    """The version of this software."""
    return version("lanekeeper")


def sum_line(manifest: bytes) -> bytes:
    """The content of manifest.sha256."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def parse_manifest(content: bytes, sum_file: bytes) -> Manifest:
    """The manifest in `content`; raises BadInput, with a sentence that says what is wrong."""
    if sum_file.split()[:1] != sum_line(content).split()[:1]:
        raise refused("its manifest does not match its checksum")
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise refused(f"its manifest is not valid ({place}: {first['msg']})") from error
    if manifest.format != FORMAT:
        made_by = f"made by Lanekeeper {manifest.software_version}"
        raise refused(f"its format {manifest.format} ({made_by}) is not known to this version")
    _check_paths(manifest)
    return manifest


def refused(reason: str) -> BadInput:
    """Why an exported job cannot be imported."""
    return BadInput(f"The exported job cannot be imported: {reason}.", path=["input", "path"])


def _check_paths(manifest: Manifest) -> None:
    """Every path is plain and its own; none is a folder of another."""
    paths = [file.path for file in manifest.files]
    for path in [*paths, manifest.job.job_dir]:
        if not _is_plain(path):
            raise refused(f"its manifest names the path {path!r}")
    if "/" in manifest.job.job_dir:
        raise refused("its job directory is nested")
    allowed = {JOB, EVENTS}
    wrong = next((p for p in paths if p not in allowed and not p.startswith(f"{FILES}/")), None)
    if wrong is not None:
        raise refused(f"its manifest names {wrong}, which does not belong there")
    known = set(paths)
    if len(known) != len(paths) or not allowed <= known:
        raise refused("its manifest names a file twice, or lacks one of its own")


def _is_plain(path: str) -> bool:
    try:
        path.encode()
        return "/".join(parts_of(path)) == path != ""
    except (NotFound, UnicodeEncodeError):
        return False
