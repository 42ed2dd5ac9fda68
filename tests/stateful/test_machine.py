"""The public API on a real mongod with a real scheduler, against a model; both can be broken.

LANEKEEPER_STATEFUL_EXAMPLES says how many lives are lived (a few in the ordinary suite).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.nursery import Nursery, running_nursery
from tests.integration.mongod import Mongod
from tests.stateful.machine import Machine
from tests.stateful.project import Broken
from tests.stateful.stage import Stage, running_stage

pytestmark = [pytest.mark.mongo, pytest.mark.processes]
IN_THE_SUITE = 4
STEPS = 14
EXAMPLES = int(os.environ.get("LANEKEEPER_STATEFUL_EXAMPLES", IN_THE_SUITE))
FOUND = {"leak_tokens": "INV-5", "skip_audit": "INV-21"}
"""What these planted faults break; the others are of the live feed (tests/chaos_feed)."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Where the processes of all stages are started."""
    with running_nursery() as nursery:
        yield nursery


def live(stage: Stage, examples: int) -> None:
    """Live through so many examples; raises Broken where something is not as it must be."""
    tags = [
        stage.mutate("createTag", "tag { uid }", title=title, type="JOB")["tag"]["uid"]
        for title in ("good", "bad")
    ]

    class Life(Machine):
        pass

    Life.stage, Life.tags = stage, tuple(tags)
    budget = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        phases=(Phase.generate,),
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=budget)


def test_inv_002_to_021_hold_whatever_users_do(
    mongod: Mongod, nursery: Nursery, tmp_path: Path
) -> None:
    with running_stage(tmp_path, nursery, mongod) as stage:
        live(stage, EXAMPLES)


@pytest.mark.parametrize("fault", FOUND)
def test_a_planted_fault_is_found_within_the_examples_of_the_suite(
    mongod: Mongod, nursery: Nursery, tmp_path: Path, fault: str
) -> None:
    with (
        running_stage(tmp_path, nursery, mongod, fault) as stage,
        pytest.raises(Broken, match=FOUND[fault]),
    ):
        live(stage, IN_THE_SUITE)
