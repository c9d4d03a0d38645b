"""Hands over to `multiprocessing` when this process is one that the program started for itself.

Readers of other people's formats work in a process of their own (imports/sources/apart.py). In a
built program such a process is the program once more, with arguments that say what it is for. The
test is two comparisons: importing multiprocessing costs a start that needs none of it 40 ms.
"""

import sys

_TRACKER = "from multiprocessing.resource_tracker import main"


def serve() -> None:
    """Do that work and end, or return at once."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--multiprocessing-fork"]:
        from multiprocessing import spawn

        spawn.freeze_support()
        sys.exit(0)
    if arguments[-2:-1] == ["-c"] and arguments[-1].startswith(_TRACKER):
        from multiprocessing import resource_tracker

        descriptor = int(arguments[-1].partition("main(")[2].partition(")")[0])
        resource_tracker.main(descriptor)
        sys.exit(0)
