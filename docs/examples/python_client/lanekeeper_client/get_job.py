from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import JobStatus


class GetJob(BaseModel):
    job: Optional["GetJobJob"]


class GetJobJob(BaseModel):
    id: str
    uid: str
    title: str
    status: JobStatus
    progress: Optional["GetJobJobProgress"]
    outputs: list["GetJobJobOutputs"]


class GetJobJobProgress(BaseModel):
    fraction: Optional[float]
    message: Optional[str]


class GetJobJobOutputs(BaseModel):
    name: str
    num_items: int = Field(alias="numItems")


GetJob.model_rebuild()
GetJobJob.model_rebuild()
