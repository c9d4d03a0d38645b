"""Importing a library without what it asks for and this program never uses of it.

A start consists of importing, and half of what the libraries here import is not for this program. The
modules named are kept out while the library is imported; afterwards anybody else imports them as ever.
"""

import _thread
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _StandIn(ModuleType):
    """Its names can be imported; calling one raises."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def unused(*_: object, **__: object) -> None:
            raise RuntimeError(f"{self.__name__}.{name} was left out of this program")

        return unused


@contextmanager
def without(
    *names: str,
    absent: tuple[str, ...] = (),
    given: Mapping[str, Mapping[str, Callable[..., Any] | str]] | None = None,
) -> Iterator[None]:
    """Leaves out modules that are only named, those `absent` that may be missing, and all but what is `given`."""
    shown = _stand_ins(names, absent, given or {}) if _alone() else {}
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    modules.update(shown)
    try:
        yield
    finally:
        for name, module in shown.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
            parent, _, last = name.rpartition(".")
            holder = sys.modules.get(parent)
            if holder is not None and holder.__dict__.get(last) is module:
                delattr(holder, last)


def _alone() -> bool:
    """No other thread can meet a stand-in: there is none of Python's, and no window, which has Qt's."""
    qt = sys.modules.get("PySide6.QtCore")
    windowed = qt is not None and qt.QCoreApplication.instance() is not None
    return not windowed and not _thread._count()  # noqa: SLF001 - `threading` itself costs a millisecond


def _stand_ins(
    names: tuple[str, ...],
    absent: tuple[str, ...],
    given: Mapping[str, Mapping[str, Callable[..., Any] | str]],
) -> dict[str, ModuleType | None]:
    made: dict[str, ModuleType | None] = dict.fromkeys(absent)
    for name in (*names, *given):
        made[name] = module = _StandIn(name)
        module.__dict__.update(given.get(name, {}))
    return {name: module for name, module in made.items() if name not in sys.modules}
