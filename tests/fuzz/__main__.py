"""`make fuzz`: schemathesis over every field of the API, against a product with some jobs."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.integration.product import TOKEN, Product, running_product

HERE = Path(__file__).parent
PROGRAM = HERE / ".venv/bin/schemathesis"


def main() -> int:
    """0 if nothing was found; each field gets so many examples."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="lanekeeper-fuzz-") as directory,
        running_product(Path(directory)) as product,
    ):
        return subprocess.run(
            _command(product, asked.examples, asked.seed),
            env=os.environ | _told(_populated(product)),
            cwd=directory,  # it keeps a cache where it runs
            check=False,
        ).returncode


def _told(project: str) -> dict[str, str]:
    """Where schemathesis finds our hooks, and what they find."""
    return {
        "PYTHONPATH": str(HERE),
        "SCHEMATHESIS_HOOKS": "hooks",
        "LANEKEEPER_FUZZ_PROJECT": project,
    }


def _populated(product: Product) -> str:
    """A project with jobs to be acted on."""
    project = product.make_project()
    data = product.make_job(project, "simulate_data", {"count": 1, "size": 512})
    product.make_job(project, "ctf_estimation", exposures=f"{data}.micrographs")
    return project


def _command(product: Product, examples: int, seed: int) -> list[str]:
    return [
        *(str(PROGRAM), "run", f"{product.url}/graphql", "--phases", "fuzzing"),
        *("--header", f"Authorization: Bearer {TOKEN}", "--mode", "positive"),
        *("--max-examples", str(examples), "--seed", str(seed), "--no-shrink"),
        *("--checks", "is_masked", "--continue-on-failure"),
        *("--suppress-health-check", "all"),
    ]


if __name__ == "__main__":
    sys.exit(main())
