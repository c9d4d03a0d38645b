"""What `gic-desktop` starts with in a built program."""

import sys

import child_process

if __name__ == "__main__":
    child_process.serve()
    from gic_desktop.__main__ import main

    sys.exit(main())
