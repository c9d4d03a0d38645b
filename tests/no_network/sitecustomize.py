"""The program never talks to a network: in every Python that the tests start, trying is an error.

`conftest.py` puts this folder on PYTHONPATH, where the interpreter finds the file by its name, and
calls `forbid` for the test process itself. Local sockets (X, Qt, multiprocessing) are free.
"""

from __future__ import annotations

import sys

_forbidden = False
attempts: list[str] = []

# Looking a name up asks the network as well, without a socket that Python sees.
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_LOCAL = {1}  # AF_UNIX; the number, because importing `socket` here would change what tests measure
if sys.platform == "win32":
    _LOCAL.add(2)  # multiprocessing's and asyncio's pairs are AF_INET there; connecting is caught


class NetworkUsedError(BaseException):
    """No `except Exception` may hide it."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    made = event == "socket.__new__" and int(arguments[1]) not in _LOCAL  # type: ignore[call-overload]
    called = event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple)
    if made or called or event in _LOOKUPS:
        attempts.append(f"{event}{arguments[1:]!r}")
        raise NetworkUsedError(attempts[-1])


def forbid() -> None:
    """From now on; an audit hook cannot be taken out again."""
    global _forbidden  # noqa: PLW0603 - once per process
    if not _forbidden:
        sys.addaudithook(_watch)
        _forbidden = True


forbid()
