"""Sums that tell one content from another, without loading OpenSSL for them; nothing here keeps a secret.

`hashlib` loads all of OpenSSL first, which takes longer than laying out a report and three megabytes
of memory. Python's own implementations are taken where they are there; much data is worth OpenSSL.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import blake2b, md5
    from hashlib import sha256 as _sha256
else:
    try:
        from _blake2 import blake2b
        from _md5 import md5

        try:
            from _sha2 import sha256 as _sha256  # Python 3.12 and later
        except ImportError:
            from _sha256 import sha256 as _sha256
    except ImportError:
        from hashlib import blake2b, md5
        from hashlib import sha256 as _sha256

__all__ = ["blake2b", "md5", "sha256"]

_MUCH = 4_000_000


def sha256(data: bytes) -> str:
    """In hexadecimal digits."""
    if len(data) < _MUCH:
        return _sha256(data).hexdigest()
    import hashlib

    return hashlib.sha256(data).hexdigest()
