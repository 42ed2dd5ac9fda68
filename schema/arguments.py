"""The arguments that streams share."""

from typing import Annotated

import strawberry

from schema.scalars import Cursor

StreamAfter = Annotated[
    Cursor | None, strawberry.argument(description="Position to continue after.")
]
Snapshot = Annotated[
    bool,
    strawberry.argument(
        description="Send the present state first; ignored when `after` can be resumed."
    ),
]
MaxBatchSize = Annotated[
    int, strawberry.argument(description="Most objects per message, 1 to 500.")
]
MinIntervalMs = Annotated[
    int,
    strawberry.argument(description="Coalesce changes to at most one message per interval."),
]
