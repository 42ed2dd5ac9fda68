"""Global ids: opened only if they are ours."""

import pytest

from domain.errors import BadInput
from schema.node import GlobalId, global_id


def test_a_global_id_leads_back_to_its_object() -> None:
    assert GlobalId.parse(global_id("Job", "P3-J42")) == GlobalId("Job", "P3-J42")


@pytest.mark.parametrize(
    "text", ["", "é", "Sm9i", "!!!!", "/w==", "\ud800", "OkpvYg==", "Sm9iOg=="]
)
def test_what_is_no_global_id_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        GlobalId.parse(text)
