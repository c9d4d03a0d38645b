"""Chinese typing on Linux: Qt's wheels bring a plug-in for ibus and none for fcitx.

fcitx5 answers on ibus' portal as well, so the program asks for that, before Qt starts, when fcitx is
wanted. Tried with fcitx5 5.0.21: `QT_IM_MODULE=ibus IBUS_USE_PORTAL=1` types 你好, either alone does not.
"""

import sys
from collections.abc import MutableMapping

WANTED = ("", "fcitx", "fcitx5")


def prepare(environment: MutableMapping[str, str]) -> bool:
    """Whether the environment was changed."""
    if not sys.platform.startswith("linux"):
        return False
    module = environment.get("QT_IM_MODULE", "").lower()
    modifiers = environment.get("XMODIFIERS", "").lower()
    if module not in WANTED or (not module and "fcitx" not in modifiers):
        return False
    environment["QT_IM_MODULE"] = "ibus"
    environment["IBUS_USE_PORTAL"] = "1"
    return True
