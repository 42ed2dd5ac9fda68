"""GraphQL definitions whose descriptions are their docstrings, so that one text serves both."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING
from enum import EnumMeta
from inspect import cleandoc
from typing import Any, TypeVar, dataclass_transform, get_args

import strawberry
from strawberry.permission import BasePermission
from strawberry.types.enum import EnumValue

T = TypeVar("T")


def text(source: object) -> str:
    """The docstring of `source` as one paragraph: line breaks are spaces."""
    return " ".join(cleandoc(source.__doc__ or "").split())


def attribute(
    description: str,
    *,
    name: str | None = None,
    directives: Iterable[object] = (),
    default: Any = MISSING,  # a value of the annotated type
    default_factory: Any = MISSING,  # a function that makes one
) -> Any:  # stands for a value of the annotated type
    """A plain field, read from the object itself; without a default it must be given."""
    return strawberry.field(
        description=description,
        name=name,
        directives=list(directives),
        default=default,
        default_factory=default_factory,
    )


@dataclass_transform(kw_only_default=True, field_specifiers=(attribute,))
def object_type(cls: type[T]) -> type[T]:
    """A GraphQL object type, described by its docstring."""
    return strawberry.type(cls, description=text(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(attribute,))
def interface(cls: type[T]) -> type[T]:
    """A GraphQL interface, described by its docstring."""
    return strawberry.interface(cls, description=text(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(attribute,))
def input_type(cls: type[T]) -> type[T]:
    """A GraphQL input object, described by its docstring."""
    return strawberry.input(cls, description=text(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(attribute,))
def one_of_input(cls: type[T]) -> type[T]:
    """A GraphQL input object of which exactly one field is given."""
    return strawberry.input(cls, description=text(cls), one_of=True)


def field(
    *directives: object, permissions: Iterable[type[BasePermission]] = ()
) -> Callable[[Callable[..., Any]], Any]:
    """A field answered by the decorated resolver, described by the resolver's docstring."""

    def wrap(resolver: Callable[..., Any]) -> Any:  # strawberry's field takes any place
        return strawberry.field(
            resolver,
            description=text(resolver),
            directives=list(directives),
            permission_classes=list(permissions),
        )

    return wrap


Many = Callable[[Sequence[Any], Any], Awaitable[Sequence[Any]]]
"""From objects of one type and the context of the operation to a field's value of each."""
FOR_MANY = "for_many"
"""Where the definition of a batched field holds its function."""


def batched_field(*directives: object) -> Callable[[Many], Any]:
    """A field that the decorated function answers for many objects of a list at once.

    It gets the objects and the operation's context, and gives their values in the same order.
    """

    def wrap(many: Many) -> Any:  # strawberry's field takes any place
        async def one(self: Any, info: strawberry.Info[Any, None]) -> Any:
            return (await many([self], info.context))[0]

        [one.__annotations__["return"]] = get_args(many.__annotations__["return"])
        one.__name__ = many.__name__
        return strawberry.field(
            one,
            description=text(many),
            directives=list(directives),
            metadata={FOR_MANY: many},
        )

    return wrap


def describe(enum: EnumMeta, name: str, description: str, values: Mapping[str, str]) -> None:
    """Give an enum of the domain its GraphQL name and descriptions; `values` is by member name."""
    members = [
        EnumValue(member, enum.__members__[member].value, description=words)
        for member, words in values.items()
    ]
    assert len(members) == len(enum.__members__), f"{name}: a value has no description"
    strawberry.enum(enum, name=name, description=description)
    definition = enum.__strawberry_definition__  # type: ignore[attr-defined]  # set by the line above
    definition.values = members
