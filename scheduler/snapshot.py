"""What a pass looks at besides the queue, read from the database: lanes, targets, tokens, rules."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain import tokens
from domain.database import Row
from domain.documents import Instance, Job, Lane, Target, TokenPool
from domain.documents.instance import INSTANCE_ID
from domain.resources import KINDS, capacity
from domain.slots import holders
from domain.status import ACTIVE
from domain.uids import AttemptKey
from scheduler.lane_view import LaneView, TargetView
from scheduler.order import OrderRules
from scheduler.plan import Tokens


@dataclass(frozen=True)
class Snapshot:
    """The lanes and the tokens at one moment; `held` is what each user's jobs hold."""

    lanes: Mapping[str, LaneView]
    tokens: Tokens = field(default_factory=Tokens)
    held: Mapping[str, int] = field(default_factory=dict)
    rules: OrderRules = field(default_factory=OrderRules)
    maintenance: bool = False


async def take_snapshot(usable_targets: frozenset[str]) -> Snapshot:
    """Read it; `usable_targets` are the names that an executor answers for."""
    active = await _active_jobs()
    instance = await Instance.get(INSTANCE_ID)
    return Snapshot(
        lanes=await _lanes(usable_targets, Counter(row["queued_to_lane"] for row in active)),
        tokens=_tokens(await tokens.read(), instance.instance_id if instance else ""),
        held=_held(active),
        rules=_rules(instance) if instance else OrderRules(),
        maintenance=instance.maintenance if instance else False,
    )


async def _active_jobs() -> list[Row]:
    wanted = {"queued_to_lane": 1, "queued_by": 1, "resource_spec": 1}
    query = {"status": {"$in": sorted(ACTIVE)}, "deleted": False}
    return await Job.rows().find(query, wanted).to_list(None)


def _held(active: list[Row]) -> dict[str, int]:
    held: Counter[str] = Counter()
    for row in active:
        held[row.get("queued_by") or ""] += max(1, row["resource_spec"]["gpu"])
    return dict(held)


async def _lanes(usable: frozenset[str], running: Mapping[str, int]) -> dict[str, LaneView]:
    targets = await Target.find_all().sort("_id").to_list()
    return {
        lane.name: LaneView(
            lane.name,
            tuple(_target_view(t, usable) for t in targets if t.lane == lane.name),
            drained=lane.drained,
            running=running.get(lane.name, 0),
            clusters=lane.type == "cluster",
        )
        for lane in await Lane.find_all().to_list()
    }


def _target_view(target: Target, usable: frozenset[str]) -> TargetView:
    held = holders(target)
    by_kind = {k: tuple(_job_of(key) for key in held if held[key].of(k)) for k in KINDS}
    has_ssd = target.cache_path is not None
    return TargetView(
        capacity(target.name, target.hostname, target.slots, ssd=has_ssd),
        usable=target.name in usable,
        drained=target.drained,
        holders=by_kind,
        lacks=target.lacks or {},
        is_cluster=target.type == "cluster",
    )


def _tokens(pool: TokenPool | None, instance_id: str) -> Tokens:
    if pool is None:
        return Tokens()
    mine = [grant.key for grant in pool.held if grant.instance_id == instance_id]
    return Tokens(
        free=pool.available_to(instance_id),
        limit=pool.token_limit,
        holders=tuple(_job_of(key) for key in mine),
    )


def _rules(instance: Instance) -> OrderRules:
    return OrderRules(
        ageing_s=60.0 * instance.ageing_minutes,
        ageing_limit=instance.ageing_limit,
        fair_share=instance.fair_share,
        patience_s=60.0 * instance.patience_minutes,
    )


def _job_of(attempt_key: str) -> str:
    return str(AttemptKey.parse(attempt_key).job)
