"""`gic`: the console's way to the verbs. Arguments → verbs → Chinese text or one JSON document.

Exit status: 0 done, 1 the report has errors, 2 the input or the call cannot be used. Results go to
standard output, reasons to standard error, one line each.
"""

import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from gic_desktop.arguments import UNUSABLE, Namespace, NotUsable, Parser, parser_for

DONE, HAS_ERRORS = 0, 1


def _text(given: str) -> str:
    """An argument as it was typed, also where the system's locale could not read it."""
    try:
        given.encode("utf-8")
    except UnicodeEncodeError:
        pass  # bytes that stand for characters
    else:
        return given
    try:
        return os.fsencode(given).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUsable("文字无法识别，请使用 UTF-8") from error


def _parser(verb: str = "") -> Parser:
    """Of all verbs, or, where the call names one, of that verb alone: a short call has no time."""
    parser = parser_for("gic", "政府信息公开工作年度报告：编写、核对、导出。")
    verbs = parser.add_subparsers(
        metavar="命令", dest="verb", required=True, parser_class=Parser, prog="gic"
    )
    for name, (what, run, takes) in ({verb: VERBS[verb]} if verb in VERBS else VERBS).items():
        added = verbs.add_parser(name, help=what, description=what, allow_abbrev=False)
        added.set_defaults(run=run)
        takes(added)
    return parser


def _json_option(to: Parser) -> None:
    to.add_argument("--json", action="store_true", help="输出一份 JSON")


def _form_takes(parser: Parser) -> None:
    parser.add_argument("form", metavar="格式", help="格式名或年度，如 2021、2025")
    _json_option(parser)


def _new_takes(parser: Parser) -> None:
    parser.add_argument("--org", type=_text, metavar="机关全称", default="", help="机关全称")
    parser.add_argument("--year", metavar="年度", required=True, type=int, help="年报所属年度")
    parser.add_argument("--from", metavar="上年文件", dest="last", type=Path, help="从上年年报开始")
    parser.add_argument("-o", metavar="文件", dest="output", type=Path, help="保存为")


def _set_takes(parser: Parser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="项目文件")
    parser.add_argument(
        "cells", type=_text, metavar="单元格=值", nargs="+", help="可填多格；值留空表示未填写"
    )
    _json_option(parser)


def _show_takes(parser: Parser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="项目文件，或带有项目的 PDF")
    _json_option(parser)


def _check_takes(parser: Parser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="项目文件，或带有项目的 PDF")
    parser.add_argument("--previous", metavar="上年文件", type=Path, help="上年年报，用于核对结转")
    _json_option(parser)


def _import_takes(parser: Parser) -> None:
    parser.add_argument(
        "sources", metavar="来源", type=Path, nargs="+", help="要读取的文件，可有多份"
    )
    parser.add_argument(
        "-o",
        metavar="文件",
        dest="output",
        type=Path,
        required=True,
        help="保存为；多份来源时是文件夹，每份各存为一个项目文件",
    )
    parser.add_argument(
        "--form",
        type=_text,
        metavar="表样",
        help="按这种表样读取，如 2021；不写则按文件的内容辨认",
    )
    _json_option(parser)


def _export_takes(parser: Parser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="项目文件，或带有项目的 PDF")
    parser.add_argument(
        "-o", metavar="目标", dest="output", type=Path, required=True, help="扩展名决定格式"
    )
    parser.add_argument("--draft", action="store_true", help="印上“草稿”，有错误也导出")


def _rollup_takes(parser: Parser) -> None:
    parser.add_argument("folder", metavar="文件夹", type=Path, help="放有年报的文件夹")
    parser.add_argument(
        "-o", metavar="文件", dest="output", type=Path, required=True, help="汇总保存为（.gicr）"
    )
    parser.add_argument(
        "--table", metavar="工作簿", type=Path, help="另存一份 Excel 汇总表（.xlsx）"
    )
    parser.add_argument("--expected", metavar="名单", type=Path, help="应报送机关名单，一行一个")
    parser.add_argument("--org", type=_text, metavar="机关全称", default="", help="汇总机关")
    parser.add_argument("--previous", metavar="上年汇总", type=Path, help="用于核对结转")
    parser.add_argument("--words", action="store_true", help="连同正文一起核对，用时较长")
    _json_option(parser)


# -- verbs ---------------------------------------------------------------------------------------


