"""The window; the only package that knows Qt.

PySide6 puts an import of its own in Python's place, which reads the source of every module imported
after it, looking for the use of PySide6's features of syntax. None is used here, and reading and keeping
the sources of the whole window took a start 5 ms and a megabyte. So Python's own is put back.
"""

import builtins

import PySide6.QtCore  # noqa: F401 - what puts it there

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
