"""The directives printed in the SDL: weights for the query guard, permissions for the reader."""

import strawberry
from strawberry.schema_directive import Location

from domain.permissions import Permission


@strawberry.schema_directive(
    locations=[
        Location.ARGUMENT_DEFINITION,
        Location.ENUM,
        Location.FIELD_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
        Location.OBJECT,
        Location.SCALAR,
    ],
    description="Static weight for query cost analysis (IBM GraphQL cost directives spec).",
)
class Cost:
    """Weight of a field; a text, as in the specification of the IBM cost directives."""

    weight: str = strawberry.field(description="Weight added for the annotated element.")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="List-size hint for query cost analysis (IBM GraphQL cost directives spec).",
)
class ListSize:
    """How long a list is taken to be; `slicing_arguments` bound it when they are given."""

    assumed_size: int | None = strawberry.field(
        description="Assumed length when no slicing argument is given.",
        default=strawberry.UNSET,
    )
    slicing_arguments: list[str] | None = strawberry.field(
        description="Arguments that bound the list length.",
        default=strawberry.UNSET,
    )
    sized_fields: list[str] | None = strawberry.field(
        description="Child fields the size applies to (e.g. edges, nodes).",
        default=strawberry.UNSET,
    )
    require_one_slicing_argument: bool | None = strawberry.field(
        description="Exactly one slicing argument must be present.",
        default=True,
    )


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="Permission the caller must hold on the enclosing project or instance.",
)
class Requires:
    """What the field asks of the caller; the permission classes enforce it."""

    permission: Permission = strawberry.field(description="Required permission.")


PAGE = ListSize(
    slicing_arguments=["first", "last"],
    sized_fields=["edges", "nodes"],
    require_one_slicing_argument=False,
    assumed_size=50,
)
"""A connection with the default page of 50."""
