"""Declarations as files: a small good one, and others made from it."""

from pathlib import Path

HEAD = """
type = "count_particles"
version = 1
title = "Count Particles"
category = "utilities"
description = "Counts."
"""
RUN = """
[run]
command = ["{python}", "-s", "{programs}/count.py"]
"""


def a_file(directory: Path, text: str, name: str = "count_particles.toml") -> Path:
    """Write a declaration's text."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(text)
    return path


def a_type(directory: Path, *, head: str = "", tables: str = "", run: str = RUN) -> Path:
    """A good declaration with more keys at its top, more tables, or another [run]."""
    return a_file(directory, HEAD + head + run + tables)
