"""The demo: its chain fits the job types; tests/integration/test_demo.py runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.job_types import check_params
from tests.conftest import built_in_types
from web.cli.demo_chain import DATA, Step, chain, select

STEPS = [DATA, *chain("J1")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_each_step_is_a_job_type_with_good_params_and_all_inputs(step: Step) -> None:
    declaration = built_in_types().get(step.type)

    assert declaration is not None
    assert check_params(declaration, step.params) == []
    required = {name for name, slot in declaration.inputs.items() if slot.min}
    assert required <= set(step.inputs) <= set(declaration.inputs)


def test_each_input_is_fed_by_an_output_of_its_type_of_an_earlier_step() -> None:
    types = {step.name: built_in_types().types[step.type] for step in STEPS}
    order = [step.name for step in STEPS]

    for step in STEPS:
        for name, (source, output) in step.inputs.items():
            assert order.index(source) < order.index(step.name)
            made, wanted = types[source].outputs[output], types[step.name].inputs[name]
            assert made.type == wanted.type


def test_classes_of_few_particles_are_left_out() -> None:
    counts = [10, 0, 90, 100]
    classes = [{"index": index, "num_particles": count} for index, count in enumerate(counts)]

    assert select(classes) == [2, 3]
    assert select([]) == []


def test_without_a_running_server_it_says_what_to_do(tmp_path: Path) -> None:
    done = demo(tmp_path / "nothing")

    assert done.returncode == 1
    assert "start `lanekeeper serve`" in done.stderr


def demo(data_dir: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "web.cli.main", "demo", "--data-dir", str(data_dir)]
    environment = {k: v for k, v in os.environ.items() if k != "LANEKEEPER_MONGODB_URL"}
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=900, check=False
    )
