"""Queue a job and wait until it has ended: python wait_for_job.py P1 J3."""

import asyncio
import os
import sys

from lanekeeper_client import (
    JobFilter,
    JobRef,
    JobStatus,
    JobTarget,
    JobUidInput,
    LanekeeperClient,
    QueueJobInput,
)

ENDED = (JobStatus.COMPLETED, JobStatus.KILLED, JobStatus.FAILED)


async def queue(client: LanekeeperClient, project: str, job: str) -> str:
    """The place in the stream just behind the job's queueing; raises RuntimeError if refused."""
    target = JobTarget(job=JobRef(uid=JobUidInput(projectUid=project, jobUid=job)))
    payload = (await client.queue_job(QueueJobInput(target=target))).queue_job
    assert payload is not None, "a refused request raises GraphQLFault"
    errors = payload.errors + (payload.result.errors if payload.result else [])
    if errors or payload.cursor is None:
        raise RuntimeError("; ".join(error.message for error in errors))
    return payload.cursor


async def wait_for(client: LanekeeperClient, project: str, job: str, after: str) -> JobStatus:
    """The status in which the job ends."""
    only = JobFilter(projectUids=[project], jobUids=[job])
    async for message in client.watch_jobs(only, after):
        for seen in message.job_changes.upserted:
            print(seen.uid, seen.status.value, flush=True)
            if seen.status in ENDED:
                return seen.status
    raise ConnectionError("The stream has ended.")


async def main(project: str, job: str) -> int:
    """0 if the job has completed."""
    url, token = os.environ["LANEKEEPER_URL"], os.environ["LANEKEEPER_TOKEN"]
    async with LanekeeperClient(url, token) as client:
        cursor = await queue(client, project, job)
        return 0 if await wait_for(client, project, job, cursor) is JobStatus.COMPLETED else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:3])))
