"""The command line: arguments in, text out."""

from __future__ import annotations

import gc
import sys
from typing import Final

from interopwatch import __version__

_BETWEEN_COLLECTIONS: Final = 100_000
"""Allocations between two runs of the garbage collector. A command creates many objects and hardly
any cycles: with Python's default of 700, collecting took a tenth of the time of importing the
modules, and of a diff of 20,000 changes."""
_FAULT: Final = 70
"""The exit status for a bug in the program (EX_SOFTWARE of sysexits.h): 1 only ever means different
or invalid."""


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Args:
        arguments: The arguments of the command; those of this process if not given.
    """
    given = sys.argv[1:] if arguments is None else arguments
    # Scripts ask for it, and the answer needs no imports; a closed output is reported below.
    if given == ["--version"] and sys.stdout is not None and _wrote_version():
        sys.exit()
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    from interopwatch.cli import main

    if arguments is not None:
        main.run(arguments)
        return
    try:
        main.run(given)
    except Exception:  # noqa: BLE001 - a bug keeps its traceback
        import traceback

        from interopwatch.cli.streams import say

        say(traceback.format_exc().rstrip("\n"), err=True)
        sys.exit(_FAULT)
    finally:
        # The process ends here, and a last search for cycles in everything imported took a tenth of
        # the time of a diff of small tables.
        gc.freeze()


def _wrote_version() -> bool:
    try:
        sys.stdout.write(f"interopwatch {__version__}\n")
        sys.stdout.flush()
    except OSError:
        return False
    return True
