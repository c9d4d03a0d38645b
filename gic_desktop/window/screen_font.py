"""The fonts that the window writes with: the system's Chinese font, else one of the program's."""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFontDatabase, QGuiApplication

from gic_desktop import resources

_NOTO = ("Noto Sans CJK SC", "Source Han Sans CN", "Source Han Sans SC")
_WANTED = (
    *("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC"),
    *_NOTO,
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
)
_CUT = ("screen.otf", "screen-bold.otf")


def install(application: QGuiApplication) -> None:
    known = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    family = next((name for name in _WANTED if name in known), next(iter(sorted(known)), ""))
    font = application.font()
    # Everyday characters of the very same design: the whole files would take 12 MB of memory.
    families = [] if family and family not in _NOTO else cut()
    families += [family or for_print()]
    font.setFamilies([name for name in dict.fromkeys(families) if name])
    application.setFont(font)


def cut() -> list[str]:
    """Registers Noto Sans CJK cut down to everyday characters, and gives its family's name."""
    try:
        files = [resources.path("fonts", name) for name in _CUT]
    except OSError:
        return []
    return [
        name for file in files for name in _families(QFontDatabase.addApplicationFont(str(file)))
    ]


def for_print() -> str:
    """Registers what headings are printed with, for a system without any Chinese font."""
    import lzma

    try:
        data = lzma.decompress(resources.path("fonts", "h1.ttf.xz").read_bytes())
    except (OSError, lzma.LZMAError):
        return ""
    families = _families(QFontDatabase.addApplicationFontFromData(QByteArray(data)))
    return families[0] if families else ""


def _families(number: int) -> list[str]:
    return QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
