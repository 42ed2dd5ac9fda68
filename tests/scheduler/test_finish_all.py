"""What goes on side by side ends before anybody goes on, also after a fault."""

import asyncio

import pytest

from scheduler.finish_all import finish_all


async def test_a_fault_is_raised_after_the_others_have_ended() -> None:
    ended = []
    may_end = asyncio.Event()

    async def fail() -> None:
        may_end.set()
        raise ValueError("no")

    async def go_on() -> None:
        await may_end.wait()
        await asyncio.sleep(0)
        ended.append("other")

    with pytest.raises(ValueError, match="no"):
        await finish_all([fail(), go_on()])
    assert ended == ["other"]


async def test_nothing_to_do_is_done() -> None:
    await finish_all([])
