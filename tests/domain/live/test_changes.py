from typing import Any

import pytest

from domain.live.changes import Change, CollectionGone, Kind, change_from_row
from domain.live.cursor import Position

TOKEN = "826B059DBB000000022B022C0100296E04"


def row(operation: str) -> dict[str, Any]:
    return {
        "_id": {"_data": TOKEN},
        "operationType": operation,
        "ns": {"db": "lanekeeper", "coll": "jobs"},
        "documentKey": {"_id": "P3-J42"},
    }


@pytest.mark.parametrize("operation", ["insert", "update", "replace"])
def test_a_write_names_its_document(operation: str) -> None:
    change = change_from_row(row(operation))

    assert change == Change(Kind.JOBS, "P3-J42", Position.of_token(TOKEN))


def test_a_deletion_says_so() -> None:
    assert change_from_row(row("delete")).deleted


@pytest.mark.parametrize("operation", ["drop", "rename", "dropDatabase", "invalidate"])
def test_a_lost_collection_is_never_taken_for_a_change(operation: str) -> None:
    with pytest.raises(CollectionGone, match=operation):
        change_from_row(row(operation))
