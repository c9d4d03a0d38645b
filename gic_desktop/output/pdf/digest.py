"""MD5 for identities and checksums that PDF defines so; nothing here protects anything.

Python's own implementation is taken where there is one: `hashlib` first loads all of OpenSSL, which takes
longer than laying out a report.
"""

try:
    from _md5 import md5  # type: ignore[import-not-found]
except ImportError:
    from hashlib import md5

__all__ = ["md5"]
