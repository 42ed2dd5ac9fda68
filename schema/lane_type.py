"""The kind of a lane and of its targets."""

from enum import StrEnum

from schema.described import describe


class LaneType(StrEnum):
    """The kind of a lane and of its targets; the value is what the documents hold."""

    NODE = "node"
    CLUSTER = "cluster"


describe(
    LaneType,
    "LaneType",
    "Kind of targets in a scheduler lane.",
    {"NODE": "Node.", "CLUSTER": "Cluster."},
)
