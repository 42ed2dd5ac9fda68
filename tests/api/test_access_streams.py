"""INV-20 for subscriptions: no stream tells of a foreign project, in its snapshot or afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from graphql import GraphQLSchema, build_schema

from domain import clock
from domain.database import Database
from domain.documents import Event, Job, Notification, Operation, Project, Workspace
from domain.documents import Instance as InstanceRecord
from domain.documents.event_log import EventType
from domain.live.feed import Feed
from domain.live.history import DatabaseHistory
from domain.live.hub import Hub
from domain.permissions import Permission
from resolvers.graphql import sdl
from tests.api.access_rules import SUBSCRIPTIONS
from tests.api.conftest import Api, Json
from tests.api.streams.live import Live
from tests.api.two_owners import ANNAS, BENS, SECRET, Instance, aim_at, texts, two_owners
from tests.api.walking import Step, subscription_steps
from tests.conftest import built_in_types
from web.context import Contexts

pytestmark = pytest.mark.mongo
MOST_MESSAGES = 60
TOLD_TO_ANNA = {
    *("jobChanges", "currentJobsChanges", "projectChanges", "workspaceChanges", "jobEventLog"),
    "notificationChanges",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(sdl())


@asynccontextmanager
async def streaming(api: Api, database: Database) -> AsyncIterator[tuple[Live, Instance]]:
    """The two owners' instance, with a feed whose quiet is told after a fifth of a second."""
    record = await InstanceRecord.get("instance")
    assert record is not None
    instance = await two_owners(api, database, record.signing_key)
    settings = api.settings.model_copy(update={"stream_heartbeat_s": 0.2})
    hub = Hub(DatabaseHistory(database))
    async with Feed(database, hub):
        contexts = Contexts(settings, database, hub, built_in_types(), record.signing_key)
        yield Live(contexts), instance


async def told(live: Live, step: Step, user: str) -> list[Json]:
    """What a stream says in its snapshot, and after everything was changed, to the next quiet."""
    reader = await live.read(step.document, step.variables, user=f"token-of-{user}")
    answers: list[Json] = []
    stirred = False
    while len(answers) < MOST_MESSAGES:
        result = await reader.result()
        answers.append({"data": result.data, "errors": [e.message for e in result.errors or []]})
        if result.errors or result.data is None:
            break
        [message] = result.data.values()
        if message["kind"] == "HEARTBEAT" and stirred:
            break
        if message["kind"] == "HEARTBEAT":
            await stir()
            stirred = True
    await reader.close()
    return answers


async def stir() -> None:
    """Write to every object of both projects."""
    for kind in (Operation, Project, Workspace, Notification):
        await kind.rows().update_many({}, {"$inc": {"revision": 1}})
    await Job.rows().update_many({}, {"$inc": {"revision": 1}})
    for project, text in ((ANNAS, SECRET), (BENS, "plain")):
        number = 4 + await Event.find({"job_id": f"{project}-J4"}).count()
        await Event(
            id=f"{project}-J4:{number:09}", project_uid=project, job_uid="J4",
            job_id=f"{project}-J4", number=number, source=uuid4().hex, type=EventType.TEXT,
            text=text, created_at=clock.now(),
        ).insert()  # fmt: skip


async def test_no_stream_tells_another_user_of_a_foreign_project(
    api: Api, schema: GraphQLSchema
) -> None:
    leaks: dict[str, list[str]] = {}
    async with streaming(api, api.database) as (live, instance):
        for step in subscription_steps(schema, aim_at(BENS)):
            leaks[f"own {step.name}"] = instance.leaks(await told(live, step, "ben"))
        for step in subscription_steps(schema, aim_at(ANNAS)):
            answers = await told(live, step, "ben")
            leaks[f"foreign {step.name}"] = [text for text in texts(answers) if SECRET in text]

    assert {name: found for name, found in leaks.items() if found} == {}


async def test_the_same_streams_tell_the_owner(api: Api, schema: GraphQLSchema) -> None:
    """What the other user is not told is really told: else the test above proved nothing."""
    async with streaming(api, api.database) as (live, instance):
        steps = list(subscription_steps(schema, aim_at(ANNAS)))
        answers = {step.name: await told(live, step, "anna") for step in steps}

        leaks = {name for name, found in answers.items() if instance.leaks(found)}

    assert leaks >= TOLD_TO_ANNA & set(answers)
    refused = {name for name, found in answers.items() if found[-1]["errors"]}
    assert refused == {n for n in answers if SUBSCRIPTIONS[n] is Permission.ADMIN}
