"""All job types of an instance: the built-in ones, those of the site and of packages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from domain.job_types.availability import NOBODY_ASKED, Lacking, unavailable_reason
from domain.job_types.declaration import CATEGORIES, JobTypeDeclaration
from domain.job_types.load import load_declaration
from domain.job_types.packaged import packaged_directories
from domain.job_types.records import DeclarationRefused, nearest
from domain.job_types.site import NO_RULES, Site, load_site

BUILTIN = Path(__file__).parent / "builtin"


@dataclass(frozen=True)
class Catalogue:
    """Job types by key; `problems` maps a broken file to what is wrong with it.

    `providers` says where each type comes from: "lanekeeper", "site", or the name of a package.
    `site` are the site's own rules for types, lanes and targets.
    """

    types: Mapping[str, JobTypeDeclaration] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[Path, str] = field(default_factory=dict)
    site: Site = NO_RULES

    def get(self, key: str) -> JobTypeDeclaration | None:
        """The job type `key`; None if there is none."""
        return self.types.get(key)

    def all(self) -> list[JobTypeDeclaration]:
        """All types in the builder's order: category, then title."""
        return sorted(self.types.values(), key=lambda t: (CATEGORIES.index(t.category), t.title))

    def offered(self) -> list[JobTypeDeclaration]:
        """Those that are not hidden, in the builder's order."""
        return [declaration for declaration in self.all() if not declaration.hidden]

    def unavailable_reason(
        self, declaration: JobTypeDeclaration, lacking: Lacking = NOBODY_ASKED
    ) -> str | None:
        """Why the type can run on no machine, as a sentence; None if it can."""
        return unavailable_reason(declaration, lacking, self.site)


def load_catalogue(site_dirs: Sequence[Path] = (), site_file: Path | None = None) -> Catalogue:
    """The built-in types, those in `site_dirs`, and those of installed packages, in this order.

    A later one of the same key takes the place of an earlier one if it says that it `replaces`.
    A broken file hides its type and is listed in `problems`; it never stops the server. The rules
    of `site_file` hold for all: raises SiteRefused if it is broken, as jobs would run otherwise
    than the site wants.
    """
    site = load_site(site_file)
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
    unknown = sorted(site.types.keys() - types.keys())
    if unknown and site_file is not None:
        told = (f"types.{key}: there is no such job type{nearest(key, types)}" for key in unknown)
        problems[site_file] = f"{site_file}: {'; '.join(told)}"
    types |= {key: replace(types[key], hidden=True) for key in site.hidden & types.keys()}
    return Catalogue(types, providers, problems, site)


def _files(site_dirs: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    yield from (("lanekeeper", path) for path in sorted(BUILTIN.glob("*.toml")))
    for directory in site_dirs:
        yield from (("site", path) for path in sorted(directory.glob("*.toml")))
    for provider, directory in packaged_directories():
        yield from ((provider, path) for path in sorted(directory.glob("*.toml")))
