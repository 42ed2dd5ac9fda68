"""Users who create, queue, kill and repeat jobs through the public API, whatever breaks."""

import asyncio
import random
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.house import HERE, House
from tests.integration.product import TOKEN

PATIENCE_S = 60.0
MOST_OPEN = 24
"""Jobs that wait or run at the same time, about."""
RESULT = "result { outcome job { runs status } errors { code } }"


@dataclass
class Diary:
    """What was acknowledged: jobs by uid, and kills as (uid, run)."""

    project: str = ""
    jobs: list[str] = field(default_factory=list)
    kills: set[tuple[str, int]] = field(default_factory=set)
    requests: int = 0
    repeats: int = 0


class Users:
    """All users together; every mutation carries a key and is repeated until it is answered."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.diary = Diary()
        self._done: set[str] = set()
        self._house = house
        self._chance = chance
        headers = {"authorization": f"Bearer {TOKEN}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=5.0)

    async def settle_in(self) -> None:
        """Make the project and its workspace."""
        made = await self.mutate("createProject", "project { uid }", title="Chaos")
        self.diary.project = made["project"]["uid"]
        await self.mutate(
            "createWorkspace", "errors { code }", projectUid=self.diary.project, title="W"
        )

    async def live(self) -> None:
        """Act until cancelled."""
        while True:
            if self._open_jobs() < MOST_OPEN:
                await self._submit()
            if self.diary.jobs and self._chance.random() < 0.3:
                await self._meddle(self._chance.choice(self.diary.jobs[-40:]))
            await asyncio.sleep(self._chance.expovariate(1 / 0.1))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def watch(self) -> None:
        """Look now and then which jobs have ended."""
        query = (
            "query($p: [ProjectUid!]) { jobs(filter: {projectUids: $p, statuses: "
            "[COMPLETED, KILLED, FAILED]}, first: 500) { nodes { uid } } }"
        )
        while True:
            with suppress(httpx.HTTPError, ValueError):
                data = await self._ask(query, {"p": [self.diary.project]})
                self._done = {node["uid"] for node in data["jobs"]["nodes"]}
            await asyncio.sleep(0.5)

    def _open_jobs(self) -> int:
        """About how many of the newest jobs have not ended."""
        return sum(1 for uid in self.diary.jobs[-4 * MOST_OPEN :] if uid not in self._done)

    async def _submit(self) -> None:
        chance, house = self._chance, self._house
        params = {
            "program": str(HERE / "witness.py"),
            "log": str(house.log),
            "locks": str(house.locks),
            "gpus": chance.choice((0, 1, 1, 2, 3)),
            "seconds": round(chance.expovariate(1 / 0.4), 3),
        }
        inputs = []
        if self.diary.jobs and chance.random() < 0.3:
            parent = chance.choice(self.diary.jobs[-10:])
            inputs = [{"input": "before", "parentJobUid": parent, "output": "after"}]
        made = await self.mutate(
            "createJob",
            "job { uid buildErrors { message } }",
            projectUid=self.diary.project,
            workspaceUid="W1",
            type="witness",
            params=params,
            inputs=inputs,
        )
        assert not made["errors"], made
        assert not made["job"]["buildErrors"], made
        uid = made["job"]["uid"]
        await self._act("queueJob", uid)
        self.diary.jobs.append(uid)

    async def _meddle(self, uid: str) -> None:
        """Kill the job; or clear it and queue it again, if it has ended."""
        result = await self._act("killJob", uid)
        job = result["job"]
        if result["outcome"] in ("APPLIED", "ACCEPTED"):
            self.diary.kills.add((uid, job["runs"]))
        elif job and job["status"] in ("KILLED", "FAILED"):
            await self._act("clearJob", uid)
            await self._act("queueJob", uid)

    async def queue_what_is_left(self) -> None:
        """Queue the jobs that are building: a clear may have been carried out after its queue."""
        for row in self._house.rows("jobs", {"status": "building"}):
            await self._act("queueJob", row["uid"])

    async def _act(self, mutation: str, uid: str) -> dict[str, Any]:
        target = {"job": {"uid": {"projectUid": self.diary.project, "jobUid": uid}}}
        result: dict[str, Any] = (await self.mutate(mutation, RESULT, target=target))["result"]
        return result

    async def mutate(self, name: str, fields: str, **input: Any) -> dict[str, Any]:
        """The payload, as soon as somebody answers."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        query = (
            f"mutation($input: {kind}!) {{ {name}(input: $input) {{"
            f" errors {{ code message }} {fields} }} }}"
        )
        key, give_up_at = uuid.uuid4().hex, time.monotonic() + PATIENCE_S
        self.diary.requests += 1
        while True:
            try:
                data = await self._ask(query, {"input": {**input, "idempotencyKey": key}})
                payload: dict[str, Any] = data[name]
                if any(e["code"] == "IDEMPOTENCY_KEY_IN_FLIGHT" for e in payload["errors"]):
                    raise ValueError("the first try still runs somewhere")
                return payload
            except (httpx.HTTPError, ValueError) as error:
                if time.monotonic() > give_up_at:
                    raise TimeoutError(f"{name} was never answered: {error!r}") from error
                self.diary.repeats += 1
                await asyncio.sleep(0.2)

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        url = self._chance.choice(self._house.urls)
        answer = await self._http.post(
            f"{url}/graphql", json={"query": query, "variables": variables}
        )
        content = answer.json()
        if content.get("data") is None or "errors" in content:
            raise ValueError(content.get("errors"))
        data: dict[str, Any] = content["data"]
        return data
