"""Settings of the server, and draining."""

import pytest

from domain.documents import Instance, TokenPool
from domain.documents.instance import INSTANCE_ID, POOL_ID
from domain.errors import BadInput, LaneRefused, NotFound, RevisionConflict
from domain.tokens import take
from domain.use_cases import drain
from domain.use_cases.context import Request
from domain.use_cases.instance_settings import SettingChanges, update_instance_settings
from scheduler.order import OrderRules
from scheduler.snapshot import take_snapshot


async def stored() -> Instance:
    instance = await Instance.get(INSTANCE_ID)
    assert instance is not None
    return instance


async def test_what_is_left_out_stays_and_null_clears(request_context: Request) -> None:
    await update_instance_settings(
        request_context, {"banner_message": "Down at noon", "default_priority": 5}
    )

    instance = await update_instance_settings(request_context, {"banner_message": None})

    assert (instance.banner_message, instance.default_priority) == (None, 5)
    assert instance.revision == 3


async def test_the_limit_of_tokens_goes_to_the_pool_and_leaves_what_is_held(
    request_context: Request,
) -> None:
    await take("P1-J1#1", 4, instance_id="i", term=1)

    instance = await update_instance_settings(request_context, {"token_limit": 2})

    pool = await TokenPool.get(POOL_ID)
    assert pool is not None
    assert (pool.token_limit, pool.used, instance.revision) == (2, 4, 2)
    assert not await take("P1-J2#1", 1, instance_id="i", term=1)
    await update_instance_settings(request_context, {"token_limit": None})
    assert await take("P1-J2#1", 1, instance_id="i", term=1)


async def test_the_scheduler_goes_by_the_rules_of_the_order(request_context: Request) -> None:
    rules = SettingChanges(ageing_minutes=0, ageing_limit=5, fair_share=1.5, patience_minutes=10)

    await update_instance_settings(request_context, rules)

    seen = await take_snapshot(frozenset())
    assert seen.rules == OrderRules(0.0, 5, 1.5, 600.0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (SettingChanges(default_priority=101), "defaultPriority"),
        (SettingChanges(default_priority=-1), "defaultPriority"),
        (SettingChanges(token_limit=-1), "tokenLimit"),
        (SettingChanges(banner_message="a" * 2001), "bannerMessage"),
        (SettingChanges(ageing_minutes=-1), "ageingMinutes"),
        (SettingChanges(ageing_limit=101), "ageingLimit"),
        (SettingChanges(fair_share=-0.5), "fairShare"),
        (SettingChanges(patience_minutes=-1), "patienceMinutes"),
    ],
)
async def test_what_is_out_of_range_is_refused_and_changes_nothing(
    request_context: Request, changes: SettingChanges, field: str
) -> None:
    before = await stored()

    with pytest.raises(BadInput) as refusal:
        await update_instance_settings(request_context, changes)

    assert refusal.value.path == [field]
    assert await stored() == before


@pytest.mark.parametrize(
    "changes",
    [SettingChanges(default_lane="nowhere"), SettingChanges(import_lane_override="nowhere")],
)
async def test_a_lane_of_a_setting_must_be_there(
    request_context: Request, changes: SettingChanges
) -> None:
    with pytest.raises(LaneRefused):
        await update_instance_settings(request_context, changes)

    assert (await stored()).default_lane == "default"


async def test_maintenance_and_draining_the_instance_are_one_switch(
    request_context: Request,
) -> None:
    instance = await drain.set_maintenance(request_context, drained=True)

    assert instance.maintenance
    with pytest.raises(RevisionConflict):
        await drain.set_maintenance(request_context, drained=False, expected_revision=1)
    assert (await stored()).maintenance


async def test_a_lane_is_drained_and_goes_on(request_context: Request) -> None:
    drained = await drain.set_lane_drained(request_context, "default", drained=True)
    again = await drain.set_lane_drained(request_context, "default", drained=False)

    assert (drained.drained, again.drained, again.revision) == (True, False, 3)
    with pytest.raises(NotFound):
        await drain.set_target_drained(request_context, "nowhere", drained=True)
