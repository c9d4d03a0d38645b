"""Printed labels against the form's: exact first, then by a distance that can be explained.

Exact means: the same characters, white space, width and the shape of brackets and quotation marks
aside. Otherwise a label is found only when few characters differ for its length, when no other
label of any form is as near, and when it is not itself another label. Every label that was not
exact is reported, so that nothing found by distance stays unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from gic_desktop.values import Struct

_PLAIN = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    ord(mark): '"' for mark in "“”„‟「」『』‘’'＇＂〝〞"
}
_PLAIN |= {ord("﹙"): "(", ord("﹚"): ")", ord("〈"): "<", ord("〉"): ">"}
_SPACE = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_NUMBER = re.compile(
    r"(\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}(?=[、.,])|\d{1,2}(?=[、.,:]|\D))[、.,:]?"
)


def normal(text: str) -> str:
    """Give a label as it is compared: no white space, one width, one kind of quotation mark."""
    return _kept(text) if len(text) < 200 else _SPACE.sub("", text).translate(_PLAIN)


@lru_cache(maxsize=8192)
def _kept(text: str) -> str:
    return _SPACE.sub("", text).translate(_PLAIN)


def without_number(text: str) -> str:
    """Take the number off a normal label: `1.属于国家秘密` → `属于国家秘密`."""
    found = _NUMBER.match(text)
    return text[found.end() :] if found else text


def allowed(length: int) -> int:
    """How many characters a label of this length may differ in."""
    for shortest, characters in ((20, 4), (12, 3), (8, 2), (4, 1)):
        if length >= shortest:
            return characters
    return 0


def distance(first: str, second: str, most: int) -> int:
    """Count the characters to insert, drop or replace; `most + 1` stands for anything above."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


class Found(Struct, frozen=True):
    """The form's label that a printed one stands for."""

    label: str
    exact: bool


class Labels:
    """Some labels of a form; `rivals` are all others that a misprint could as well mean."""

    def __init__(self, labels: Iterable[str], rivals: Iterable[str] = ()) -> None:
        self._labels = {normal(label): label for label in labels}
        self._rivals = {normal(rival) for rival in rivals} - set(self._labels)
        self._found: dict[str, Found | None] = {}

    def exact(self, printed: str) -> str | None:
        """Find the label that this is, white space and width aside."""
        return self._labels.get(normal(printed))

    def is_rival(self, printed: str) -> bool:
        """Whether this is exactly another label."""
        return normal(printed) in self._rivals

    def find(self, printed: str) -> Found | None:
        """Find the one label that this is or nearly is."""
        text = normal(printed)
        if len(text) > 120:
            return None
        if text not in self._found:
            self._found[text] = self._search(text)
        return self._found[text]

    def _search(self, text: str) -> Found | None:
        if text in self._labels:
            return Found(self._labels[text], exact=True)
        if text in self._rivals or len(text) < 2:
            return None
        best: list[str] = []
        nearest = 99
        words = without_number(text)
        for label in (*self._labels, *self._rivals):
            own = without_number(label)
            most = allowed(len(own))
            # A wrong or missing number alone is one difference, whatever its length.
            apart = distance(words, own, most) + (
                text[: len(text) - len(words)] != label[: len(label) - len(own)]
            )
            if apart > max(most, 1) or (apart > most and len(own) < 4):
                continue
            if apart < nearest:
                nearest, best = apart, [label]
            elif apart == nearest:
                best.append(label)
        if len(best) != 1 or best[0] not in self._labels:
            return None
        return Found(self._labels[best[0]], exact=False)
