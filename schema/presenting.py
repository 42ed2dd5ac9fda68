"""From a record of the domain to the GraphQL object that shows it."""

from dataclasses import fields
from functools import cache, singledispatch
from typing import Any


@singledispatch
def present(record: object) -> Any:  # the GraphQL type that was registered for the record's class
    """The GraphQL object that shows `record`: a document, or a refusal.

    Each GraphQL type registers itself here, so that types which lead to each other need not
    import each other.
    """
    raise TypeError(f"No GraphQL type shows a {type(record).__name__}.")


def same_names(shown: type, record: Any, *but: str) -> dict[str, Any]:  # values of any type
    """The values of `record` for the plain fields of `shown` that have the same name there."""
    stored = vars(record)  # past beanie's look-up, which is made anew for each attribute
    return {
        name: stored[name] if name in stored else getattr(record, name)
        for name in _shared(shown, type(record), but)  # type: ignore[arg-type]  # classes have hashes
    }


@cache
def _shared(shown: type, kind: type, but: tuple[str, ...]) -> tuple[str, ...]:
    own: dict[str, object] = getattr(kind, "model_fields", {})
    declared = own or getattr(kind, "__dataclass_fields__", {})
    return tuple(
        field.name
        for field in fields(shown)
        if field.init and field.name not in but
        if field.name in declared or hasattr(kind, field.name)
    )
