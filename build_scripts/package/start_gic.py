"""What `gic` starts with in a built program."""

import sys

import child_process

PREPARE_FONTS = "--prepare-fonts"
"""For the installers only: unpack the fonts for printing once for everybody; not in the help."""


def start() -> None:
    if sys.argv[1:2] == [PREPARE_FONTS]:
        from gic_desktop.output import font_cache

        # A redirected stream is GBK on a Chinese Windows; what we write is UTF-8 everywhere.
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(encoding="utf-8")
        sys.exit(font_cache.main(sys.argv[2:]))
    from gic_desktop.console.main import program

    program()


if __name__ == "__main__":
    child_process.serve()
    start()
