"""The root of subscriptions: the nouns, composed."""

from resolvers.current_jobs_changes import CurrentJobsSubscriptions
from resolvers.instance_changes import InstanceSubscriptions
from resolvers.job_changes import JobSubscriptions
from resolvers.job_event_log import EventLogSubscriptions
from resolvers.lane_changes import LaneSubscriptions
from resolvers.notification_changes import NotificationSubscriptions
from resolvers.operation_changes import OperationSubscriptions
from resolvers.project_changes import ProjectSubscriptions
from resolvers.token_usage_changes import TokenUsageSubscriptions
from resolvers.workspace_changes import WorkspaceSubscriptions
from schema.described import object_type


@object_type
class Subscription(
    JobSubscriptions,
    CurrentJobsSubscriptions,
    ProjectSubscriptions,
    WorkspaceSubscriptions,
    EventLogSubscriptions,
    OperationSubscriptions,
    TokenUsageSubscriptions,
    LaneSubscriptions,
    NotificationSubscriptions,
    InstanceSubscriptions,
):
    """Streams: one message type each, all resumable by cursor, snapshot first, then deltas."""
