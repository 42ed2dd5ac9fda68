"""A client of one API that may be killed at any time: what it asks is repeated until answered."""

import asyncio
import uuid
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from tests.integration.product import TOKEN

Json = dict[str, Any]
PATIENCE_S = 60.0
AGAIN_S = 0.1
IN_FLIGHT = "IDEMPOTENCY_KEY_IN_FLIGHT"


class Caller:
    """An administrator at the API at `url`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/graphql"
        headers = {"authorization": f"Bearer {TOKEN}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=10.0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def ask(self, query: str, **variables: Any) -> Json:
        """The data, as soon as it is answered without a fault."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await self._once(query, variables)
                except (httpx.HTTPError, ValueError):
                    await asyncio.sleep(AGAIN_S)

    async def mutate(self, name: str, fields: str, **input: Any) -> Json:
        """The payload of a mutation that is carried out once, however often it is sent."""
        query = (
            f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{"
            f" errors {{ code message }} {fields} }} }}"
        )
        keyed = {**input, "idempotencyKey": uuid.uuid4().hex}
        while True:
            payload: Json = (await self.ask(query, input=keyed))[name]
            if not any(error["code"] == IN_FLIGHT for error in payload["errors"]):
                assert payload["errors"] == [], payload
                return payload
            await asyncio.sleep(AGAIN_S)

    async def _once(self, query: str, variables: Json) -> Json:
        body = {"query": query, "variables": variables}
        content = (await self._http.post(self._url, json=body)).json()
        if content.get("data") is None or "errors" in content:
            raise ValueError(content.get("errors"))
        data: Json = content["data"]
        return data

    # What tests do with it

    async def make_project(self) -> str:
        """A project with workspace W1; its uid."""
        made = await self.mutate("createProject", "project { uid }", title="Test")
        uid: str = made["project"]["uid"]
        await self.mutate("createWorkspace", "workspace { uid }", projectUid=uid, title="W")
        return uid

    async def make_job(self, project: str, type_: str, **params: Any) -> str:
        """A job in workspace W1; its uid."""
        made = await self.mutate(
            "createJob",
            "job { uid buildErrors { message } }",
            projectUid=project,
            workspaceUid="W1",
            type=type_,
            params=params,
        )
        assert made["job"]["buildErrors"] == []
        uid: str = made["job"]["uid"]
        return uid

    async def act(self, mutation: str, project: str, job: str) -> Json:
        """Run queueJob, killJob or clearJob; its result."""
        target = {"job": {"uid": {"projectUid": project, "jobUid": job}}}
        fields = "result { outcome errors { code } job { status } }"
        result: Json = (await self.mutate(mutation, fields, target=target))["result"]
        return result

    async def statuses(self, project: str) -> dict[str, str]:
        """The status of each job of the project, by uid."""
        query = (
            "query($p: [ProjectUid!]) {"
            " jobs(filter: {projectUids: $p}, first: 500) { nodes { uid status } } }"
        )
        nodes = (await self.ask(query, p=[project]))["jobs"]["nodes"]
        return {node["uid"]: node["status"] for node in nodes}

    async def until(self, project: str, jobs: Sequence[str], *statuses: str) -> dict[str, str]:
        """Until each of these jobs is in one of `statuses`; uid → status."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = await self.statuses(project)
                if all(found[uid] in statuses for uid in jobs):
                    return {uid: found[uid] for uid in jobs}
                await asyncio.sleep(AGAIN_S)
