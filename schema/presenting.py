"""From a record of the domain to the GraphQL object that shows it."""

from dataclasses import fields
from functools import singledispatch
from typing import Any


@singledispatch
def present(record: object) -> Any:  # the GraphQL type that was registered for the record's class
    """The GraphQL object that shows `record`: a document, or a refusal.

    Each GraphQL type registers itself here, so that types which lead to each other need not
    import each other.
    """
    raise TypeError(f"No GraphQL type shows a {type(record).__name__}.")


def same_names(shown: type, record: object, *but: str) -> dict[str, Any]:  # values of any type
    """The values of `record` for the plain fields of `shown` that have the same name there."""
    return {
        field.name: getattr(record, field.name)
        for field in fields(shown)
        if field.init and field.name not in but and hasattr(record, field.name)
    }
