"""What targets lack is found out, and is on record."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Target
from domain.installed_programs import lacking_anywhere
from domain.job_types import Catalogue, Site, load_catalogue
from domain.job_types.site import PlaceRules
from scheduler.executors.base import LaneUnreachable
from scheduler.installed_programs import InstalledPrograms
from tests.fakes.executor import FakeExecutor

MakeTarget = Callable[..., Awaitable[Target]]
WITHOUT_TOPAZ = {"topaz_extract": "topaz"}


def search(executor: FakeExecutor, **lanes: PlaceRules) -> InstalledPrograms:
    built_in = load_catalogue()
    catalogue = Catalogue(built_in.types, site=Site(lanes=lanes))
    return InstalledPrograms(catalogue, {"node1": executor})


@pytest.fixture
def executor() -> FakeExecutor:
    executor = FakeExecutor()
    executor.absent = frozenset({"topaz"})
    return executor


async def test_what_a_target_lacks_is_on_record_and_comes_off_it_again(
    executor: FakeExecutor, make_target: MakeTarget
) -> None:
    before = await make_target()
    programs = search(executor)

    await programs.search_all()
    without = await lacking_anywhere()
    executor.absent = frozenset()
    await programs.search_all()

    assert without == {"node1": WITHOUT_TOPAZ}
    assert await lacking_anywhere() == {"node1": {}}
    after = await Target.get("node1")
    assert after is not None
    assert after.revision == before.revision


async def test_what_is_vouched_for_is_not_looked_for(
    executor: FakeExecutor, make_target: MakeTarget
) -> None:
    target = await make_target()
    vouched = search(executor, **{target.lane: PlaceRules(provides=("topaz",))})

    assert await vouched.search(target) == {}


async def test_where_it_cannot_be_told_an_administrators_word_counts(
    executor: FakeExecutor, make_target: MakeTarget
) -> None:
    executor.absent = None
    target = await make_target()
    relion = {"relion_refine", "relion_preprocess"}

    lacks = await search(executor, **{target.lane: PlaceRules(provides=(*relion,))}).search(target)

    assert lacks is not None
    assert lacks["topaz_extract"] == "topaz"
    assert {"class_2D_relion", "extract_relion"} & lacks.keys() == set()


async def test_without_a_word_all_is_taken_to_be_there(
    executor: FakeExecutor, make_target: MakeTarget
) -> None:
    executor.absent = None
    target = await make_target()

    assert await search(executor).search(target) == {}
    assert await lacking_anywhere() == {"node1": {}}


async def test_of_a_target_that_is_silent_stands_what_was_found_before(
    executor: FakeExecutor, make_target: MakeTarget
) -> None:
    target = await make_target()
    programs = search(executor)
    await programs.search_all()
    executor.is_reachable = False

    await programs.search_all()

    assert await lacking_anywhere() == {"node1": WITHOUT_TOPAZ}
    with pytest.raises(LaneUnreachable):
        await programs.search(target)
