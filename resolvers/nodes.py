"""Any object by its global id."""

from asyncio import gather
from typing import Annotated

import strawberry

from domain.errors import BadInput
from resolvers.finding import find_node
from schema.context import Info
from schema.described import field, object_type
from schema.node import GlobalId, Node
from schema.paging import MAX_PAGE


@object_type
class NodeQueries:
    """Fields that take global ids."""

    @field()
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Global ID.")],
    ) -> Node | None:
        """Any object by global ID."""
        return await find_node(info.context, GlobalId.parse(id))

    @field()
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Global IDs, at most 500.")
        ],
    ) -> list[Node | None]:
        """Objects by global ID, in order, null where missing."""
        if len(ids) > MAX_PAGE:
            raise BadInput(f"At most {MAX_PAGE} IDs.", path=["ids"], constraint=f"<= {MAX_PAGE}")
        return await gather(*(find_node(info.context, GlobalId.parse(id)) for id in ids))
