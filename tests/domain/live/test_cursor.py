from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.live.cursor import (
    ANY_FIELD,
    CursorForAnotherFilter,
    CursorInvalid,
    CursorSigner,
    Position,
    filter_hash,
)

SIGNER = CursorSigner(b"k" * 32)
TOKEN = "826B059DBB000000022B022C0100296E5A1004AE0DD2260EE54DCCB021A20ACC24CA2D463C5F69640004"
POSITION = Position.of_token(TOKEN)
FILTER = filter_hash({"projectUid": "P3"})
u32 = st.integers(0, 2**32 - 1)


def test_a_token_tells_its_time() -> None:
    assert POSITION.time == (0x6B059DBB, 2)


@pytest.mark.parametrize("token", ["", "82", "836B059DBB00000002", TOKEN.lower(), TOKEN + "x"])
def test_a_token_of_another_form_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="resume token"):
        Position.of_token(token)


def test_positions_follow_time_then_token_and_end_behind_all_of_a_moment() -> None:
    in_order = [
        Position((1, 9)),
        Position((2, 0), "8200000002000000000"),
        Position((2, 0), "82000000020000000029"),
        Position((2, 0)),
        Position((2, 1), "82000000020000000100"),
        Position((3, 0)),
    ]

    assert all(earlier < later for earlier, later in pairwise(in_order))
    assert max(in_order) == in_order[-1]


@given(st.tuples(u32, u32), st.tuples(u32, u32))
def test_the_sequence_never_falls_and_fits_a_javascript_number(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    earlier, later = sorted([Position(one), Position(other)])

    assert earlier.sequence <= later.sequence < 2**53


def test_the_sequence_counts_within_a_second() -> None:
    assert Position((7, 3)).sequence == 7 * 2**20 + 3
    assert Position((7, 4)).sequence - Position((7, 3)).sequence == 1


@given(u32, u32, st.integers(0, 2**64 - 1))
def test_a_cursor_carries_a_time_and_a_count(seconds: int, increment: int, extra: int) -> None:
    position = Position((seconds, increment))

    cursor = SIGNER.encode(position, "jobEventLog", FILTER, extra)

    assert SIGNER.decode(cursor, "jobEventLog", FILTER) == (position, extra)


def test_a_cursor_carries_a_token() -> None:
    cursor = SIGNER.encode(POSITION, "jobChanges", FILTER)

    assert SIGNER.decode(cursor, "jobChanges", FILTER) == (POSITION, 0)


@pytest.mark.parametrize(("field", "hashed"), [("laneChanges", FILTER), ("jobChanges", "other")])
def test_a_cursor_is_refused_under_another_field_or_filter(field: str, hashed: str) -> None:
    cursor = SIGNER.encode(POSITION, "jobChanges", FILTER)

    with pytest.raises(CursorForAnotherFilter):
        SIGNER.decode(cursor, field, hashed)


def test_a_payloads_cursor_starts_any_stream() -> None:
    cursor = SIGNER.encode(Position((5, 6)), ANY_FIELD, "")

    for field in ("jobChanges", "currentJobs", "jobEventLog"):
        assert SIGNER.decode(cursor, field, FILTER) == (Position((5, 6)), 0)


def test_any_changed_character_of_a_cursor_is_refused() -> None:
    cursor = SIGNER.encode(POSITION, "jobChanges", FILTER)

    for place, letter in enumerate(cursor):
        forged = cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(CursorInvalid):
            SIGNER.decode(forged, "jobChanges", FILTER)


def test_a_cursor_of_another_server_is_refused() -> None:
    foreign = CursorSigner(b"x" * 32).encode(POSITION, "jobChanges", FILTER)

    with pytest.raises(CursorInvalid):
        SIGNER.decode(foreign, "jobChanges", FILTER)


@pytest.mark.parametrize("text", ["", "AAAA", "not a cursor", "A" * 200, "ö"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorInvalid):
        SIGNER.decode(text, "jobChanges", FILTER)


def test_equal_filters_hash_alike_whatever_their_order() -> None:
    assert filter_hash({"a": 1, "b": [2, None]}) == filter_hash({"b": [2, None], "a": 1})
    assert filter_hash({"a": 1}) != filter_hash({"a": 2})
    assert filter_hash({"a": [1, 2]}) != filter_hash({"a": [2, 1]})
