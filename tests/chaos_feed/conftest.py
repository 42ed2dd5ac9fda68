"""The binary of mongod, or a skip."""

from tests.integration.conftest import mongod_path  # noqa: F401 - a fixture
