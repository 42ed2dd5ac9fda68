"""`lanekeeper users` on a real database: accounts without a browser."""

import asyncio

import pytest

from domain.documents import User
from domain.passwords import is_password
from domain.permissions import UserRole
from tests.integration.mongod import Mongod
from tests.integration.terminal import Terminal

pytestmark = pytest.mark.mongo


def user(terminal: Terminal, name: str) -> User:
    found = terminal.read(lambda: User.find_one({"name": name}))
    assert found is not None
    return found


@pytest.fixture
def terminal(mongod: Mongod) -> Terminal:
    return Terminal(mongod.url, "users")


def test_a_user_is_made_once_with_the_password_from_the_terminal(terminal: Terminal) -> None:
    first = terminal.run("add", "anna", typed="long enough\n")
    again = terminal.run("add", "anna", typed="something else\n")

    assert first == (0, "anna can sign in now.\n")
    assert again == (1, "lanekeeper: There is a user anna already.\n")


def test_the_password_is_kept_as_its_hash_and_can_be_set_anew(terminal: Terminal) -> None:
    terminal.run("add", "anna", "--admin", typed="long enough\n")
    before = user(terminal, "anna")

    terminal.run("password", "anna", typed="another one\n")

    after = user(terminal, "anna")
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
