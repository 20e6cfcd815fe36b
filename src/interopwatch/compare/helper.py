"""A process that compares a piece: it reads from stdin what to do, and writes what it finds.

It loads the few modules that it needs by their paths: the package would load ten times as
many, and a helper's start would take as long as what it is there to help with.
"""

from __future__ import annotations

import _thread
import os
import sys
from types import ModuleType

LENGTH = 8
"""With how many bytes it is told how many more say what to do."""
NOT_THIS_WAY, TORN = 3, 4
"""With what status it ends where the piece cannot be compared."""


def _package(name: str, folder: str) -> None:
    """Let modules be found in a folder without running the ``__init__`` that is in it."""
    module = ModuleType(name)
    module.__path__ = [folder]
    sys.modules[name] = module


def _end_with_parent() -> None:
    """Wait for the end of stdin, which comes when the parent ends, however it does."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _read(number: int) -> bytes:
    """So many bytes of stdin, of which none more must be taken."""
    found = b""
    while len(found) < number and (more := os.read(0, number - len(found))):
        found += more
    return found


def main() -> int:
    """Compare a piece."""
    here = __file__.rpartition("helper.py")[0].rstrip("/\\")
    sys.path += sys.argv[1:]  # where msgspec is, if the values of cells are to be told
    _package("interopwatch", f"{here}/..")
    _package("interopwatch.compare", here)
    from interopwatch.compare.comparing import NOT_TO_SCAN, Work, compare
    from interopwatch.compare.records import Torn

    work = Work.unpacked(_read(int.from_bytes(_read(LENGTH))))
    _thread.start_new_thread(_end_with_parent, ())
    try:
        compare(work, sys.stdout.buffer, lambda _: None)
    except Torn:
        return TORN
    except NOT_TO_SCAN:
        return NOT_THIS_WAY
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    os._exit(main())  # the thread that waits for the parent need not end
