"""What `gic-desktop` starts with in a built program."""

import os
import sys

import child_process

PLUGINS = "QT_PLUGIN_PATH"
OF_THE_DESKTOP = f"{PLUGINS}_ORIG"
"""For the programs that this one opens files with, as PyInstaller does it with LD_LIBRARY_PATH."""


def use_own_plugins() -> None:
    """Qt's own plug-ins, whatever the desktop tells programs of other Qts."""
    of_the_desktop = os.environ.pop(PLUGINS, None)
    if of_the_desktop is not None:
        os.environ[OF_THE_DESKTOP] = of_the_desktop


if __name__ == "__main__":
    child_process.serve()
    use_own_plugins()
    from gic_desktop.__main__ import main

    sys.exit(main())
