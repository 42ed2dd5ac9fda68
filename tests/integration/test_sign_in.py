"""The address that `serve` prints, raced for."""

import asyncio

import pytest

from domain import clock
from domain.database import Database
from web.sign_in import consume_one_time_token, make_one_time_token

pytestmark = pytest.mark.mongo


async def test_of_many_who_open_the_printed_address_at_once_one_is_let_in(
    real_database: Database,
) -> None:
    now = clock.now()
    secret = await make_one_time_token("admin", now=now)

    # Twenty requests are on their way before the first answer is: reading first and deleting
    # afterwards would let several in.
    let_in = await asyncio.gather(*(consume_one_time_token(secret, now=now) for _ in range(20)))

    assert sorted(let_in, key=str) == [None] * 19 + ["admin"]
