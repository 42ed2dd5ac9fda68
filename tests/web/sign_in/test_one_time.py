"""One-time tokens: good once, within a day; the race for one is in tests/integration."""

from datetime import timedelta

from domain import clock
from domain.database import Database
from web.sign_in import consume_one_time_token, make_one_time_token
from web.sign_in.one_time import LIFETIME


async def test_a_token_signs_its_user_in_once(database: Database) -> None:
    now = clock.now()
    secret = await make_one_time_token("admin", now=now)

    assert await consume_one_time_token(secret, now=now) == "admin"
    assert await consume_one_time_token(secret, now=now) is None


async def test_a_token_is_good_for_less_than_a_day(database: Database) -> None:
    now = clock.now()
    early = await make_one_time_token("admin", now=now)
    late = await make_one_time_token("admin", now=now)
    just_before = now + LIFETIME - timedelta(seconds=1)

    assert await consume_one_time_token(early, now=just_before) == "admin"
    assert await consume_one_time_token(late, now=now + LIFETIME) is None


async def test_an_unknown_token_is_nobodys(database: Database) -> None:
    assert await consume_one_time_token("never-made", now=clock.now()) is None
