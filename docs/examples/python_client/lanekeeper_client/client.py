from collections.abc import AsyncIterator
from typing import Any, Optional, Union

from .base_client import BaseClient
from .base_model import UNSET, UnsetType
from .create_job import CreateJob
from .get_job import GetJob
from .input_types import CreateJobInput, JobFilter, QueueJobInput
from .queue_job import QueueJob
from .watch_jobs import WatchJobs


def gql(q: str) -> str:
    return q


class LanekeeperClient(BaseClient):
    async def create_job(self, input: CreateJobInput, **kwargs: Any) -> CreateJob:
        query = gql("""
            mutation CreateJob($input: CreateJobInput!) {
              createJob(input: $input) {
                errors {
                  __typename
                  code
                  message
                }
                job {
                  uid
                  status
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CreateJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CreateJob.model_validate(data)

    async def queue_job(self, input: QueueJobInput, **kwargs: Any) -> QueueJob:
        query = gql("""
            mutation QueueJob($input: QueueJobInput!) {
              queueJob(input: $input) {
                cursor
                errors {
                  __typename
                  code
                  message
                }
                result {
                  outcome
                  errors {
                    __typename
                    code
                    message
                  }
                  job {
                    uid
                    status
                    queuedToLane
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="QueueJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return QueueJob.model_validate(data)

    async def get_job(self, project: str, job: str, **kwargs: Any) -> GetJob:
        query = gql("""
            query GetJob($project: ProjectUid!, $job: JobUid!) {
              job(ref: {uid: {projectUid: $project, jobUid: $job}}) {
                id
                uid
                title
                status
                progress {
                  fraction
                  message
                }
                outputs {
                  name
                  numItems
                }
              }
            }
            """)
        variables: dict[str, object] = {"project": project, "job": job}
        response = await self.execute(
            query=query, operation_name="GetJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return GetJob.model_validate(data)

    async def watch_jobs(
        self,
        filter_: Union[Optional[JobFilter], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> AsyncIterator[WatchJobs]:
        query = gql("""
            subscription WatchJobs($filter: JobFilter, $after: Cursor) {
              jobChanges(filter: $filter, after: $after) {
                cursor
                kind
                snapshotComplete
                resetReason
                removed {
                  id
                }
                upserted {
                  id
                  uid
                  projectUid
                  title
                  status
                  progress {
                    fraction
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"filter": filter_, "after": after}
        async for data in self.execute_ws(
            query=query, operation_name="WatchJobs", variables=variables, **kwargs
        ):
            yield WatchJobs.model_validate(data)
