"""Which media type answers, by what clients of the field send as Accept."""

import pytest

from web.media_types import EVENTS, JSON, MULTIPART, RESPONSE, negotiate, negotiate_stream

URQL_QUERY = (
    "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed"
)
APOLLO = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (RESPONSE, RESPONSE),
        (f"{JSON};q=0.9, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.1, {JSON};q=0.2", JSON),
        (URQL_QUERY, RESPONSE),
        (EVENTS, EVENTS),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=nonsense", None),
    ],
)
def test_one_answer_is_of_the_type_that_the_client_likes_best(
    accept: str | None, expected: str | None
) -> None:
    assert negotiate(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, None),
        ("*/*", None),
        (JSON, None),
        (EVENTS, EVENTS),
        (f"{JSON}, {EVENTS}", EVENTS),
        ("text/event-stream, multipart/mixed", EVENTS),
        (APOLLO, MULTIPART),
        (f"{JSON}, {APOLLO}", MULTIPART),
        ("multipart/mixed", None),
        ('multipart/mixed;boundary="-";subscriptionSpec="1.0"', None),
        ("multipart/mixed;subscriptionSpec=2.0", None),
    ],
)
def test_a_stream_is_sent_only_to_a_client_that_names_it(
    accept: str | None, expected: str | None
) -> None:
    assert negotiate_stream(accept) == expected
