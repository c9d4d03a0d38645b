"""Chinese typing on Linux: Qt's wheels bring a plug-in for ibus and none for fcitx.

fcitx5 answers on ibus' portal as well, so the program asks for that, before Qt starts, when fcitx is
wanted. Tried with fcitx5 5.0.21: `QT_IM_MODULE=ibus IBUS_USE_PORTAL=1` types 你好, either alone does not.
fcitx 4 has no such door. Where nothing can be reached the user is told, once, what to do.
"""

import sys
from collections.abc import Collection, MutableMapping
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")
_DO = (
    "请安装并启动 fcitx5 或 ibus 输入法，注销后重新登录，再打开本程序（可以请管理员协助）。\n"
    "在此之前，填写数字不受影响，汉字可以在其他程序中写好后粘贴过来。"
)


def prepare(environment: MutableMapping[str, str]) -> bool:
    """Whether the environment was changed."""
    if not sys.platform.startswith("linux"):
        return False
    module = environment.get("QT_IM_MODULE", "").lower()
    # Without a module Qt asks nobody, and it has none for xim any more: X's own wish counts then.
    wanted = environment.get("XMODIFIERS", "").lower() if module in {"", "xim"} else module
    if "fcitx" in wanted:
        environment["IBUS_USE_PORTAL"] = "1"
    elif "ibus" not in wanted or module == "ibus":
        return False
    environment["QT_IM_MODULE"] = "ibus"
    return True


def missing(environment: MutableMapping[str, str], running: Collection[str] | None = None) -> str:
    """Why no Chinese can be typed and what to do, or nothing. `running`: names of processes."""
    if not sys.platform.startswith("linux") or not environment.get("DISPLAY"):
        return ""
    module = environment.get("QT_IM_MODULE", "").lower()
    if not module and environment.get("WAYLAND_DISPLAY"):
        return ""  # there the desktop itself passes on what is typed
    if running is None:
        running = processes()
    if "ibus-daemon" in running or "fcitx5" in running:
        if module == "ibus":
            return ""
        return (
            "输入法正在运行，但没有设为本程序可用，暂时不能直接输入汉字。\n"
            "请在系统的“输入法配置”（im-config）中选定输入法，注销后重新登录，再打开本程序。"
        )
    if any(name.startswith("fcitx") for name in running):
        return f"正在运行的是 fcitx 4 输入法，它不能用于本程序，暂时不能直接输入汉字。\n{_DO}"
    return f"没有找到可用的中文输入法，暂时不能直接输入汉字。\n{_DO}"


def processes() -> set[str]:
    """The names of what is running, as far as it may be seen."""
    names: set[str] = set()
    with suppress(OSError):
        for folder in _PROCESSES.iterdir():
            if folder.name.isdigit():
                with suppress(OSError):
                    names.add((folder / "comm").read_text("utf-8", "replace").strip())
    return names
