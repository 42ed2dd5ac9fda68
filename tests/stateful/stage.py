"""One API and one scheduler on a real mongod, asked as a client asks; the database to look at."""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from tests.chaos.nursery import Nursery
from tests.chaos.part import Part
from tests.chaos.planted import PLANTED
from tests.integration.mongod import Mongod, free_port
from tests.integration.product import TOKEN, end_jobs

Json = dict[str, Any]
HERE = Path(__file__).parent
START_S = 60.0
PATIENCE_S = 10.0
"""How long the scheduler may take for what it has to do next."""
GPUS = 2


class Stage:
    """Two GPUs with two tokens, plenty of everything else, and a client that is administrator."""

    def __init__(self, directory: Path, url: str, database: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        headers = {"authorization": f"Bearer {TOKEN}"}
        self._http = httpx.Client(headers=headers, timeout=20.0)
        self._mongo: MongoClient[Json] = MongoClient(url)
        self._name = database
        self.directory = directory

    def close(self) -> None:
        """Close the connections, and drop the database."""
        self._mongo.drop_database(self._name)
        self._mongo.close()
        self._http.close()

    def rows(self, collection: str, **query: Any) -> list[Json]:
        """What the database holds, by id."""
        return list(self._mongo[self._name][collection].find(query).sort("_id"))

    def declare(self) -> None:
        """Let this machine have its slots, and the pool its tokens."""
        until(lambda: self.rows("targets"), START_S)
        amounts = {"cpu": 16, "gpu": GPUS, "ram": 16}
        slots = {kind: dict.fromkeys(map(str, range(n))) for kind, n in amounts.items()}
        database = self._mongo[self._name]
        database["targets"].update_one({}, {"$set": {"slots": slots}})
        database["token_pools"].update_one({}, {"$set": {"token_limit": GPUS}})

    def ask(self, query: str, **variables: Any) -> Json:
        """The answer as it came: `data` and `errors`."""
        body = {"query": query, "variables": variables}
        answer: Json = self._http.post(f"{self.url}/graphql", json=body).json()
        return answer

    def mutate(self, name: str, fields: str, **input: Any) -> Json:
        """The payload."""
        query = (
            f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{"
            f" errors {{ code message }} {fields} }} }}"
        )
        answer = self.ask(query, input=input)
        assert "errors" not in answer, answer
        payload: Json = answer["data"][name]
        return payload

    def answers(self) -> bool:
        """Whether the API does."""
        with suppress(httpx.HTTPError):
            return self._http.get(f"{self.url}/readyz").status_code == 200
        return False

    def open_gate(self, attempt: Json, *, well: bool) -> None:
        """Let the program of a running attempt end, well or without having committed anything."""
        gate = Path(attempt["directory"], "gate")
        assert until(lambda: _opened(gate, b"well" if well else b"")), f"nobody is behind {gate}"


def _opened(gate: Path, word: bytes) -> bool:
    """Whether somebody waited behind the gate, who has been told `word` now."""
    try:
        pipe = os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno not in (errno.ENXIO, errno.ENOENT):  # nobody reads, not made yet
            raise
        return False
    os.write(pipe, word)
    os.close(pipe)
    return True


def until(is_so: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    """Wait until it is so; whether it came to be in time."""
    give_up_at = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def running_stage(
    directory: Path, nursery: Nursery, mongod: Mongod, fault: str | None = None
) -> Iterator[Stage]:
    """A stage of its own, with `fault` planted in both processes."""
    types = directory / "job_types"
    types.mkdir()
    shutil.copy(HERE / "gate.toml", types)
    stage = Stage(directory, mongod.url, f"stateful_{fault}")
    environment = {
        **os.environ,
        "LANEKEEPER_MONGODB_URL": mongod.url,
        "LANEKEEPER_DATABASE": f"stateful_{fault}",
        "LANEKEEPER_DATA_DIR": str(directory),
        "LANEKEEPER_JOB_TYPES_DIRS": json.dumps([str(types)]),
        "LANEKEEPER_ADMIN_TOKEN": TOKEN,
        "LANEKEEPER_PORT": stage.url.split(":")[-1],
        **({PLANTED: fault} if fault else {}),
    }
    parts = [Part(c, c, environment, directory / f"{c}.log") for c in ("api", "scheduler")]
    for part in parts:
        part.start(nursery)
    try:
        assert until(stage.answers, START_S)
        stage.declare()
        yield stage
    finally:
        for part in parts:
            part.kill9()
        end_jobs(directory)
        stage.close()
