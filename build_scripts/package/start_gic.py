"""What `gic` starts with in a built program."""

import sys
from collections.abc import Sequence

import child_process

PREPARE_FONTS = "--prepare-fonts"
"""For the installers only: unpack the fonts for printing once for everybody; not in the help."""


def start(arguments: Sequence[str]) -> int:
    # A redirected stream is GBK on a Chinese Windows; what we write is UTF-8 everywhere.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
    if arguments[:1] == [PREPARE_FONTS]:
        from gic_desktop.output import font_cache

        return font_cache.main(arguments[1:])
    from gic_desktop.console.main import main

    return main(arguments)


if __name__ == "__main__":
    child_process.serve()
    sys.exit(start(sys.argv[1:]))
