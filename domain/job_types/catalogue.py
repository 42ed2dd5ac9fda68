"""All job types of an instance: the built-in ones, those of the site and of packages."""

import importlib.metadata
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.job_types.declaration import CATEGORIES, JobTypeDeclaration
from domain.job_types.load import load_declaration
from domain.job_types.packaged import packaged_directories
from domain.job_types.records import DeclarationRefused

BUILTIN = Path(__file__).parent / "builtin"


@dataclass(frozen=True)
class Catalogue:
    """Job types by key; `problems` maps a broken file to what is wrong with it.

    `providers` says where each type comes from: "lanekeeper", "site", or the name of a package.
    """

    types: Mapping[str, JobTypeDeclaration] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[Path, str] = field(default_factory=dict)

    def get(self, key: str) -> JobTypeDeclaration | None:
        """The job type `key`; None if there is none."""
        return self.types.get(key)

    def all(self) -> list[JobTypeDeclaration]:
        """All types in the builder's order: category, then title."""
        return sorted(self.types.values(), key=lambda t: (CATEGORIES.index(t.category), t.title))


def load_catalogue(site_dirs: Sequence[Path] = ()) -> Catalogue:
    """The built-in types, those in `site_dirs`, and those of installed packages, in this order.

    A later one of the same key takes the place of an earlier one if it says that it `replaces`.
    A broken file hides its type and is listed in `problems`; it never stops the server.
    """
    types: dict[str, JobTypeDeclaration] = {}
    providers: dict[str, str] = {}
    problems: dict[Path, str] = {}
    for provider, path in _files(site_dirs):
        try:
            declaration = load_declaration(path)
        except DeclarationRefused as refusal:
            problems[path] = str(refusal)
            continue
        if declaration.type in types and not declaration.replaces:
            problems[path] = f"{path}: there is a job type {declaration.type} already"
            continue
        types[declaration.type] = declaration
        providers[declaration.type] = provider
    return Catalogue(types, providers, problems)


def _files(site_dirs: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    yield from (("lanekeeper", path) for path in sorted(BUILTIN.glob("*.toml")))
    for directory in site_dirs:
        yield from (("site", path) for path in sorted(directory.glob("*.toml")))
    for provider, directory in packaged_directories():
        yield from ((provider, path) for path in sorted(directory.glob("*.toml")))


def availability(declaration: JobTypeDeclaration) -> str | None:
    """Why the type cannot run on this machine, as a sentence; None if it can."""
    missing = [
        *(f"{name} is not installed" for name in _missing_executables(declaration)),
        *(f"The Python package {name} is not installed" for name in _missing_python(declaration)),
    ]
    if not missing:
        return None
    return f"{missing[0]}. {declaration.requires.message}".strip()


def _missing_executables(declaration: JobTypeDeclaration) -> Iterator[str]:
    return (name for name in declaration.requires.executables if shutil.which(name) is None)


def _missing_python(declaration: JobTypeDeclaration) -> Iterator[str]:
    for requirement in declaration.requires.python:
        name = re.split(r"[<>=!~\[ ]", requirement, maxsplit=1)[0]
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name
