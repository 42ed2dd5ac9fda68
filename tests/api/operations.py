"""The operations of the contract's clients, as they would send them."""

from graphql import print_ast

from tests.architecture.test_schema import OPERATIONS, whole

TEXTS = {path.stem: print_ast(whole(path)) for path in OPERATIONS if path.stem != "fragments"}
"""The operation's name, e.g. "dashboard_project" → its text, with the fragments it needs."""
