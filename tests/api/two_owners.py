"""Two projects of different owners on one instance: what the matrix of access looks at.

Everything of anna's that has a text has SECRET in it, ben's is the same without; carl works on
anna's project too. Both have a job in each kind of state, a log, an operation and a notice.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from domain import clock
from domain.database import Database
from domain.documents import (
    ApiToken,
    Event,
    Job,
    Notification,
    Operation,
    Project,
    Target,
    User,
    Workspace,
)
from domain.documents.event_log import EventFile, EventType
from domain.documents.notification import NotificationStatus
from domain.documents.operation import JobOutcome, OperationStatus
from domain.documents.shapes import AllocatedResources, JobOutput, OutputVersion
from domain.permissions import Permission
from domain.resources import empty_slots
from domain.signing import read_path
from domain.status import JobStatus
from schema.node import global_id
from tests.api.conftest import Api, Json
from tests.api.walking import PAGE, Aim

SECRET = "s3cret"
ANNAS, BENS = "P1", "P2"
PASSING = frozenset({"audit_records", "counters", "idempotency_keys", "sign_in_tries"})
"""Collections that every request may write to."""
_NOTED = ("last_active_at", "last_used_at")
_IN_TEXT = re.compile(rf"\b{ANNAS}\b")


@dataclass(frozen=True)
class Instance:
    """The instance that was made; `signing_key` opens the addresses of files."""

    api: Api
    database: Database
    signing_key: bytes

    async def documents(self) -> dict[str, Json]:
        """Every document that is not passing, by "collection/id", without when it was read."""
        found: dict[str, Json] = {}
        for name in sorted(await self.database.list_collection_names()):
            if name not in PASSING and not name.startswith("system."):
                for row in await self.database[name].find({}).to_list(None):
                    kept = {key: value for key, value in row.items() if key not in _NOTED}
                    found[f"{name}/{row['_id']}"] = kept
        return found

    def leaks(self, answer: object) -> list[str]:
        """What of anna's project is told in an answer: texts, uids, global ids, file addresses."""
        return [text for text in texts(answer) if self._is_of_anna(text)]

    def _is_of_anna(self, text: str) -> bool:
        if SECRET in text or _IN_TEXT.search(text) or _IN_TEXT.search(decoded(text)):
            return True
        token = re.search(r"/files/([^/]+)/", text)
        return token is not None and self._file_of(token[1]) == ANNAS

    def _file_of(self, token: str) -> str:
        return read_path(token, self.signing_key, now=clock.now())[0]


