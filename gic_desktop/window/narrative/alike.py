"""Where two texts differ: how much of them is the same at both ends."""

from collections.abc import Callable, Sequence
from operator import eq
from typing import TypeVar

Old = TypeVar("Old")
New = TypeVar("New")


def ends_alike(
    old: Sequence[Old], new: Sequence[New], same: Callable[[Old, New], bool] = eq
) -> tuple[int, int]:
    """How many at the beginning of both are the same, and how many at the end of what is left."""
    most = min(len(old), len(new))
    begin = end = 0
    while begin < most and same(old[begin], new[begin]):
        begin += 1
    while end < most - begin and same(old[-1 - end], new[-1 - end]):
        end += 1
    return begin, end
