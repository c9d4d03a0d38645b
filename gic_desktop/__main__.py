"""`gic-desktop`, or `python -m gic_desktop`: the window."""

import sys


def main() -> int:
    import gc

    # What a start makes stays: looking it over for garbage again and again costs a tenth of it.
    gc.disable()
    from gic_desktop.window.application import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
