"""The arguments of both programs, read by argparse and spoken of in Chinese.

A call that cannot be understood is told in one line and ends with status 2.
"""

import os
import sys
from functools import cache
from typing import NoReturn

from gic_desktop import __version__
from gic_desktop.left_out import without

with without(
    given={
        "gettext": {
            "gettext": str,
            "ngettext": lambda one, more, count: one if count == 1 else more,
        }
    }
):
    import argparse

Namespace = argparse.Namespace
NotUsable = argparse.ArgumentTypeError
UNUSABLE = 2

# argparse speaks through gettext; these are all of its sentences that a person can meet here.
_SENTENCES = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "optional arguments": "选项",
    "subcommands": "命令",
    "show this help message and exit": "显示本说明",
    "the following arguments are required: %s": "缺少参数：%s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "expected one argument": "需要一个值",
    "expected at least one argument": "至少需要一个值",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能是“%(value)s”，可用：%(choices)s",
    "invalid %(type)s value: %(value)r": "“%(value)s”不是可用的值",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确：%(matches)s",
    "ignored explicit argument %r": "不需要值：%s",
    "one of the arguments %s is required": "需要其中之一：%s",
    "not allowed with argument %s": "不能与 %s 同时使用",
}


@cache
def _width() -> int:
    """As argparse finds it, but without shutil, which brings every archive format with it."""
    given = os.environ.get("COLUMNS", "")
    columns = int(given) if given.isdecimal() else 0
    if not columns:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):
            columns = 80
    return max(columns, 40) - 2


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())

    def format_help(self) -> str:
        return super().format_help().replace(":\n", "：\n")


class Parser(argparse.ArgumentParser):
    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Formatter(self.prog)

    def error(self, message: str) -> NoReturn:
        # argparse lists names in its own way before it asks for the sentence.
        head, sign, names = message.rpartition("：")
        if head.endswith(("缺少参数", "可用")):
            message = head + sign + names.replace("'", "").replace(", ", "、")
        self.exit(UNUSABLE, f"{message}。用“{self.prog} --help”查看用法。\n")


def parser_for(name: str, description: str) -> Parser:
    argparse._ = lambda text: _SENTENCES.get(text, text)  # type: ignore[attr-defined]
    parser = Parser(prog=name, description=description, allow_abbrev=False)
    version = f"{name} {__version__}"
    parser.add_argument("--version", action="version", version=version, help="显示版本号")
    return parser
