"""Do several things side by side to their end, even if one of them fails."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def finish_all(works: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Wait for all; then raise the first fault, if there was one.

    `asyncio.gather` would raise at once and leave the others running with nobody waiting.
    """
    ended = await asyncio.gather(*works, return_exceptions=True)
    for result in ended:
        if isinstance(result, BaseException):
            raise result
