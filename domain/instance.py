"""What the first start makes: the instance, its token pool, the default lane, this machine."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from domain.database import DuplicateKey
from domain.documents import Instance, Lane, Target, TokenPool, User
from domain.documents.instance import INSTANCE_ID
from domain.documents.record import Record
from domain.documents.target import GpuDevice
from domain.permissions import UserRole
from domain.resources import empty_slots
from domain.settings import Settings

DEFAULT_LANE = "default"
ADMIN = "admin"


async def ensure_instance(now: datetime, settings: Settings) -> Instance:
    """The instance's record; made on the first start with all that must exist once.

    Any number of processes may call it at the same time: what is there is never changed, and
    the default lane, once deleted, does not come back.
    """
    await _make(TokenPool())
    present = await Instance.get(INSTANCE_ID)
    if present is not None:
        return present
    await _make(Lane(id=DEFAULT_LANE, type="node", title="Default", created_at=now))
    await _make(
        Instance(
            instance_id=uuid.uuid4().hex,
            name=settings.instance_name,
            signing_key=secrets.token_bytes(32),
            default_lane=DEFAULT_LANE,
            created_at=now,
        )
    )
    instance = await Instance.get(INSTANCE_ID)
    assert instance is not None
    return instance


async def ensure_admin(now: datetime) -> User:
    """The administrator that `serve` signs in; made, without a password, if there is none."""
    admin = await User.find_one({"name": ADMIN})
    if admin is not None:
        return admin
    lanes = [lane.name for lane in await Lane.find_all().to_list()]
    await _make(
        User(
            id=ADMIN,
            name=ADMIN,
            first_name="Administrator",
            role=UserRole.ADMIN,
            lanes=lanes,
            may_set_priority=True,
            created_at=now,
        )
    )
    return await ensure_admin(now)


async def register_this_machine(
    now: datetime, *, hostname: str, cpu_cores: int, ram_gb: float, gpus: Sequence[GpuDevice]
) -> None:
    """Make this machine the default lane's target, on the first start alone.

    Afterwards it belongs to the administrators: what they move or delete stays so.
    """
    instance = await Instance.get(INSTANCE_ID)
    if instance is None or instance.machine_registered:
        return
    if await Target.find_one({"lane": DEFAULT_LANE}) is None:
        slots = empty_slots(cpu_cores, ram_gb, [gpu.index for gpu in gpus])
        await _make(
            Target(
                id=hostname,
                type="node",
                lane=DEFAULT_LANE,
                title=hostname,
                hostname=hostname,
                cpu_cores=cpu_cores,
                ram_gb=round(ram_gb, 1),
                gpus=list(gpus),
                slots=slots,
                created_at=now,
            )
        )
    await Instance.rows().update_one({"_id": INSTANCE_ID}, {"$set": {"machine_registered": True}})


async def _make(record: Record) -> None:
    try:
        await record.insert()
    except DuplicateKey:
        return  # it is there already
