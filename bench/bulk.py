"""Our side of bulk actions: one request on very many jobs, from sending it to its answer."""

import time

from bench.list_jobs import job_document
from bench.product import Api
from domain.documents import Job
from domain.status import JobStatus

QUEUED, CLONED = 1000, 500
RETURNED = "summary { applied }"
_READY = {"status": JobStatus.BUILDING, "params": {}, "inputs": {}, "parents": [], "tags": []}


class Bulk:
    """A round: new jobs, and the seconds of the request that acts on all of them at once."""

    def __init__(self, api: Api, project_uid: str, mutation: str, jobs: int) -> None:
        self._api = api
        self._project_uid = project_uid
        self._mutation = mutation
        self._jobs = jobs
        self._first = 500_000  # far from the numbers that the product gives

    async def __call__(self) -> list[float]:
        """One round; every job must be done."""
        targets = [{"job": {"uid": uid}} for uid in await self._make_jobs()]
        began = time.perf_counter()
        payload = await self._api.mutate(self._mutation, RETURNED, jobs={"jobs": targets})
        took = time.perf_counter() - began
        assert payload["summary"]["applied"] == self._jobs, payload
        await Job.rows().delete_many({"project_uid": self._project_uid})
        return [took]

    async def _make_jobs(self) -> list[dict[str, str]]:
        """Jobs in building that need no input."""
        self._first += self._jobs
        numbers = range(self._first, self._first + self._jobs)
        jobs = [job_document(self._project_uid, number, **_READY) for number in numbers]
        await Job.rows().insert_many([job.model_dump(by_alias=True) for job in jobs])
        return [{"projectUid": job.project_uid, "jobUid": job.uid} for job in jobs]
