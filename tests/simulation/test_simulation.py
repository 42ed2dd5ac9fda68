"""The scheduler in worlds full of faults: no seed may break an invariant."""

import os
import subprocess
import sys

import pytest

SEEDS = os.environ.get("LANEKEEPER_SIMULATION_SEEDS", "1000")


@pytest.mark.long_run("--seeds", SEEDS)
def test_no_seed_breaks_an_invariant(said: str) -> None:
    assert f"{SEEDS} seeds" in said
    assert " 0 seeds with violations" in said


@pytest.mark.long_run("--mutants", "--seeds", "250")
def test_every_guard_that_is_taken_away_is_missed(said: str) -> None:
    assert "LIVES" not in said
    assert "INV-7" in said


def test_the_same_seed_lives_the_same_life() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "7", "--trace"]
    lives = [subprocess.run(command, capture_output=True, text=True).stdout for _ in range(2)]

    assert lives[0] == lives[1]
    assert "digest=" in lives[0]