def _form(arguments: Namespace) -> int:
    from gic_desktop import verbs

    form = verbs.form_of(arguments.form)
    if arguments.json:
        return _json(verbs.describe_form(form))
    print(f"{form.name}（{form.legal_base}）")
    for section in form.sections:
        print(section.heading)
        if section.table:
            for cell in form.table(section.table).cells:
                described = form.cells[cell]
                labels = " › ".join((*described.row, *described.column))
                print(f"  {cell}  {labels}{'（自动计算）' if described.computed else ''}")
    return DONE


def _new(arguments: Namespace) -> int:
    from gic_desktop import verbs

    path = verbs.new_file(arguments.org, arguments.year, arguments.last, arguments.output)
    print(f"已新建“{path}”。")
    return DONE


def _set(arguments: Namespace) -> int:
    from gic_desktop import verbs

    typed: dict[str, str] = {}
    for given in arguments.cells:
        cell, sign, value = given.partition("=")
        if not sign:
            raise verbs.Refused(f"“{given}”应写成 单元格=值。")
        typed[cell.strip()] = value
    report = verbs.set_in_file(arguments.file, typed)
    if arguments.json:
        shown = verbs.show(report)["cells"]
        return _json({"set": {cell: shown[cell] for cell in typed}})
    print(f"已填写 {len(typed)} 格。")
    return DONE


def _show(arguments: Namespace) -> int:
    from gic_desktop import verbs

    report = verbs.open_report(arguments.file).report
    shown = verbs.show(report)
    if arguments.json:
        return _json(shown)
    print(shown["title"])
    if shown["preamble"]:
        print(shown["preamble"])
    for section in report.form.sections:
        print(f"\n{report.heading(section.id)}")
        text = next(s["text"] for s in shown["sections"] if s["id"] == section.id)
        if text:
            print(text)
        if section.table:
            _print_table(report.form.table(section.table).cells, shown["cells"], report)
    return DONE


def _print_table(cells: Sequence[str], shown: dict[str, Any], report: Any) -> None:
    from gic_desktop.verbs import number_text

    for cell in cells:
        described, value = report.form.cells[cell], shown[cell]
        labels = " › ".join((*described.row, *described.column[-2:]))
        text = "未填写" if value["value"] is None else number_text(value["value"])
        remark = f"（{value['remark']}）" if value["remark"] else ""
        print(f"  {labels}：{text}{value.get('unit', '')}{remark}")


def _check(arguments: Namespace) -> int:
    from gic_desktop import verbs

    report = verbs.open_report(arguments.file).report
    last = None if arguments.previous is None else verbs.open_any(arguments.previous)
    if last is not None:
        verbs.must_be_the_year_before(last, report)
    findings = verbs.check(report, last, _today())
    errors = sum(f.blocks for f in findings)
    if arguments.json:
        _json(verbs.describe_findings(report, findings))
    else:
        if last is not None and "".join(last.organ.split()) != "".join(report.organ.split()):
            print(
                f"上年文件的机关是“{last.organ}”，这份年报的是“{report.organ}”，"
                "请确认是同一机关（例如改过名称）。"
            )
        for f in findings:
            kept = f"（已说明理由：{f.overridden}）" if f.overridden else ""
            print(f"{f.severity_name} {f.rule} {f.message}{kept}")
        print(
            f"{errors} 处错误，共 {len(findings)} 条。" if findings else "核对完成，没有发现问题。"
        )
    return HAS_ERRORS if errors else DONE


def _today() -> date:
    # In the office's own time zone: a deadline is a day on the wall calendar.
    return date.today()  # noqa: DTZ011


def _import(arguments: Namespace) -> int:
    from gic_desktop import verbs

    form_id = None if arguments.form is None else verbs.form_of(arguments.form).id
    if len(arguments.sources) > 1 or verbs.is_folder(arguments.output):
        return _import_several(arguments, form_id)
    source = arguments.sources[0]
    outcome = verbs.import_file(source, arguments.output, form_id)
    described = outcome.describe()
    if arguments.json:
        return _json(described)
    print(f"已读取“{source.name}”，保存为“{arguments.output}”。")
    print(outcome.summary())
    return DONE


