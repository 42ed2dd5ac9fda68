"""The referee of the feed: what it lets pass, and what it finds."""

from typing import Any

import pytest

from schema.node import global_id
from tests.chaos_feed.stories import JobStory, LogStory


def message(kind: str, sequence: int, *jobs: tuple[str, int], **other: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "sequence": sequence,
        "cursor": f"at {sequence}",
        "snapshotComplete": True,
        "upserted": [{"id": uid, "uid": uid, "revision": revision} for uid, revision in jobs],
        "removed": [],
        **other,
    }


def entries(kind: str, sequence: int, *numbers: int) -> dict[str, Any]:
    ids = [global_id("TextLogEntry", f"P1-J1:{number:09d}") for number in numbers]
    return message(kind, sequence, entries=[{"id": id} for id in ids])


def test_a_sound_story_has_nothing_wrong_and_ends_as_the_database() -> None:
    story = JobStory("one")
    for told in (
        message("SNAPSHOT", 10, ("J1", 1), ("J2", 1)),
        message("DELTA", 11, ("J1", 3)),
        message("HEARTBEAT", 12),
        message("DELTA", 13, removed=[{"id": "J2"}]),
        message("RESET", 20),
        message("SNAPSHOT", 20, ("J1", 3)),
        message("DELTA", 21, ("J3", 1)),
    ):
        story.told(told)

    assert story.violations == []
    assert story.differs_from({"J1": 3, "J3": 1}) == []
    assert story.cursor == "at 21"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (message("DELTA", 11, ("J1", 4)), "DELTA at 11 after 11"),
        (message("DELTA", 12, ("J1", 2)), "went back from revision 3 to 2"),
        (message("SNAPSHOT", 12), "without RESET"),
        (message("HEARTBEAT", 10), "HEARTBEAT at 10 after 11"),
    ],
    ids=["twice", "backwards", "unasked", "in the past"],
)
def test_what_cannot_be_is_found(told: dict[str, Any], found: str) -> None:
    story = JobStory("one")
    story.told(message("SNAPSHOT", 10, ("J1", 1)))
    story.told(message("DELTA", 11, ("J1", 3)))

    story.told(told)

    [violation] = story.violations
    assert found in violation


def test_a_change_that_was_never_told_is_found_in_the_end() -> None:
    story = JobStory("one")
    story.told(message("SNAPSHOT", 10, ("J1", 1)))

    assert story.differs_from({"J1": 2}) == ["one: J1 is 1, in the database 2"]


def test_a_lost_cursor_has_to_be_told() -> None:
    hushed, announced = JobStory("hushed"), JobStory("announced")
    for story in (hushed, announced):
        story.told(message("SNAPSHOT", 10, ("J1", 1)))
        story.is_lost = True

    hushed.told(message("HEARTBEAT", 30))
    announced.told(message("RESET", 30))

    assert len(hushed.violations) == 1
    assert announced.violations == []


@pytest.mark.parametrize("numbers", [(2, 4), (2, 2), (1,)], ids=["gap", "twice", "again"])
def test_every_entry_of_a_log_comes_once_and_in_order(numbers: tuple[int, ...]) -> None:
    story = LogStory("one")
    story.told(entries("SNAPSHOT", 10, 1))

    story.told(entries("DELTA", 11, *numbers))

    assert len(story.violations) == 1
