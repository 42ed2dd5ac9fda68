"""Naming the job or the user that is meant, with guards."""

import strawberry
from strawberry import UNSET

from domain.status import JobStatus
from domain.uids import JobKey
from domain.use_cases import job_results, users
from domain.use_cases.place import Destination
from schema.described import attribute, input_type, one_of_input
from schema.filters import JobFilter
from schema.given import given
from schema.node import key_of
from schema.scalars import BigInt, JobUid, ProjectUid, WorkspaceUid


@input_type
class JobUidInput:
    """A job by its UIDs."""

    project_uid: ProjectUid = attribute("Project.")
    job_uid: JobUid = attribute("Job.")


@one_of_input
class JobRef:
    """A job, by global ID or by UIDs."""

    id: strawberry.ID | None = attribute("Global ID.", default=UNSET)
    uid: JobUidInput | None = attribute("UIDs.", default=UNSET)

    @property
    def key(self) -> JobKey:
        """The job that is meant; raises BadInput if the global id is not that of a job."""
        if self.uid:
            return JobKey(self.uid.project_uid, self.uid.job_uid)
        return JobKey.parse(key_of(self.id or "", "Job"))


@input_type
class JobTarget:
    """A job to act on, with optional guards."""

    job: JobRef = attribute("Job.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the job changed since.", default=UNSET
    )
    expected_statuses: list[JobStatus] | None = attribute(
        "Skip unless the job is in one of these statuses.", default=UNSET
    )

    @property
    def target(self) -> job_results.JobTarget:
        """The target as the use cases take it; raises BadInput if the job's id is malformed."""
        statuses = given(self.expected_statuses)
        return job_results.JobTarget(
            self.job.key,
            expected_revision=given(self.expected_revision),
            expected_statuses=None if statuses is None else frozenset(statuses),
        )


@one_of_input
class UserRef:
    """A user, by global ID or by username."""

    id: strawberry.ID | None = attribute("Global ID.", default=UNSET)
    name: str | None = attribute("Username.", default=UNSET)

    @property
    def reference(self) -> users.UserRef:
        """The user that is meant; raises BadInput if the global id is not that of a user."""
        if self.name:
            return users.UserRef(name=self.name)
        return users.UserRef(id=key_of(self.id or "", "User"))


@input_type
class WorkspaceUidInput:
    """A workspace by its UIDs."""

    project_uid: ProjectUid = attribute("Project.")
    workspace_uid: WorkspaceUid = attribute("Workspace.")


@one_of_input
class StarSubject:
    """What to star."""

    job: JobRef | None = attribute("A job.", default=UNSET)
    project: ProjectUid | None = attribute("A project.", default=UNSET)
    workspace: WorkspaceUidInput | None = attribute("A workspace.", default=UNSET)


@one_of_input
class JobSelection:
    """Which jobs a multi action acts on."""

    jobs: list[JobTarget] | None = attribute(
        "Explicit list, at most Instance.maxJobsPerRequest.", default=UNSET
    )
    filter: JobFilter | None = attribute(
        "All jobs matching now, resolved once on the server.", default=UNSET
    )


@input_type
class NewWorkspaceInput:
    """A workspace to create."""

    title: str = attribute("Title.")
    description: str | None = attribute("Markdown.", default=UNSET)


@one_of_input
class WorkspaceDestination:
    """Where linked, moved or cloned jobs go."""

    workspace_uid: WorkspaceUid | None = attribute(
        "Existing workspace of the same project.", default=UNSET
    )
    new_workspace: NewWorkspaceInput | None = attribute("Workspace to create first.", default=UNSET)

    @property
    def destination(self) -> Destination:
        """The destination as the use cases take it."""
        new = given(self.new_workspace)
        if new is None:
            return Destination(workspace_uid=given(self.workspace_uid))
        return Destination(new_title=new.title, new_description=given(new.description))
