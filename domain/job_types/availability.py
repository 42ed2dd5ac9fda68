"""Whether a job type can run: are its programs there, on the machines that would run it?"""

import importlib.metadata
import os
import re
import shutil
from collections.abc import Iterator, Mapping

from domain.job_types.declaration import JobTypeDeclaration
from domain.job_types.site import NO_RULES, Site

Lacking = Mapping[str, Mapping[str, str]]
"""By target: job type → the program that it lacks there. Who was never asked is not in it."""
NOBODY_ASKED: Lacking = {}


def unavailable_reason(
    declaration: JobTypeDeclaration, lacking: Lacking = NOBODY_ASKED, site: Site = NO_RULES
) -> str | None:
    """Why the type can run on no machine, as a sentence; None if it can.

    As long as no target was asked for its programs, those of this machine count.
    """
    reasons = [
        *(f"The Python package {name} is not installed" for name in _missing(declaration, site)),
        *_missing_programs(declaration, lacking, site),
    ]
    return f"{reasons[0]}. {declaration.requires.message}".strip() if reasons else None


def _missing_programs(
    declaration: JobTypeDeclaration, lacking: Lacking, site: Site
) -> Iterator[str]:
    if not lacking:
        given = site.surroundings(declaration.type, lane="", target="")
        path = os.pathsep.join([*given.path, os.environ.get("PATH", "")])
        for name in declaration.requires.executables:
            if shutil.which(name, path=path) is None:
                yield f"{name} is not installed"
    elif all(declaration.type in lacks for lacks in lacking.values()):
        names = sorted({lacks[declaration.type] for lacks in lacking.values()})
        yield f"{names[0]} is not installed on any target"


def _missing(declaration: JobTypeDeclaration, site: Site) -> Iterator[str]:
    """The packages that our interpreter lacks; into one of the site's we cannot see."""
    rules = site.types.get(declaration.type)
    if rules is not None and rules.python is not None:
        return
    for requirement in declaration.requires.python:
        name = re.split(r"[<>=!~\[ ]", requirement, maxsplit=1)[0]
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name