def _import_several(arguments: Namespace, form_id: str | None) -> int:
    """Nothing could be read: 2, as for one file. Some could: 1, and each other is named."""
    from gic_desktop import verbs

    batch = verbs.import_files(arguments.sources, arguments.output, form_id=form_id)
    for row in batch.rows:
        if row.reason:
            _say(row.summary())
    if not batch.saved:
        return UNUSABLE
    if arguments.json:
        _json(batch.describe())
    else:
        for row in batch.rows:
            if not row.reason:
                print(row.summary())
        print(batch.headline())
    return HAS_ERRORS if batch.refused else DONE


def _export(arguments: Namespace) -> int:
    from gic_desktop import verbs

    report = verbs.open_report(arguments.file).report
    try:
        verbs.export(report, arguments.output, draft=arguments.draft)
    except verbs.HasErrors as error:
        _say(str(error))
        return HAS_ERRORS
    print(f"已导出“{arguments.output}”。")
    return DONE


def _rollup(arguments: Namespace) -> int:
    from gic_desktop import verbs

    gathered = verbs.rollup(
        arguments.folder,
        arguments.output,
        arguments.table,
        expected=arguments.expected,
        organ=arguments.org,
        previous=arguments.previous,
        words=arguments.words,
    )
    if arguments.json:
        _json(gathered.describe())
    else:
        print(gathered.summary())
        also = f"，汇总表已保存为“{arguments.table}”" if arguments.table else ""
        print(f"汇总已保存为“{arguments.output}”{also}。")
    return HAS_ERRORS if gathered.has_errors else DONE


# -- in and out ----------------------------------------------------------------------------------


def _json(value: Any) -> int:
    from gic_desktop import verbs

    sys.stdout.write(verbs.json_text(value))
    return DONE


def _say(sentence: str) -> None:
    with suppress(OSError):
        print(" ".join(sentence.split()), file=sys.stderr)


def _told(text: str, status: int) -> int:
    """All of it, at once and at the end: a call that fails half-way has said nothing."""
    try:
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()
    except BrokenPipeError:
        pass  # who reads it had enough
    except OSError as error:
        from gic_desktop.verbs import detail_of

        _say(f"结果未能完整输出（{detail_of(error)}）。请检查输出的位置后重试。")
        return UNUSABLE
    return status


Run = Callable[[Namespace], int]
Takes = Callable[[Parser], None]
VERBS: dict[str, tuple[str, Run, Takes]] = {
    "form": ("显示年报格式：章节、表格和每一格", _form, _form_takes),
    "new": ("新建项目文件；格式由年度决定", _new, _new_takes),
    "set": ("填写单元格，如同在表格中键入", _set, _set_takes),
    "show": ("显示整份年报和算出的合计", _show, _show_takes),
    "check": ("核对年报", _check, _check_takes),
    "import": ("导入已有的年报（Word、Excel、网页、文本、PDF）", _import, _import_takes),
    "export": ("导出为 PDF、Word、Excel 或网页", _export, _export_takes),
    "rollup": ("汇总一个文件夹中的年报", _rollup, _rollup_takes),
}


def _named(arguments: Sequence[str] | None) -> str:
    typed = sys.argv[1:] if arguments is None else arguments
    return typed[0] if typed else ""


def main(arguments: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A redirected stream on Windows would else be written in the system's code page.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            status = _run(arguments)
    except KeyboardInterrupt:
        _say("已取消。")
        return UNUSABLE
    return UNUSABLE if status == UNUSABLE else _told(said.getvalue(), status)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        given = _parser(_named(arguments)).parse_args(arguments)
    except SystemExit as left:  # help was asked for, or the call is not understood
        return left.code if isinstance(left.code, int) else UNUSABLE
    from gic_desktop import verbs

    try:
        return int(given.run(given))
    except (verbs.Refused, verbs.StoreError) as error:
        _say(str(error))
    except OSError as error:
        _say(f"系统拒绝了这次操作（{verbs.detail_of(error)}），请稍后重试。")
    except (MemoryError, RecursionError):
        _say("文件过大或过于复杂，内存不足，没有写入任何内容。")
    return UNUSABLE


def _open_closed() -> None:
    """A stream that the caller has closed takes what is said to nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - no path; open to the end


def program() -> NoReturn:
    """The process `gic`: one call and an end at once, without what a long-lived program needs.

    Collecting cycles and taking the interpreter down in order would be a fifth of a short call.
    """
    gc.disable()
    _open_closed()
    status = main()
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    program()
