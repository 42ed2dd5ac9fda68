"""The root of subscriptions: the nouns, composed."""

from resolvers.current_jobs_changes import CurrentJobsSubscriptions
from resolvers.job_changes import JobSubscriptions
from resolvers.job_event_log import EventLogSubscriptions
from resolvers.lane_changes import LaneSubscriptions
from schema.described import object_type


@object_type
class Subscription(
    JobSubscriptions, CurrentJobsSubscriptions, EventLogSubscriptions, LaneSubscriptions
):
    """Streams: one message type each, all resumable by cursor, snapshot first, then deltas."""
