"""A site with a job type whose program lies on the machine `far` and on the lane `slurm` alone."""

from pathlib import Path

COUNT = """
type = "site_count"
version = 1
title = "Count at this Site"
category = "utilities"
description = "Counts."
[requires]
executables = ["site-counter"]
[run]
command = ["site-counter", "{job_dir}/count.txt"]
[run.collect.counts]
file = "{job_dir}/count.txt"
[outputs.counts]
type = "ml_model"
"""


def a_site(directory: Path) -> Path:
    """The site's file; its job types are in `types` beside it."""
    types, program = directory / "types", directory / "bin" / "site-counter"
    for folder in (types, program.parent):
        folder.mkdir()
    program.write_text('#!/bin/sh\necho "$SITE" > "$1"\n')
    program.chmod(0o755)
    (types / "site_count.toml").write_text(COUNT)
    place = f'path = ["{program.parent}"]'
    site = directory / "site.toml"
    site.write_text(
        f'[targets.far]\n{place}\nenv = {{ SITE = "far" }}\n'
        f'[lanes.slurm]\n{place}\nenv = {{ SITE = "slurm" }}\nprovides = ["{program.name}"]\n'
    )
    return site
