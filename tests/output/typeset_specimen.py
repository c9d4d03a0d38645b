"""Whole reports as blocks for the tests of the printed page: tables read from the form files."""

import tomllib
from pathlib import Path

from gic_desktop.output.blocks import (
    Block,
    Document,
    Heading,
    Paragraph,
    Signature,
    Table,
    TableCell,
    Title,
)
from gic_desktop.report.place import Place

FORMS = Path(__file__).resolve().parents[2] / "resources" / "forms"
ORGAN = "芦城市东湖区青山街道办事处"


def form_table(year: str, table_id: str, figures: dict[str, str] | None = None) -> Table:
    """A table of a form with figures; a cell without one prints its number in the row."""
    form = tomllib.loads((FORMS / f"{year}.toml").read_text("utf-8"))
    described = next(table for table in form["tables"] if table["id"] == table_id)
    series = described.get("series", [])
    columns = len(described["widths"])
    taken: set[tuple[int, int]] = set()
    cells: list[TableCell] = []
    for row, members in enumerate(described["rows"]):
        column = 0
        expanded = []
        for member in members:
            if "cells" in member:
                expanded += [{"cell": f"{member['cells']}.{name}"} for name in series]
            else:
                expanded.append(member)
        for member in expanded:
            while (row, column) in taken:
                column += 1
            high, wide = member.get("rows", 1), member.get("columns", 1)
            name = member.get("cell", "")
            role = next(
                (role for role in ("caption", "column", "row", "corner") if role in member),
                "total" if name.endswith("total") or "finished" in name else "figure",
            )
            text = member.get(role, (figures or {}).get(name, str((row * 7 + column) % 40)))
            cells.append(
                TableCell(
                    row,
                    column,
                    high,
                    wide,
                    text,
                    role,
                    member.get("vertical", False),
                    "left" if role == "row" and not member.get("vertical") else "center",
                    Place(section=table_id, cell=name),
                    headers=(),
                    cell=name,
                )
            )
            taken |= {(r, c) for r in range(row, row + high) for c in range(column, column + wide)}
            column += wide
    cells = [with_headers(cell, cells) for cell in cells]
    return Table(
        table_id,
        len(described["rows"]),
        columns,
        described.get("header_rows", 0),
        tuple(described["widths"]),
        tuple(cells),
        described["summary"],
        Place(section=table_id),
    )


def with_headers(cell: TableCell, cells: list[TableCell]) -> TableCell:
    """The header cells above and left of a figure."""
    if cell.role not in ("figure", "total"):
        return cell
    above = [
        (head.row, head.column)
        for head in cells
        if head.role == "column"
        and head.row < cell.row
        and head.column <= cell.column < head.column + head.columns
    ]
    left = [
        (head.row, head.column)
        for head in cells
        if head.role == "row" and head.row <= cell.row < head.row + head.rows
    ]
    from gic_desktop.values import replace

    return replace(cell, headers=(*above[-3:], *left))


def heading(text: str, level: int = 1, section: str = "overview") -> Heading:
    return Heading(level, text, Place(section=section, part="heading"))


def text(words: str, number: int = 0, section: str = "overview") -> Paragraph:
    return Paragraph(words, Place(section=section, paragraph=number))


NARRATIVE = (
    (
        "2025年，青山街道深入贯彻《中华人民共和国政府信息公开条例》，按照《国务院办公厅关于印发〈政府信息公开工作要点〉的通知》"
        "（国办发〔2025〕12号）要求，坚持“以公开为常态、不公开为例外”，全年通过区政府门户网站（http://www.qingshan-street.example.gov.cn/"
        "zwgk/xxgkml/index.html）主动公开政府信息1284条，同比增长12.5%，政务新媒体“青山发布”推送326篇，阅读量达45.6万人次。"
    ),
    (
        "全年共收到政府信息公开申请36件，上年结转2件，办结37件，结转下年度继续办理1件。其中：予以公开22件，部分公开4件，不予公开3件，"
        "无法提供5件，不予处理2件，其他处理1件；均在法定期限内答复——没有因政府信息公开引起的行政复议、行政诉讼……"
    ),
    (
        "修订《青山街道政府信息主动公开基本目录》，对2020年12月31日以前的23件规范性文件逐件清理，废止7件、修改4件，"
        "收入848450元，占比38.46%，均按规定程序公布。"
    ),
)


def report(
    year: str = "2021",
    *,
    repeat: int = 1,
    draft: bool = False,
    figures: dict[str, str] | None = None,
) -> Document:
    """A report as a street office writes it."""
    blocks: list[Block] = [
        Title((f"{ORGAN}2025年政府信息公开工作年度报告",), Place(section="cover")),
        text(
            "本报告根据《中华人民共和国政府信息公开条例》和《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》"
            "（国办公开办函〔2021〕30号）的要求编制。本报告所列数据的统计期限自2025年1月1日起至2025年12月31日止。如对本报告有疑问，"
            "请与青山街道党政办公室联系（地址：芦城市东湖区青山路88号，邮编：100001，电话：010-88886666）。",
            0,
            "preamble",
        ),
        heading("一、总体情况"),
    ]
    count = 0
    for _ in range(repeat):
        for title, words in zip(
            ("（一）主动公开", "（二）依申请公开", "（三）政府信息管理"), NARRATIVE, strict=True
        ):
            blocks.append(heading(title, 2))
            blocks.append(text(words, count))
            count += 1
    blocks += [
        heading("1.平台建设", 3),
        text("完善政务公开专区建设，设置查阅点3处。", count),
        heading("二、主动公开政府信息情况", 1, "disclosure"),
        form_table(
            year,
            "disclosure",
            {"fees.amount": "59237.2449", "normative.issued": "22（其中修订16件）"},
        ),
        heading("三、收到和处理政府信息公开申请情况", 1, "requests"),
        form_table(year, "requests", figures),
        Paragraph(
            "注：本表含上年度结转数量。", Place("requests", part="notes", paragraph=0), note=True
        ),
        heading("四、政府信息公开行政复议、行政诉讼情况", 1, "disputes"),
        form_table(year, "disputes", {"review.upheld": "128"}),
        heading("五、存在的主要问题及改进情况", 1, "problems"),
        text(
            "一是政策解读形式较为单一，图文、视频解读占比不高；二是基层业务人员流动较快，答复文书质量有待提高。",
            0,
            "problems",
        ),
        text(
            "2026年，我街道将丰富解读形式，每季度开展一次业务培训，对答复文书实行法律顾问审核。",
            1,
            "problems",
        ),
        heading("六、其他需要报告的事项", 1, "other"),
        text(
            "根据《政府信息公开信息处理费管理办法》（国办函〔2020〕109号），2025年本机关收取信息处理费0元。",
            0,
            "other",
        ),
        Signature((ORGAN, "2026年1月19日"), Place(section="signature")),
    ]
    return Document(
        f"{ORGAN}2025年政府信息公开工作年度报告", ORGAN, 2025, tuple(blocks), draft=draft
    )
