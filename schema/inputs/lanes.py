"""Inputs of the mutations of lanes, of draining and of settings."""

from typing import cast

import strawberry
from strawberry import UNSET

from domain.use_cases.instance_settings import SettingChanges
from domain.use_cases.lanes import LaneChanges
from schema.described import attribute, input_type, one_of_input
from schema.given import changes_of
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.lane_type import LaneType
from schema.scalars import BigInt


@input_type
class CreateLaneInput:
    """Input of createLane."""

    name: str = attribute("Name, unique and never changed.")
    type: LaneType = attribute("Kind of its targets.")
    title: str | None = attribute("Title; the name if omitted.", default=UNSET)
    desc: str | None = attribute("Description.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class UpdateLaneInput:
    """Input of updateLane."""

    name: str = attribute("Name.")
    title: str | None = attribute("New title.", default=UNSET)
    desc: str | None = attribute("New description.", default=UNSET)
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the lane changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> LaneChanges:
        """What is to change; raises BadInput for null, but null empties the description."""
        return cast(LaneChanges, changes_of(self, "title", "desc", empty={"desc": None}))


@input_type
class DeleteLaneInput:
    """Input of deleteLane."""

    name: str = attribute("Name.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the lane changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@one_of_input
class DrainScope:
    """What to drain."""

    lane: str | None = attribute("A lane.", default=UNSET)
    target: str | None = attribute("A target.", default=UNSET)
    instance: bool | None = attribute(
        "True: the whole server, the same switch as maintenance.", default=UNSET
    )


@input_type
class SetDrainedInput:
    """Input of setDrained."""

    scope: DrainScope = attribute("What.")
    drained: bool = attribute("Drained or not.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the lane, target or instance changed since.",
        default=UNSET,
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class UpdateInstanceSettingsInput:
    """Input of updateInstanceSettings."""

    default_lane: str | None = attribute("Lane used when none is given.", default=UNSET)
    default_priority: int | None = attribute(
        "Priority used when none is given, 0 to 100.", default=UNSET
    )
    token_limit: int | None = attribute(
        "GPU tokens of this server; null means unlimited.", default=UNSET
    )
    maintenance: bool | None = attribute("Start no job anywhere.", default=UNSET)
    banner_message: str | None = attribute(
        "Message shown to everybody; null for none.", default=UNSET
    )
    import_lane_override: str | None = attribute(
        "Lane for import jobs; null means the default lane.", default=UNSET
    )
    reserved_tokens: int | None = attribute(
        "GPU tokens that other instances with the same pool always leave to this one.",
        default=UNSET,
    )
    ageing_minutes: int | None = attribute(
        "A queued job gains a point of priority for each such time that it waits; 0 means never.",
        default=UNSET,
    )
    ageing_limit: int | None = attribute(
        "The most points that a job gains by waiting, 0 to 100.", default=UNSET
    )
    fair_share: float | None = attribute(
        "Points that a user's queued jobs lose for each GPU that the user's jobs hold, 0 to 100.",
        default=UNSET,
    )
    patience_minutes: int | None = attribute(
        "After so long, room on one target is kept for the first job of a lane.", default=UNSET
    )
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the instance changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> SettingChanges:
        """What is to change; raises BadInput for null where it has no meaning."""
        cleared = dict.fromkeys(("token_limit", "banner_message", "import_lane_override"))
        order = ("ageing_minutes", "ageing_limit", "fair_share", "patience_minutes")
        plain = ("default_lane", "default_priority", "maintenance", "reserved_tokens")
        names = (*plain, *order, *cleared)
        return cast(SettingChanges, changes_of(self, *names, empty=cleared))


@input_type
class ReleaseInstanceTokensInput:
    """Input of releaseInstanceTokens."""

    instance_id: strawberry.ID = attribute("The server, InstanceTokenUsage.instanceId.")
    drop_reservation: bool = attribute(
        "Let the others have what is reserved for it, too.", default=False
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
