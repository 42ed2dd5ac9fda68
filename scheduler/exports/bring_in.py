"""Copy a checked export into a new job directory, and change the paths in its tables; blocking."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.error_codes import ErrorCode
from domain.errors import BadInput
from domain.files import UnfinishedTree, open_directory, open_root, parts_of, unfinished_tree
from domain.job_types import Catalogue
from scheduler.exports.check import checked_blocks, read_manifest
from scheduler.exports.manifest import EVENTS, FILES, JOB, Manifest, refused
from scheduler.exports.relocate import Relocation, relocate_star, relocate_table
from scheduler.exports.work import Work, require_space

Rewrite = Callable[[BinaryIO, Callable[[bytes], object], Relocation], bool]
MAX_OUTPUTS_JSON = 16 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """An exported directory: the path below a root that the administrator allows."""

    root: Path
    path: str


@dataclass(frozen=True)
class BroughtIn:
    """A job that has come in: its directory is not published yet.

    `events` are the lines of its log, from their start; `relocation` tells where its files are.
    """

    manifest: Manifest
    events: BinaryIO
    relocation: Relocation
    tree: UnfinishedTree


@dataclass(frozen=True)
class Place:
    """Where the job goes: a directory that is not there yet, made by the holder of `mark`."""

    project_dir: Path
    job_dir: str
    mark: str


@contextmanager
def bring_in(source: Source, place: Place, catalogue: Catalogue, work: Work) -> Iterator[BroughtIn]:
    """Copy all files under a temporary name, each checked on its way; `tree.publish` is left.

    What is not published at the end is erased. Raises BadInput (with what is wrong with the
    export), OperationFailed (no room), OSError, and Stopped.
    """
    with (
        opened(source) as directory,
        tempfile.TemporaryFile(dir=place.project_dir) as events,
    ):
        manifest = read_manifest(directory, catalogue)
        work.total_bytes = manifest.size_bytes
        require_space(place.project_dir, manifest.size_bytes)
        relocation = Relocation(manifest.job.job_dir, place.job_dir, manifest.external)
        with unfinished_tree(place.project_dir, place.job_dir, place.mark, work.add) as tree:
            _copy_all(directory, manifest, relocation, tree, events)
            _relocate_all(manifest, relocation, tree)
            events.seek(0)
            yield BroughtIn(manifest, events, relocation, tree)


@contextmanager
def opened(source: Source) -> Iterator[int]:
    """A descriptor of the exported directory; raises BadInput if it is not there but by a link."""
    with (
        open_root(source.root) as root,
        open_directory(root, parts_of(source.path)) as directory,
    ):
        if directory is None:
            message = f"There is no directory {source.path}, or a link leads to it."
            raise BadInput(message, path=["input", "path"], code=ErrorCode.PATH_NOT_ALLOWED)
        yield directory


def _copy_all(
    directory: int,
    manifest: Manifest,
    relocation: Relocation,
    tree: UnfinishedTree,
    events: BinaryIO,
) -> None:
    for file in manifest.files:
        blocks = checked_blocks(directory, file)
        if file.path == EVENTS:
            events.writelines(blocks)
        elif file.path == JOB:
            for _ in blocks:  # it says nothing that the manifest does not
                pass
        else:
            inside = relocation.inside(file.path.removeprefix(f"{FILES}/"))
            assert inside is not None, "external files are those that are not its own"
            try:
                tree.write(inside, blocks)
            except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
                raise refused(f"two of its files have the place {inside}") from error


def _relocate_all(manifest: Manifest, relocation: Relocation, tree: UnfinishedTree) -> None:
    for path in manifest.project_paths():
        inside = relocation.inside(path)
        rewrite = _REWRITES.get(path.rpartition(".")[2])
        if inside == "outputs.json":
            rewrite = _relocate_outputs
        if inside is not None and rewrite is not None:
            _relocate(tree, inside, rewrite, relocation)


def _relocate(tree: UnfinishedTree, path: str, rewrite: Rewrite, relocation: Relocation) -> None:
    changed = f"{path}.relocated.tmp"
    with tree.read(path) as source, tree.new_file(changed) as target:
        is_other = rewrite(source, target.write, relocation)
    if is_other:
        tree.replace(path, by=changed)
    else:
        tree.remove(changed)


def _relocate_outputs(
    file: BinaryIO, write: Callable[[bytes], object], relocation: Relocation
) -> bool:
    content = file.read(MAX_OUTPUTS_JSON)
    try:
        outputs = json.loads(content)
        changed = _renamed(outputs, relocation)
    except (ValueError, RecursionError):
        return False
    if changed == outputs:
        return False
    write(json.dumps(changed).encode())
    return True


def _renamed(value: object, relocation: Relocation) -> object:
    if isinstance(value, str):
        return relocation(value)
    if isinstance(value, list):
        return [_renamed(item, relocation) for item in value]
    if isinstance(value, dict):
        return {key: _renamed(item, relocation) for key, item in value.items()}
    return value


_REWRITES: dict[str, Rewrite] = {"cs": relocate_table, "star": relocate_star}
