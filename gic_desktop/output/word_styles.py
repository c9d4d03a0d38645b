"""The styles of an official document in Word: GB/T 9704-2012, by the fonts' Word names.

Heading styles are Word's own, so that its outline, its navigation and a table of contents work.
Fonts are named, not embedded: an office PC has them, another takes what `fonts` tells it is alike.
"""

from collections.abc import Iterator

from gic_desktop.output.office_package import HEADER

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LATIN = "Times New Roman"
TITLE_FACE = "方正小标宋简体"
BLACK = "黑体"
KAI = "楷体_GB2312"
FANG = "仿宋_GB2312"
SONG = "宋体"
# 28.95 points: 22 lines on 225 mm.
PITCH = 579
# 28 characters of 16 points are wider than 156 mm: the characters stand a quarter point closer. A
# grid of characters would say so too, but programs other than Word spread the text over it.
_TIGHTER = '<w:spacing w:val="-5"/>'


def fonts(face: str, latin: str = LATIN) -> str:
    return (
        f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{face}" w:cs="{LATIN}"'
        ' w:hint="eastAsia"/>'
    )


def _style(
    key: str,
    name: str,
    paragraph: str,
    run: str,
    *,
    based: str = "Normal",
    following: str = "",
    order: int = 1,
) -> str:
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    default = "" if based else ' w:default="1"'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val="{name}"/>{base}'
        f'{after}<w:uiPriority w:val="{order}"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _exact(twips: int, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{twips}" w:lineRule="exact"/>'


INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_NO_GRID = '<w:snapToGrid w:val="0"/>'
# Word would set digits apart from Chinese; the printed page does not.
_NO_GAPS = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_NO_INDENT = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_KEPT = "<w:keepNext/><w:keepLines/>"
_CENTRED = '<w:jc w:val="center"/>'
_LEFT = '<w:jc w:val="left"/>'


def styles() -> str:
    return (
        f'{HEADER}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANG)}'
        f'{_size(16)}<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault/></w:docDefaults>{''.join(_paragraph_styles())}{_table_styles()}</w:styles>"
    )


def _paragraph_styles() -> Iterator[str]:
    normal = f'<w:widowControl/>{_NO_GAPS}{_exact(PITCH)}<w:jc w:val="both"/>'
    yield _style("Normal", "Normal", normal, "", based="", order=0)
    yield _style("BodyText", "Body Text", INDENT, _TIGHTER)
    for level, face in enumerate((BLACK, KAI, FANG, FANG), 1):
        outline = f'{_KEPT}{_exact(PITCH)}{INDENT}<w:outlineLvl w:val="{level - 1}"/>'
        look = fonts(face, BLACK if level == 1 else LATIN) + _TIGHTER + _size(16)
        name = f"heading {level}"
        yield _style(f"Heading{level}", name, outline, look, following="BodyText", order=9)
    title = f"{_KEPT}{_NO_GRID}{_exact(720)}{_NO_INDENT}{_CENTRED}"
    look = fonts(TITLE_FACE, TITLE_FACE) + _size(22)
    yield _style("Title", "Title", title, look, following="BodyText", order=10)
    annex = f"<w:keepNext/>{_exact(PITCH, after=PITCH)}{_LEFT}"
    yield _style("Annex", "附件标记", annex, fonts(BLACK, BLACK))
    yield _style("Signature", "Signature", f"{_KEPT}{_exact(PITCH)}{_LEFT}", "", order=99)
    song = fonts(SONG, SONG)
    cell = f"{_NO_GRID}{_exact(273)}{_CENTRED}"
    yield _style("TableText", "表格文字", cell, song + _size(10.5))
    yield _style("TableNote", "表注", f"<w:keepLines/>{_NO_GRID}{_exact(360)}", _size(12))
    figure = (
        f'<w:keepLines/>{_NO_GRID}<w:spacing w:before="120" w:after="60" w:line="240"'
        f' w:lineRule="auto"/>{_CENTRED}'
    )
    yield _style("Figure", "图", figure, "")
    caption = f"{_NO_GRID}{_exact(360, after=80)}{_CENTRED}"
    yield _style("Caption", "caption", caption, fonts(KAI) + _size(12), order=35)
    yield _style("Joint", "表后间隔", f"{_NO_GRID}{_exact(120)}", _size(1))
    yield _style("Header", "header", f"{_NO_GRID}{_exact(240)}", _size(9), order=99)
    yield _style("Footer", "footer", f"{_NO_GRID}{_exact(364)}", song + _size(14), order=99)


def _table_styles() -> str:
    """Lines inside half as thick as those around."""
    sides = (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{thick}" w:space="0" w:color="000000"/>'
        for side, thick in sides
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 0), ("left", 108), ("bottom", 0), ("right", 108))
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="39"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>"
    )


def font_table() -> str:
    """What stands in where a PC has not got a font: the same kind of type under other names."""
    alike = (
        (TITLE_FACE, "方正小标宋_GBK,华文中宋,宋体", "script"),
        (BLACK, "SimHei,思源黑体,Noto Sans CJK SC", "modern"),
        (KAI, "楷体,KaiTi,华文楷体", "modern"),
        (FANG, "仿宋,FangSong,华文仿宋", "modern"),
        (SONG, "SimSun,思源宋体,Noto Serif CJK SC", "auto"),
    )
    return (
        f'{HEADER}<w:fonts xmlns:w="{W}">'
        + "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{others}"/>'
            f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="default"/></w:font>'
            for name, others, family in alike
        )
        + f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/>'
        '<w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def settings() -> str:
    return (
        f'{HEADER}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/>'
        "<w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>"
        '<w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>'
        '<w:drawingGridVerticalSpacing w:val="579"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        "<w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
        "<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
        ' w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )
