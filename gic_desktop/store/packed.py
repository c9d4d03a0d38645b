"""Bytes made smaller for keeping. Whatever unpacks zlib unpacks them.

Pictures are most of a large report, and nothing in them repeats: looking for it takes five times as
long as writing them down, and saves nothing. What stands in the middle says which kind it is.
"""

import zlib

_SAMPLE = 1 << 16


def packed(data: bytes, level: int) -> bytes:
    middle = data[max(0, (len(data) - _SAMPLE) // 2) :][:_SAMPLE]
    repeats = len(zlib.compress(middle, 1)) < 0.6 * len(middle)
    strategy = zlib.Z_DEFAULT_STRATEGY if repeats else zlib.Z_HUFFMAN_ONLY
    packer = zlib.compressobj(level, strategy=strategy)
    return packer.compress(data) + packer.flush()
