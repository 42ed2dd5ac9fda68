"""The first thing that is executed on a node: imports the modules that were sent along."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping


class SentModules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds modules in `sources`, from a module's file ("scheduler/supervise.py") to its text."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def find_spec(
        self, fullname: str, *_: object, **__: object
    ) -> importlib.machinery.ModuleSpec | None:
        """As importlib asks for it; None for what was not sent."""
        if self._file(fullname) not in self._sources:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=self._file(fullname), is_package=self.is_package(fullname)
        )
        spec.has_location = True
        return spec

    def is_package(self, fullname: str) -> bool:
        """Whether it holds other modules."""
        return f"{fullname.replace('.', '/')}/__init__.py" in self._sources

    def get_source(self, fullname: str) -> str:
        """The text that was sent."""
        return self._sources[self._file(fullname)]

    def _file(self, fullname: str) -> str:
        path = fullname.replace(".", "/")
        return f"{path}/__init__.py" if self.is_package(fullname) else f"{path}.py"


def begin(sources: Mapping[str, str], main: str) -> None:
    """Call the function `main` ("package.module:function") of what was sent."""
    sys.meta_path.insert(0, SentModules(sources))
    module, function = main.split(":")
    getattr(importlib.import_module(module), function)()
