"""The binary of mongod, or a skip."""

from tests.integration.conftest import mongod, mongod_path  # noqa: F401 - fixtures
