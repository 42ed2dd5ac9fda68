"""The token pool on a real database: never above its limit, never leaking."""

import asyncio

import pytest

from domain import tokens
from domain.database import Database
from domain.documents import TokenPool
from domain.documents.instance import POOL_ID
from domain.tokens import Grant

TERM = 3
pytestmark = pytest.mark.mongo


async def a_pool(limit: int | None) -> None:
    await TokenPool(token_limit=limit).insert()


async def used() -> tuple[int, int]:
    pool = await TokenPool.get(POOL_ID)
    assert pool is not None
    return pool.used, sum(grant.tokens for grant in pool.held)


async def take(number: int, amount: int) -> bool:
    return await tokens.take(f"P1-J{number}#1", amount, instance_id="i", term=TERM)


async def take_group(amounts: dict[int, int]) -> bool:
    grants = {f"P1-J{number}#1": Grant(amount) for number, amount in amounts.items()}
    return await tokens.take_many(grants, instance_id="i", term=TERM)


async def test_the_limit_holds_against_everybody_at_once(real_database: Database) -> None:
    await a_pool(4)

    granted = await asyncio.gather(*(take(number, 1) for number in range(12)))

    assert sum(granted) == 4
    assert await used() == (4, 4)


async def test_tokens_are_granted_all_or_none(real_database: Database) -> None:
    await a_pool(3)
    await take(1, 2)

    assert not await take(2, 2)
    assert await used() == (2, 2)


async def test_asking_again_for_the_same_attempt_takes_nothing_more(
    real_database: Database,
) -> None:
    await a_pool(4)
    await take(1, 3)

    assert await take(1, 3)
    assert await used() == (3, 3)


async def test_giving_back_twice_returns_them_once(real_database: Database) -> None:
    await a_pool(4)
    await take(1, 2)
    await take(2, 1)

    first = await tokens.give_back("P1-J1#1", 2, instance_id="i")
    second = await tokens.give_back("P1-J1#1", 2, instance_id="i")

    assert (first, second) == (True, False)
    assert await used() == (1, 1)


async def test_without_a_limit_everybody_gets_what_they_ask_for(real_database: Database) -> None:
    await a_pool(None)

    granted = await asyncio.gather(*(take(number, 8) for number in range(5)))

    assert all(granted)
    assert await used() == (40, 40)


async def test_no_tokens_need_no_pool(real_database: Database) -> None:
    assert await take(1, 0)


async def test_a_group_gets_its_tokens_by_one_write_or_none_at_all(real_database: Database) -> None:
    await a_pool(4)

    first = await take_group({1: 2, 2: 0, 3: 1})
    second = await take_group({4: 1, 5: 1})

    assert (first, second) == (True, False)
    assert await used() == (3, 3)


async def test_a_group_of_which_one_holds_tokens_takes_nothing_more(
    real_database: Database,
) -> None:
    await a_pool(4)
    await take(1, 1)

    assert not await take_group({1: 1, 2: 1})
    assert await used() == (1, 1)


async def test_a_scheduler_that_no_longer_leads_takes_no_tokens(real_database: Database) -> None:
    await a_pool(4)
    await tokens.fence("i", TERM + 1)
    await tokens.fence("i", TERM)  # late: it lowers nothing

    assert not await take(1, 1)
    assert await tokens.take("P1-J1#1", 1, instance_id="another", term=1)
    assert await used() == (1, 1)
