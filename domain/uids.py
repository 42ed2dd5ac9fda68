"""The names of projects, workspaces, jobs and attempts: P3, W1, J42, P3-J42, P3-J42#2."""

import re
from dataclasses import dataclass

from domain.errors import BadInput

_UID = re.compile(r"([PWJ])([1-9][0-9]{0,8})")


def number_of(uid: str, letter: str) -> int:
    """The number in a uid such as "P3".

    Raises BadInput if it is not `letter` followed by a positive whole number.
    """
    match = _UID.fullmatch(uid)
    if match is None or match[1] != letter:
        raise BadInput(
            f"“{uid}” is not a uid of the form {letter}1.", constraint=f"{letter}<number>"
        )
    return int(match[2])


@dataclass(frozen=True, order=True)
class JobKey:
    """A job's place in the house; as text "P3-J42", which is also its document's id."""

    project_uid: str
    job_uid: str

    def __str__(self) -> str:
        return f"{self.project_uid}-{self.job_uid}"

    @classmethod
    def parse(cls, text: str) -> "JobKey":
        """From "P3-J42"; raises BadInput for anything else."""
        project_uid, _, job_uid = text.partition("-")
        number_of(project_uid, "P")
        number_of(job_uid, "J")
        return cls(project_uid, job_uid)


@dataclass(frozen=True, order=True)
class AttemptKey:
    """One try to run a job; as text "P3-J42#2", the key of all that was taken for it."""

    job: JobKey
    number: int

    def __str__(self) -> str:
        return f"{self.job}#{self.number}"

    @classmethod
    def parse(cls, text: str) -> "AttemptKey":
        """From "P3-J42#2"; raises BadInput for anything else."""
        job, _, number = text.rpartition("#")
        if not number.isdecimal():
            raise BadInput(f"“{text}” is not the key of an attempt.")
        return cls(JobKey.parse(job), int(number))


def workspace_id(project_uid: str, workspace_uid: str) -> str:
    """The id of a workspace's document: "P3-W1"."""
    return f"{project_uid}-{workspace_uid}"
