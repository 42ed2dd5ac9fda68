"""Tests that take too long for every run; `NIGHTLY=1 make test` runs them too."""

import os

import pytest

IS_NIGHT = "NIGHTLY" in os.environ


def nightly(takes: str) -> pytest.MarkDecorator:
    """Skip by name, unless it is night; `takes` says how long it is."""
    return pytest.mark.skipif(not IS_NIGHT, reason=f"takes {takes}: NIGHTLY=1 runs it")
