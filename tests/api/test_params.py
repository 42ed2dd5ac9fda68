"""What the API says of a job's parameters."""

import pytest

from tests.api.conftest import Api, target

pytestmark = pytest.mark.mongo


async def test_a_job_offers_the_params_that_mean_something_with_those_it_has(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project, type="particle_sets")
    shown = "result { job { paramSpecs { name } } }"

    answers = [
        await api.mutate("updateJob", {"target": target(project, job), "params": params}, shown)
        for params in ({"action": "split"}, {"action": "compare", "count": -1})
    ]

    offered = [[spec["name"] for spec in a["result"]["job"]["paramSpecs"]] for a in answers]
    assert offered == [["action", "count", "seed"], ["action"]]
