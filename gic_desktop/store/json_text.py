"""JSON in and out with exact numbers: a `Decimal` keeps its digits, nothing passes through a float.

Reading is for files nobody has vouched for: depth, size of numbers, doubled keys, NaN and lone
surrogates end in `JsonError`, whose text says where, never in another exception. Writing gives a
stable, readable layout: an object's members one a line.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, NoReturn

MAX_NUMBER = 40
MAX_DEPTH = 60


class JsonError(ValueError):
    """Not usable; the text is for the log and for a sentence's second half."""


def loads(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JsonError("文字编码不是 UTF-8") from error
    try:
        value = _decoder.decode(text)
    except RecursionError as error:
        raise JsonError("内容嵌套过深") from error
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError("内容不完整或已损坏") from error
    _not_too_deep(value)
    if "\\ud" in text or "\\uD" in text:
        _no_lone_surrogates(value)
    return value


def _not_too_deep(value: Any) -> None:
    """Depth is bounded here: what the C decoder reads, nobody in Python could write again."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise JsonError("内容嵌套过深")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonError("同一项目出现了两次")
    return found


def _whole(text: str) -> int:
    if len(text) > MAX_NUMBER:
        raise JsonError("数字过长")
    return int(text)


def _decimal(text: str) -> Decimal:
    # An exponent would let a short text stand for a number of a billion digits.
    if len(text) > MAX_NUMBER or "e" in text or "E" in text:
        raise JsonError("数字过长或写法不支持")
    return Decimal(text)


def _constant(text: str) -> NoReturn:
    raise JsonError(f"{text} 不是数字")


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_whole, parse_float=_decimal, parse_constant=_constant
)


def _no_lone_surrogates(value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise JsonError("文字中有不成对的字符") from error
    elif isinstance(value, dict):
        for key, inner in value.items():
            _no_lone_surrogates(key)
            _no_lone_surrogates(inner)
    elif isinstance(value, list):
        for inner in value:
            _no_lone_surrogates(inner)


def dumps(value: Any) -> str:
    out: list[str] = []
    _write(value, "\n", out)
    out.append("\n")
    return "".join(out)


def _write(value: Any, line: str, out: list[str]) -> None:
    if isinstance(value, str):
        out.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        out.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, int):
        out.append(str(value))
    elif isinstance(value, Decimal):
        out.append(format(value, "f"))
    elif isinstance(value, Mapping):
        _write_members(value, line, out)
    elif isinstance(value, (list, tuple)):
        _write_list(value, line, out)
    else:
        raise TypeError(f"{type(value).__name__} has no place in a file")


def _write_members(value: Mapping[str, Any], line: str, out: list[str]) -> None:
    if not value:
        out.append("{}")
        return
    inner = line + "  "
    mark = "{"
    for key, member in value.items():
        out += (mark, inner, encode_basestring(key), ": ")
        _write(member, inner, out)
        mark = ","
    out += (line, "}")


def _write_list(value: list[Any] | tuple[Any, ...], line: str, out: list[str]) -> None:
    # Short lists of plain things stay on one line: [12, 30], ["word"].
    if all(isinstance(v, (str, int)) and len(str(v)) < 30 for v in value) and len(value) < 6:
        out.append("[")
        for number, member in enumerate(value):
            out.append(", " if number else "")
            _write(member, line, out)
        out.append("]")
        return
    inner = line + "  "
    mark = "["
    for member in value:
        out += (mark, inner)
        _write(member, inner, out)
        mark = ","
    out += (line, "]")
