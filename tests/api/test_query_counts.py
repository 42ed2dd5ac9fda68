"""What a client's query costs does not grow with what it finds: no query is made for each row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from graphql import OperationDefinitionNode, OperationType
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
    register,
)

from tests.api.conftest import Api, Json
from tests.api.crowd import add_crowd
from tests.api.operations import TEXTS
from tests.architecture.test_schema import SENT, whole

pytestmark = pytest.mark.mongo
READS = frozenset({"find", "aggregate", "count", "distinct"})
JOB = {"uid": {"projectUid": "P1", "jobUid": "J1"}}
VARIABLES: Json = {
    "job": JOB,
    "lane": "lane1",
    "name": "node1",
    "projectUid": "P1",
    "workspaceUid": "W1",
    "start": "J1",
    "end": "J2",
}
"""For all operations; each takes those that it knows."""


class Reads(CommandListener):
    """Counts the reading commands of all clients made after it was registered."""

    def __init__(self) -> None:
        self.found: Counter[str] | None = None

    def started(self, event: CommandStartedEvent) -> None:
        name, command = event.command_name, event.command
        if self.found is None or name not in READS or "$changeStream" in str(command):
            return
        self.found[f"{name} {command[name]}"] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to count."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to count."""

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """What is read meanwhile: "find jobs" → how often."""
        self.found = Counter()
        try:
            yield self.found
        finally:
            self.found = None


READER = Reads()
register(READER)  # before the application makes its client


def queries() -> list[str]:
    """The names of the contract's queries that are built."""
    return [
        path.stem
        for path in SENT
        for operation in whole(path).definitions
        if isinstance(operation, OperationDefinitionNode)
        and operation.operation is OperationType.QUERY
    ]


async def costs(api: Api) -> Mapping[str, Counter[str]]:
    """Query → the commands that it takes."""
    found = {}
    for name in queries():
        await api.ask(TEXTS[name], VARIABLES)  # what is read but once a minute is read now
        with READER.counting() as commands:
            await api.ask(TEXTS[name], VARIABLES)
        found[name] = commands
    return found


async def test_ten_times_as_much_of_everything_takes_no_more_commands(api: Api) -> None:
    await add_crowd(1, 5)
    few = await costs(api)
    await add_crowd(6, 50)

    many = await costs(api)

    grown = {name: many[name] - few[name] for name in many if many[name] != few[name]}
    assert grown == {}
    assert len(many) >= 17
    assert sum(few["dashboard_workspace_table"].values()) > 3
