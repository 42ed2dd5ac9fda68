"""Watches: woken by the objects they are over, and by nothing else."""

from domain.live.changes import Change, Kind
from domain.live.hub import ResetReason
from domain.live.watches import sign_in_of
from domain.permissions import UserRole, Viewer
from tests.domain.live.test_hub import at, started_hub

ANNA, BERT = (Kind.USERS, "anna"), (Kind.USERS, "bert")
SOON = 10.0


async def test_a_watch_is_woken_by_what_it_is_over() -> None:
    hub = started_hub()
    with hub.watches.over([ANNA]) as annas, hub.watches.over([BERT, ANNA]) as both:
        annas.rest()
        both.rest()

        hub.mark([Change(*BERT, at(11))], at(11))

        assert (annas.is_woken, both.is_woken) == (False, True)
        hub.mark([Change(*ANNA, at(12))], at(12))
        await annas.wait(SOON)
        assert annas.is_woken


async def test_lost_history_wakes_all() -> None:
    hub = started_hub()
    with hub.watches.over([ANNA]) as watch:
        watch.rest()

        hub.reset(ResetReason.SERVER_RESTORED, at(20))

        assert watch.is_woken


async def test_a_watch_that_has_ended_leaves_nothing_behind() -> None:
    watches = started_hub().watches
    with watches.over([ANNA, BERT]), watches.over([ANNA]):
        pass

    assert watches._watches == {}


async def test_a_wait_ends_without_a_change_too() -> None:
    with started_hub().watches.over([ANNA]) as watch:
        watch.rest()

        await watch.wait(0.01)

        assert not watch.is_woken


def test_rights_are_read_from_the_user_and_what_it_came_with() -> None:
    anna = Viewer("anna", "anna", UserRole.USER, token_id="T1")

    assert sign_in_of(anna) == {ANNA, (Kind.API_TOKENS, "T1")}
