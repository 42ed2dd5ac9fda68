"""The records of Lanekeeper, one noun a file; ids are the names people say."""

from domain.documents.attempt import Attempt
from domain.documents.audit import AuditRecord
from domain.documents.event_log import Event
from domain.documents.idempotency import IdempotencyKey
from domain.documents.instance import Counter, Instance, Lease, TokenPool
from domain.documents.job import Job
from domain.documents.lane import Lane
from domain.documents.notification import Notification
from domain.documents.operation import Operation, RestartLock
from domain.documents.project import Project
from domain.documents.tag import Tag
from domain.documents.target import Target
from domain.documents.target_check import TargetCheck
from domain.documents.user import ApiToken, LoginSession, SignInToken, SignInTries, User
from domain.documents.workspace import Workspace

__all__ = [
    "DOCUMENTS",
    "ApiToken",
    "Attempt",
    "AuditRecord",
    "Counter",
    "Event",
    "IdempotencyKey",
    "Instance",
    "Job",
    "Lane",
    "Lease",
    "LoginSession",
    "Notification",
    "Operation",
    "Project",
    "RestartLock",
    "SignInToken",
    "SignInTries",
    "Tag",
    "Target",
    "TargetCheck",
    "TokenPool",
    "User",
    "Workspace",
]

DOCUMENTS = (
    Attempt,
    ApiToken,
    AuditRecord,
    Counter,
    Event,
    IdempotencyKey,
    Instance,
    Job,
    Lane,
    Lease,
    LoginSession,
    Notification,
    Operation,
    Project,
    RestartLock,
    SignInToken,
    SignInTries,
    Tag,
    Target,
    TargetCheck,
    TokenPool,
    User,
    Workspace,
)
"""Handed to `database.connect`, which makes their indexes."""
