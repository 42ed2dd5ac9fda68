"""`lanekeeper demo` beside a running product: unattended, from movies to a map."""

from pathlib import Path

import pytest

from tests.integration.product import running_product
from tests.nightly import nightly
from tests.web.cli.test_demo import demo


@pytest.mark.relion
@pytest.mark.mongo
@pytest.mark.processes
@nightly("minutes")
def test_it_goes_unattended_from_movies_to_a_map(tmp_path: Path, mongod_path: str) -> None:
    with running_product(tmp_path) as product:
        done = demo(product.data_dir)

    assert done.returncode == 0, done.stdout + done.stderr
    words = done.stdout.splitlines()[-1].split()
    assert float(words[words.index("Å;") - 1]) < 45
