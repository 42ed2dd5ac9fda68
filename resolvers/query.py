"""The root of queries: the nouns, composed."""

from resolvers.audit_log import AuditLogQueries
from resolvers.current_jobs import CurrentJobsQueries
from resolvers.instance import InstanceQueries
from resolvers.job_chain import ChainQueries
from resolvers.jobs import JobQueries
from resolvers.lanes import LaneQueries
from resolvers.nodes import NodeQueries
from resolvers.operations import OperationQueries
from resolvers.projects import ProjectQueries
from resolvers.storage import StorageQueries
from resolvers.tags import TagQueries
from schema.described import object_type


@object_type
class Query(
    NodeQueries,
    InstanceQueries,
    ProjectQueries,
    JobQueries,
    ChainQueries,
    CurrentJobsQueries,
    LaneQueries,
    OperationQueries,
    TagQueries,
    StorageQueries,
    AuditLogQueries,
):
    """Read entry points. Fields that can fail on their own are nullable, so a dashboard keeps the
    rest."""
