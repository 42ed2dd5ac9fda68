"""Build hook: puts the built dashboard and playground into a package of Lanekeeper."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROJECTS = ("web/dashboard", "web/playground")

MISSING_NPM = (
    "{project} is not built and npm was not found. Install Node.js 20.19 or newer, or build from a "
    "release archive (it holds the built pages), or set NO_DASHBOARD=1 to package the API alone."
)


class BuildWeb(BuildHookInterface[Any]):
    """Run npm for the projects under web/ that have no dist yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build what is missing; an editable install and NO_DASHBOARD=1 build nothing.

        Raises RuntimeError if a project is not built and npm is not on the path,
        subprocess.CalledProcessError if npm fails.
        """
        if version == "editable" or os.environ.get("NO_DASHBOARD"):
            return
        for project in PROJECTS:
            build(Path(self.root, project))


def build(project: Path) -> None:
    """Leave project/dist/index.html behind; does nothing if it is there."""
    if (project / "dist" / "index.html").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(MISSING_NPM.format(project=project))
    subprocess.run([npm, "ci"], cwd=project, check=True)
    subprocess.run([npm, "run", "build"], cwd=project, check=True)
