"""PySide6 without what it explains mistakes with, until there is one to explain.

PySide6 carries a hundred kilobytes of Python inside its library and compiles them at each import, with
thirty modules of the standard library: for the words of a TypeError, the signatures of Qt's functions and
their help. That was a fifth of the start of the program and three megabytes. Here it gets stand-ins for
the functions that it asks that package for; the first of them that is called loads the package.

PySide6 would also put an import of its own in Python's place, which reads the source of every module that
is imported after it, looking for features of syntax. None is used here, and it is left out.

Holds for the versions that were read, the package's `signature_bootstrap.py` and `loader.py` and the
library's `signature.cpp` and `signature_globals.cpp`; any other version is imported as ever.
"""

import builtins
import io
import sys
from _thread import RLock
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

KNOWN = ("6.9.3",)
_PACKAGE = "shibokensupport"
_MAPPING = f"{_PACKAGE}.signature.mapping"
_START = "signature_bootstrap"
_ASKED = (
    *("pyside_type_init", "create_signature", "seterror_argument", "make_helptext"),
    *("feature_import", "feature_imported"),
)
"""What the library asks the package's module `loader` for by name, beside what a start needs."""


_UNUSED = ("tempfile", "textwrap", "traceback", "zipfile")
"""What it imports for the package alone; of the last it wants a `ZipFile`."""


class _Packed:
    """Given to PySide6 as the `ZipFile` that it opens to find its package in: nothing is unpacked yet."""

    filelist = ()

    def __init__(self, data: io.BytesIO) -> None:
        self.data = data


class Signatures:
    """PySide6's package, loaded when it is asked something."""

    def __init__(self) -> None:
        self._loader: Any = None
        self._finder: Any = None
        self._start: ModuleType | None = None
        self._lock = RLock()
        self.stands_in = False
        loader = ModuleType(f"{_PACKAGE}.signature.loader")
        for name in _ASKED:
            setattr(loader, name, self._asked(name))
        # Each module of Qt is told to this one: for additions that the known versions do not have.
        loader.finish_import = lambda _module: None  # type: ignore[attr-defined]
        # The import in Python's place would be put there by this one.
        loader.post_init = lambda: None  # type: ignore[attr-defined]
        self.signature = ModuleType(f"{_PACKAGE}.signature")
        self.signature.loader = loader  # type: ignore[attr-defined]
        self.package = ModuleType(_PACKAGE)
        self.package.signature = self.signature  # type: ignore[attr-defined]
        # The library looks this one up by itself, calls it, and reads the names of Qt's classes in it.
        self.mapping = ModuleType(_MAPPING)
        self.mapping.update_mapping = self._told_classes  # type: ignore[attr-defined]

    def stand_in(self) -> bool:
        """Notes what the package is loaded with, for PySide6 is about to; whether that can wait."""
        self._finder, self._start = sys.meta_path[0], sys.modules.get(_START)
        self.stands_in = _known() and self._start is not None and hasattr(self._finder, "zfile")
        if self.stands_in:
            sys.modules[_MAPPING] = self.mapping
        return self.stands_in

    def _asked(self, name: str) -> Callable[..., Any]:
        def ask(*arguments: object) -> Any:
            return getattr(self._load(), name)(*arguments)

        return ask

    def _told_classes(self) -> None:
        known = self._load().mapping
        known.update_mapping()
        self.mapping.__dict__.update(known.__dict__, update_mapping=self._told_classes)

    def _load(self) -> Any:
        with self._lock:
            if self._loader is None:
                self._loader = self._import()
            return self._loader

    def _import(self) -> Any:
        assert self._start is not None
        finder = self._finder
        if isinstance(finder.zfile, _Packed):
            from zipfile import ZipFile

            finder = type(finder)(ZipFile(finder.zfile.data))
        sys.modules.pop(_MAPPING, None)
        sys.modules[_START] = self._start
        sys.meta_path.insert(0, finder)
        try:
            from shibokensupport.signature import loader  # type: ignore[import-not-found]
        finally:
            sys.meta_path.remove(finder)
        return loader


def import_qt() -> Signatures | None:
    """Imports PySide6, and gives what stands in its package's place; nothing when it is imported already."""
    import_of_python = builtins.__import__
    late = Signatures()

    def with_stand_ins(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - names of Python's own
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if name.startswith(_PACKAGE) and late.stand_in():
            return late.signature if fromlist else late.package
        if name in _UNUSED and name not in sys.modules and _asks(globals) and _known():
            return _stand_in(name)
        return import_of_python(name, globals, locals, fromlist, level)

    builtins.__import__ = with_stand_ins
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = getattr(builtins, "__orig_import__", import_of_python)
    return late if late.stands_in else None


def _known() -> bool:
    return getattr(sys.modules.get("shiboken6"), "__version__", "") in KNOWN


def _asks(names: Mapping[str, object] | None) -> bool:
    return names is not None and names.get("__name__") in {"shiboken6", _START}


def _stand_in(name: str) -> ModuleType:
    module = ModuleType(name)
    if name == "zipfile":
        module.ZipFile = _Packed  # type: ignore[attr-defined]
    return module
