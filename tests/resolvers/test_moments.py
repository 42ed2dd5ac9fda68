"""Moments: who shares what was read, and when it is read anew."""

from dataclasses import dataclass
from typing import Any, cast

from domain.live.cursor import Position
from domain.permissions import Permission, UserRole, Viewer
from resolvers.moments import MOST_SCOPES, Moments, likeness
from schema.context import Context

ANNA = Viewer(user_id="anna", name="Anna", role=UserRole.USER)
EARLY, LATE = Position((1, 1)), Position((2, 1))


@dataclass
class Reader:
    """As much of a context as moments look at."""

    caller: Viewer
    new_reads: Any = lambda context: object()


def context_of(caller: Viewer) -> Context:
    return cast("Context", Reader(caller))


def test_readers_with_the_same_rights_share_however_they_signed_in() -> None:
    moments = Moments()
    by_token = Viewer(**{**vars(ANNA), "token_id": "t", "address": "10.0.0.1"})

    first = moments.at(context_of(ANNA), EARLY)

    assert moments.at(context_of(by_token), EARLY) is first


def test_readers_with_other_rights_never_share() -> None:
    moments = Moments()
    others = [
        Viewer(user_id="bert", name="Anna", role=UserRole.USER),
        Viewer(user_id="anna", name="Anna", role=UserRole.ADMIN),
        Viewer(user_id="anna", name="Anna", role=UserRole.USER, cap=Permission.READ),
        Viewer(user_id="anna", name="Anna", role=UserRole.USER, lanes=frozenset({"gpu"})),
    ]

    seen = {id(moments.at(context_of(viewer), EARLY).reads) for viewer in (ANNA, *others)}

    assert len(seen) == 1 + len(others)


def test_a_later_position_is_read_anew_and_serves_those_who_are_behind() -> None:
    moments = Moments()
    early = moments.at(context_of(ANNA), EARLY)
    late = moments.at(context_of(ANNA), LATE)

    assert late is not early
    assert moments.at(context_of(ANNA), EARLY) is late


def test_only_so_many_kinds_of_readers_are_remembered() -> None:
    moments = Moments()
    first = moments.at(context_of(ANNA), EARLY)
    for number in range(MOST_SCOPES):
        other = Viewer(user_id=f"u{number}", name="", role=UserRole.USER)
        moments.at(context_of(other), EARLY)

    assert moments.at(context_of(ANNA), EARLY) is not first


def test_contents_are_alike_only_if_they_tell_of_the_same_objects() -> None:
    @dataclass
    class Told:
        id: str
        deleted: bool = False

    one = {"upserted": [Told("a")], "removed": []}

    assert likeness(one) == likeness({"upserted": [Told("a")], "removed": []})
    assert likeness(one) != likeness({"upserted": [], "removed": [Told("a")]})
    assert likeness(one) != likeness({"upserted": [Told("b")], "removed": []})
    assert likeness({"removed": [Told("a")]}) != likeness({"removed": [Told("a", deleted=True)]})
