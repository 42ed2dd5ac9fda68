"""The scheduler in worlds full of faults: no seed may break an invariant."""

import os
import subprocess
import sys

SEEDS = int(os.environ.get("LANEKEEPER_SIMULATION_SEEDS", "1000"))


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m tests.simulation`, in an interpreter of its own."""
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_no_seed_breaks_an_invariant() -> None:
    done = simulate("--seeds", str(SEEDS))

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SEEDS} seeds" in done.stdout


def test_the_same_seed_lives_the_same_life() -> None:
    lives = [simulate("--seed", "7", "--trace").stdout for _ in range(2)]

    assert lives[0] == lives[1]
    assert "digest=" in lives[0]


def test_every_guard_that_is_taken_away_is_missed() -> None:
    done = simulate("--mutants", "--seeds", "250")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "LIVES" not in done.stdout
