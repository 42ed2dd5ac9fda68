"""What a site adds to job types, lanes and targets: where programs lie, and what they are given."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from domain.job_types.lines import Key
from domain.job_types.records import KeyRefused, Table, read_record
from domain.job_types.run_checks import check_env
from domain.job_types.toml_file import read_toml


class SiteRefused(ValueError):
    """The site file cannot be used; the message is "file:line: key: what is wrong"."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a run is given besides what its job type says.

    `path`: directories that are searched before those of PATH. `env` is set last. `python` is the
    interpreter of Python programs, the server's own unless set.
    """

    path: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    python: str | None = None
    time_limit_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class TypeRules(Surroundings):
    """For all runs of a job type; one that is hidden is not offered."""

    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class PlaceRules(Surroundings):
    """For all runs on a lane or target.

    `provides`: the programs that it has, in an administrator's word. A cluster is not asked for
    its programs: without this word it is taken to have them all.
    """

    provides: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Site:
    """The rules of a site, by job type, lane and target; a file of TOML."""

    types: Mapping[str, TypeRules] = field(default_factory=dict)
    lanes: Mapping[str, PlaceRules] = field(default_factory=dict)
    targets: Mapping[str, PlaceRules] = field(default_factory=dict)

    @property
    def hidden(self) -> frozenset[str]:
        """The job types that are not offered here."""
        return frozenset(key for key, rules in self.types.items() if rules.hidden)

    def surroundings(self, job_type: str, *, lane: str, target: str) -> Surroundings:
        """Of a run: what is said of its target goes before its lane, that before its type."""
        return _joined(
            self.types.get(job_type, Surroundings()),
            self.lanes.get(lane, Surroundings()),
            self.targets.get(target, Surroundings()),
        )

    def provided(self, *, lane: str, target: str) -> frozenset[str] | None:
        """The programs that an administrator vouches for there; None without such a word."""
        rules = (self.lanes.get(lane), self.targets.get(target))
        said = [each.provides for each in rules if each and each.provides is not None]
        return frozenset().union(*said) if said else None


NO_RULES = Site()


def load_site(path: Path | None) -> Site:
    """The rules in `path`, none without a file; raises SiteRefused."""
    return NO_RULES if path is None else read_toml(path, _site, SiteRefused)


def _site(table: Table) -> Site:
    site = read_record(Site, table, ())
    _check(site)
    return site


def _check(site: Site) -> None:
    for where in ("types", "lanes", "targets"):
        for name, rules in getattr(site, where).items():
            _check_rules(rules, (where, name))


def _check_rules(rules: Surroundings, key: Key) -> None:
    check_env(rules.env, (*key, "env"))
    for place, directory in enumerate(rules.path):
        if not os.path.isabs(directory):
            raise KeyRefused((*key, "path", place), "must begin with /")
    if rules.python is not None and not os.path.isabs(rules.python):
        raise KeyRefused((*key, "python"), "must begin with /")
    if rules.time_limit_s is not None and rules.time_limit_s <= 0:
        raise KeyRefused((*key, "time_limit_s"), "must be more than 0")


def _joined(*rules: Surroundings) -> Surroundings:
    """The later ones go before the earlier."""
    env: dict[str, str] = {}
    for each in rules:
        env |= each.env
    later_first = rules[::-1]
    return Surroundings(
        path=tuple(directory for each in later_first for directory in each.path),
        env=env,
        python=next((each.python for each in later_first if each.python), None),
        time_limit_s=next((r.time_limit_s for r in later_first if r.time_limit_s), None),
    )
