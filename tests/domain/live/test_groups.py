"""Groups of streams: one run for all, nobody waits for anybody, nobody misses anything."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from domain.clock import now
from domain.live.hub import ResetReason
from tests.domain.live.house import ANNA, BERT, SOON, House, Reader, told
from tests.domain.live.test_hub import at, everything


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    opened = House()
    yield opened
    for reader in opened.readers:
        reader.task.cancel()
    await asyncio.gather(*(reader.task for reader in opened.readers), return_exceptions=True)
    await opened.until(lambda: opened.runs == 0)


async def next_of(reader: Reader) -> list[str]:
    async with asyncio.timeout(SOON):
        return await reader.came.get()


async def test_readers_who_ask_the_same_are_told_by_one_run(house: House) -> None:
    readers = await house.read(3)

    house.change("J1")

    assert [await next_of(reader) for reader in readers] == [["P3-J1"]] * 3
    assert [reader.alone for reader in readers] == [[]] * 3
    assert house.runs == 1


async def test_who_is_the_only_one_to_ask_is_run_alone(house: House) -> None:
    house.readers.append(Reader(house))
    await asyncio.sleep(0)

    house.change("J1")

    assert await next_of(house.readers[0]) == ["P3-J1"]
    assert house.runs == 0


async def test_a_full_transport_holds_up_nobody_and_misses_nothing(house: House) -> None:
    slow, quick = await house.read(2)
    slow.is_full = True
    house.change("J1")
    house.change("J2")

    assert await next_of(quick) == ["P3-J1", "P3-J2"]
    assert await next_of(slow) == ["P3-J1", "P3-J2"]
    assert slow.alone == [["P3-J1", "P3-J2"]]


async def test_who_was_let_go_comes_back_and_is_told_once(house: House) -> None:
    slow, quick = await house.read(2)
    slow.is_full = True
    house.change("J1")
    await next_of(slow)
    slow.is_full = False
    await house.until(lambda: slow.member is not None)

    house.change("J2")

    assert await next_of(slow) == ["P3-J2"]
    assert slow.alone == [["P3-J1"]]
    assert [await next_of(quick) for _ in range(2)] == [["P3-J1"], ["P3-J2"]]


async def test_who_comes_while_something_is_told_is_not_told_that(house: House) -> None:
    first, second = await house.read(2)
    house.may_tell.clear()
    house.change("J1")
    await asyncio.sleep(0)
    third = Reader(house)
    house.readers.append(third)
    await asyncio.sleep(0)
    house.change("J2")
    house.may_tell.set()

    assert [await next_of(first) for _ in range(2)] == [["P3-J1"], ["P3-J2"]]
    assert [await next_of(second) for _ in range(2)] == [["P3-J1"], ["P3-J2"]]
    assert await next_of(third) == ["P3-J2"]
    assert third.came.empty()


async def test_who_comes_while_something_is_told_that_it_waits_for_waits_for_no_other_news(
    house: House,
) -> None:
    first, _ = await house.read(2)
    house.may_tell.clear()
    async with house.hub.listen(everything) as listener:
        house.change("J1")
        await asyncio.sleep(0)
        joined = asyncio.create_task(first.join_as_another(listener))
        await asyncio.sleep(0)
        house.may_tell.set()

        async with asyncio.timeout(SOON / 2):  # the group's next turn is SOON
            assert told(await joined) == ["P3-J1"]


async def test_an_answer_with_errors_is_left_to_each_reader_alone(house: House) -> None:
    readers = await house.read(2)
    house.fails = True

    house.change("J1")

    assert [await next_of(reader) for reader in readers] == [["P3-J1"]] * 2
    assert [reader.alone for reader in readers] == [[["P3-J1"]]] * 2


async def test_whose_rights_have_changed_is_let_go_before_the_next_message(house: House) -> None:
    changed, same = await house.read(2)
    house.change("J1")
    assert [await next_of(reader) for reader in (changed, same)] == [["P3-J1"]] * 2
    changed.viewer = BERT
    house.change_user("anna")

    house.change("J2")

    assert await next_of(same) == ["P3-J2", "anna"]
    await house.until(lambda: changed.alone == [["P3-J2", "anna"]])


async def test_whose_sign_in_has_expired_is_asked_for_anew(house: House) -> None:
    expiring, _ = readers = await house.read(2)
    expiring.viewer = replace(ANNA, expires_at=now())
    for uid in ("J1", "J2"):
        house.change(uid)
        assert [await next_of(reader) for reader in readers] == [[f"P3-{uid}"]] * 2

    assert [reader.asked for reader in readers] == [2, 1]


async def test_rights_are_not_read_anew_while_they_are_the_same(house: House) -> None:
    readers = await house.read(2)
    for number in range(5):
        house.change(f"J{number}")
        assert [await next_of(reader) for reader in readers] == [[f"P3-J{number}"]] * 2

    assert [reader.asked for reader in readers] == [1, 1]


async def test_a_group_ends_with_its_last_member(house: House) -> None:
    readers = await house.read(2)

    for reader in readers:
        reader.task.cancel()

    await house.until(lambda: house.runs == 0)


async def test_what_the_group_told_before_is_known_to_who_is_let_go(house: House) -> None:
    slow, quick = await house.read(2)
    house.change("J1")
    for reader in (slow, quick):
        await next_of(reader)
    slow.is_full = True

    house.change("J2")

    assert await next_of(slow) == ["P3-J2"]
    assert slow.had.ids == {"P3-J1", "P3-J2"}


async def test_lost_history_is_told_to_every_member(house: House) -> None:
    slow, quick = await house.read(2)
    slow.is_full = True

    house.hub.reset(ResetReason.SERVER_RESTORED, at(50))

    assert await next_of(quick) == ["SERVER_RESTORED"]
    assert await next_of(slow) == ["SERVER_RESTORED"]
