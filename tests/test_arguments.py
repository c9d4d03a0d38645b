"""Both programs explain their arguments in Chinese."""

import re

import pytest

from gic_desktop.arguments import UNUSABLE, parser_for


def test_help_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    parser = parser_for("gic", "编写、核对、导出。")
    parser.add_argument("files", metavar="文件", nargs="+", help="项目文件")
    with pytest.raises(SystemExit) as left:
        parser.parse_args(["--help"])
    assert left.value.code == 0
    words = re.findall(r"(?<![-\w])[A-Za-z]{2,}", capsys.readouterr().out)
    assert set(words) == {"gic"}


@pytest.mark.parametrize("call", [[], ["--bad", "x"], ["--year", "今年", "x"], ["x", "--year"]])
def test_a_call_that_is_not_understood_is_told_in_one_line(
    call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    parser = parser_for("gic", "编写、核对、导出。")
    parser.add_argument("files", metavar="文件", nargs="+")
    parser.add_argument("--year", metavar="年度", type=int)
    with pytest.raises(SystemExit) as left:
        parser.parse_args(call)
    assert left.value.code == UNUSABLE
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert re.search("缺少参数|不认识的参数|不是可用的值|需要一个值", told)
