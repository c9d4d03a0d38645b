"""ReportLab's canvas without what this program never asks of it.

Two thirds of the time that importing ReportLab takes goes into Pillow, temporary files, an expression
evaluator, OpenSSL, named colours and its own fonts. None of that is its business here, so these modules are kept out while
it is imported; afterwards anybody else imports them as ever. All of this package takes ReportLab
from here.
"""

import _thread
import codecs
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from gic_desktop.digest import md5

_UNUSED = (
    "PIL",
    "PIL.Image",
    "reportlab.lib.rl_safe_eval",
    "reportlab.lib.rltempfile",
    "reportlab.pdfbase.pdfmetrics",
    "reportlab.pdfbase.ttfonts",
    "reportlab.lib.colors",
    "platform",
    "pickle",
    "hashlib",
    "ast",
    "glob",
    # What an installation, or a file in the home folder, may add to ReportLab.
    "reportlab.local_rl_mods",
    "reportlab.local_rl_settings",
    "reportlab_mods",
    "reportlab_settings",
)
_ACCELERATOR = "_rl_accel"
"""Not used here, but looked for eleven times on every path."""
_KEYWORD_CODECS = ("pdfdoc", "extpdfdoc")


class _Absent(ModuleType):
    """Stands in for a module: its names can be imported, using one raises."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def unused(*_: object, **__: object) -> None:
            raise RuntimeError(f"{self.__name__}.{name} was left out of the PDF writer")

        return unused


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    absent: dict[str, Any] = {name: _Absent(name) for name in names if name not in sys.modules}
    if "hashlib" in absent:
        absent["hashlib"].__dict__["md5"] = md5
    if "reportlab.lib.colors" in absent:
        # The canvas asks whether it shall turn every colour into one colour space: it shall not.
        absent["reportlab.lib.colors"].__dict__["_chooseEnforceColorSpace"] = lambda _space: None
    if _ACCELERATOR not in sys.modules:
        absent[_ACCELERATOR] = None
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name, module in absent.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
            parent, _, last = name.rpartition(".")
            holder = sys.modules.get(parent)
            if holder is not None and holder.__dict__.get(last) is module:
                delattr(holder, last)


# With other threads about, one of them could meet a stand-in: a window waits for the whole import.
if "reportlab.pdfgen.canvas" in sys.modules or _thread._count():  # noqa: SLF001 - `threading` itself costs a millisecond
    from reportlab.pdfbase import pdfdoc as _pdfdoc
    from reportlab.pdfgen import canvas as _canvas
else:
    with _without(_UNUSED):
        from reportlab.pdfbase import pdfdoc as _pdfdoc
        from reportlab.pdfgen import canvas as _canvas
    # ReportLab writes its keywords, and text it has escaped already, through encodings of its own
    # that come with its fonts. In what is written here they are no different from Latin-1.
    codecs.register(lambda name: codecs.lookup("latin-1") if name in _KEYWORD_CODECS else None)

# ReportLab's published types do not say what its documents really hold.
Canvas: Any = _canvas.Canvas
pdfdoc: Any = _pdfdoc

__all__ = ["Canvas", "pdfdoc"]