def texts(answer: object) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        for value in answer.values():
            yield from texts(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from texts(value)


def decoded(text: str) -> str:
    """What a global id says; "" for anything else."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def aim_at(project: str) -> Aim:
    """Arguments that mean the project, its workspace W1, its jobs and what belongs to them."""
    owner = "anna" if project == ANNAS else "ben"
    job = global_id("Job", f"{project}-J4")
    values: dict[str, Any] = {  # JSON
        "ProjectUid": project,
        "WorkspaceUid": "W1",
        "JobUid": "J4",
        "first": PAGE,
        "filter": {"projectUids": [project]},
        "JobFilter": {"projectUids": [project]},
        "AuditLogFilter": {},
        "Query.auditLog.filter": {},
        "ID": job,
        "Query.operation.id": global_id("JobOperation", f"operation-of-{owner}"),
        "CancelOperationInput.operationId": global_id("JobOperation", f"operation-of-{owner}"),
        "RevokeApiTokenInput.tokenId": global_id("ApiToken", f"token-{owner}"),
        "UserRef": {"name": owner},
        "lane": "default",
        "lanes": ["default"],
        "laneName": "default",
        "target": "node1",
        "password": "long enough",
        "newPassword": "long enough",
        "DateTime": "2999-01-01T00:00:00Z",
        "index": 0,
        "gpus": [],
        "Query.jobType.key": "simulate_data",
        "CreateJobInput.type": "simulate_data",
        "CreateJobInput.inputs": [],
        "scopes": ["READ"],
    }
    return Aim(values)


async def two_owners(api: Api, database: Database, signing_key: bytes) -> Instance:
    """Make the two projects with all that is in them."""
    for name in ("anna", "ben", "carl"):
        await api.make_user(name, cap=Permission.WRITE)
    await Target(
        id="node1",
        type="node",
        lane="default",
        title="node1",
        hostname="node1",
        cpu_cores=8,
        ram_gb=64,
        slots=empty_slots(8, 64, []),
        created_at=clock.now(),
    ).insert()
    await _project(api, ANNAS, "anna", f"{SECRET} of anna")
    await _project(api, BENS, "ben", "plain")
    await Project.rows().update_one({"_id": ANNAS}, {"$set": {"users_with_access": ["carl"]}})
    return Instance(api, database, signing_key)


async def _project(api: Api, uid: str, owner: str, text: str) -> None:
    made = await api.mutate("createProject", {"title": text}, "project { uid }", owner)
    assert made["project"]["uid"] == uid
    workspace = {"projectUid": uid, "title": text, "description": text}
    for _ in range(2):
        await api.mutate("createWorkspace", workspace, "workspace { uid }", owner)
    for number in range(1, 5):
        parent = {"input": "exposures", "parentJobUid": "J1", "output": "micrographs"}
        connected = {"type": "ctf_estimation", "inputs": [parent]} if number > 1 else {}
        await api.make_job(uid, owner, title=text, description=text, **connected)
    await _change_jobs(uid, owner, text)
    await _around(uid, owner, text)
    await User.rows().update_one(
        {"_id": owner}, {"$set": {"email": f"{text}@lab".replace(" ", "")}}
    )
    await ApiToken.rows().update_one({"_id": f"token-{owner}"}, {"$set": {"name": text}})
    await Project.rows().update_one({"_id": uid}, {"$set": {"description": text}})
    await Workspace.rows().update_many({"project_uid": uid}, {"$set": {"created_by": owner}})


async def _change_jobs(uid: str, owner: str, text: str) -> None:
    now = clock.now()
    place = AllocatedResources(
        lane="default", lane_type="node", target="node1", hostname="node1"
    ).model_dump()
    queued = {"queued_to_lane": "default", "queued_at": now, "queue_entered_at": now}
    queued["queued_by"] = owner
    running = {**queued, "launched_at": now, "running_at": now, "resources_allocated": place}
    states: dict[str, Json] = {
        "J2": {"status": JobStatus.QUEUED, **queued},
        "J3": {"status": JobStatus.RUNNING, "attempt": 1, **running},
        "J4": {"status": JobStatus.COMPLETED, "completed_at": now, **_results(text, now)},
    }
    for job, values in states.items():
        await Job.rows().update_one(
            {"_id": f"{uid}-{job}"}, {"$set": {**values, "build_errors": []}}
        )


def _results(text: str, now: datetime) -> Json:
    version = OutputVersion(
        version=1,
        final=True,
        metafile=f"J4/{text}.cs",
        num_items=3,
        files=[f"J4/{text}.mrc"],
        created_at=now,
    )
    output = JobOutput(
        num_items=3, summary={"note": text}, image=f"J4/{text}.png", versions=[version]
    )
    return {
        "outputs": {"exposures": output.model_dump()},
        "exit_reason": text,
        "intermediate_results_size_bytes": 5,
        "last_exported_location": text,
    }


async def _around(uid: str, owner: str, text: str) -> None:
    now = clock.now()
    for job in ("J3", "J4"):
        for number, kind in enumerate((EventType.TEXT, EventType.ERROR, EventType.IMAGE), start=1):
            await Event(
                id=f"{uid}-{job}:{number:09}", project_uid=uid, job_uid=job, job_id=f"{uid}-{job}",
                number=number, source=f"1/p/{number}", type=kind, text=text, name=text,
                files=[EventFile(path=f"{job}/{text}.png", filetype="png")], created_at=now,
            ).insert()  # fmt: skip
    await Operation(
        id=f"operation-of-{owner}",
        action="kill",
        status=OperationStatus.RUNNING,
        outcomes=[JobOutcome(job_id=f"{uid}-J3", done=True, outcome="failed", error=text)],
        error=text,
        project_uids=[uid],
        requested_by=owner,
        created_at=now,
    ).insert()
    await Notification(
        id=f"{uid}-J4#1:completed", user_id=owner, message=text, created_at=now,
        status=NotificationStatus.SUCCESS, job_id=f"{uid}-J4",
    ).insert()  # fmt: skip


def directory_of(api: Api, project: str) -> Path:
    """Where the project's files are."""
    return next((api.settings.projects_root).glob(f"{project}-*"))
