"""What `gic-desktop` starts with in a built program."""

import sys

from gic_desktop.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
