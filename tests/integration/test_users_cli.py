"""`lanekeeper users` on a real database: accounts without a browser."""

import asyncio
import uuid

import pytest
from typer.testing import CliRunner

from domain.database import connect
from domain.documents import DOCUMENTS, User
from domain.passwords import is_password
from domain.permissions import UserRole
from tests.integration.mongod import Mongod
from web.cli.main import app

pytestmark = pytest.mark.mongo


class Terminal:
    """Runs commands on a database of its own."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, f"test_{uuid.uuid4().hex[:12]}"
        self._runner = CliRunner(
            env={"LANEKEEPER_MONGODB_URL": url, "LANEKEEPER_DATABASE": self.name}
        )

    def run(self, *words: str, typed: str) -> tuple[int, str]:
        """The exit code and all that was printed."""
        result = self._runner.invoke(app, ["users", *words], input=typed)
        return result.exit_code, result.output

    def user(self, name: str) -> User:
        """The account, read without the command line."""

        async def read() -> User | None:
            async with connect(self.url, self.name, DOCUMENTS):
                return await User.find_one({"name": name})

        user = asyncio.run(read())
        assert user is not None
        return user


@pytest.fixture
def terminal(mongod: Mongod) -> Terminal:
    return Terminal(mongod.url)


def test_a_user_is_made_once_with_the_password_from_the_terminal(terminal: Terminal) -> None:
    first = terminal.run("add", "anna", typed="long enough\n")
    again = terminal.run("add", "anna", typed="something else\n")

    assert first == (0, "anna can sign in now.\n")
    assert again == (1, "lanekeeper: There is a user anna already.\n")


def test_the_password_is_kept_as_its_hash_and_can_be_set_anew(terminal: Terminal) -> None:
    terminal.run("add", "anna", "--admin", typed="long enough\n")
    before = terminal.user("anna")

    terminal.run("password", "anna", typed="another one\n")

    after = terminal.user("anna")
    assert (before.role, before.lanes) == (UserRole.ADMIN, ["default"])
    assert asyncio.run(is_password("long enough", before.password_hash))
    assert asyncio.run(is_password("another one", after.password_hash))


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("add", "anna"), "short\n", "A password has 8 to 1024 characters."),
        (("password", "nobody"), "long enough\n", "There is no such user."),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(
    terminal: Terminal, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    assert terminal.run(*words, typed=typed) == (1, f"lanekeeper: {sentence}\n")
