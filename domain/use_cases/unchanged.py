"""What an action says of a job that already is as it was to become."""

from domain.documents import Job
from domain.use_cases.job_results import Done, Notice, NoticeCode


def unchanged(job: Job, message: str) -> Done:
    """The job as it is, skipped, with the notice that `message` explains."""
    notice = Notice(NoticeCode.ALREADY_IN_DESIRED_STATE, message)
    return Done(job, notices=[notice], skipped=True)
