"""A process that compares a piece: it reads from stdin what to do, and writes what it finds.

It loads the few modules that it needs by their paths: the package would load ten times as
many, and a helper's start would take as long as what it is there to help with.
"""

from __future__ import annotations

import sys
from types import ModuleType

NOT_THIS_WAY, TORN = 3, 4
"""With what status it ends where the piece cannot be compared."""


def _package(name: str, folder: str) -> None:
    """Let modules be found in a folder without running the ``__init__`` that is in it."""
    module = ModuleType(name)
    module.__path__ = [folder]
    sys.modules[name] = module


def main() -> int:
    """Compare a piece."""
    here = __file__.rpartition("helper.py")[0].rstrip("/\\")
    _package("interopwatch", f"{here}/..")
    _package("interopwatch.diff", here)
    from interopwatch.diff.comparing import NOT_TO_SCAN, Work, compare
    from interopwatch.diff.records import Torn

    work = Work.unpacked(sys.stdin.buffer.read())
    try:
        compare(work, sys.stdout.buffer, lambda _: None)
    except Torn:
        return TORN
    except NOT_TO_SCAN:
        return NOT_THIS_WAY
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
