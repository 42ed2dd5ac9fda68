"""Pages of lists: the arguments every connection takes, and a page as a value."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import strawberry
from strawberry import UNSET

from domain.errors import BadInput
from schema.described import attribute, object_type
from schema.scalars import Cursor

DEFAULT_PAGE = 50
MAX_PAGE = 500

First = Annotated[
    int | None, strawberry.argument(description="Page size going forward, at most 500.")
]
After = Annotated[Cursor | None, strawberry.argument(description="Position to continue after.")]
Last = Annotated[
    int | None, strawberry.argument(description="Page size going backward, at most 500.")
]
Before = Annotated[Cursor | None, strawberry.argument(description="Position to continue before.")]

T = TypeVar("T")


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for: `size` objects after or, `backward`, before `cursor`."""

    size: int = DEFAULT_PAGE
    cursor: str | None = None
    backward: bool = False

    @classmethod
    def of(
        cls,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> "Window":
        """From the arguments of a connection; without sizes, the first 50.

        Raises BadInput if both directions are asked for, or a size is not within 1 to 500.
        """
        first, last = _given(first), _given(last)
        after, before = _given(after), _given(before)
        backward = last is not None or (before is not None and first is None)
        if backward and (first is not None or after is not None):
            raise BadInput("Give first and after, or last and before, not both.", path=["last"])
        size = DEFAULT_PAGE if first is None and last is None else (last if backward else first)
        if size is None or not 1 <= size <= MAX_PAGE:
            raise BadInput(f"A page has 1 to {MAX_PAGE} objects.", constraint=f"1..{MAX_PAGE}")
        return cls(size, before if backward else after, backward)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list, in its order; `cursors` belong to `items`, `count` counts the whole list."""

    items: Sequence[T]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]


@object_type
class PageInfo:
    """Relay page information."""

    has_next_page: bool = attribute("More after endCursor.")
    has_previous_page: bool = attribute("More before startCursor.")
    start_cursor: str | None = attribute("First cursor (String, as Relay requires).")
    end_cursor: str | None = attribute("Last cursor.")

    @classmethod
    def of(cls, page: Page[T]) -> "PageInfo":
        """What a client needs to ask for the next or the previous page."""
        return cls(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        )


def _given(value: T | None) -> T | None:
    return None if value is UNSET else value
