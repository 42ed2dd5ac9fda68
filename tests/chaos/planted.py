"""Faults that are planted in a process of the product, to see that a test finds them."""

from collections.abc import Awaitable, Callable

from domain import audit, tokens

PLANTED = "LANEKEEPER_TESTS_PLANTED"
"""The variable that names the fault; the nursery alone reads it."""


def leak_tokens() -> None:
    """Of a job with two GPUs, the tokens stay behind."""
    sound = tokens.give_back

    async def give_back(key: str, amount: int, *, instance_id: str) -> bool:
        return amount < 2 and await sound(key, amount, instance_id=instance_id)

    tokens.give_back = give_back


def skip_audit() -> None:
    """Taking tags away is not put on record."""
    sound: Callable[..., Awaitable[None]] = audit.record

    async def record(*args: object, **options: object) -> None:
        if "removeJobTags" not in args:
            await sound(*args, **options)

    audit.record = record


FAULTS = {fault.__name__: fault for fault in (leak_tokens, skip_audit)}


def plant(name: str | None) -> None:
    """Break the product in this process; None leaves it as it is."""
    if name is not None:
        FAULTS[name]()
