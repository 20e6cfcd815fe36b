"""The command line: arguments in, text out."""

from __future__ import annotations

import gc
import sys
from typing import Final

from interopwatch import __version__

_BETWEEN_COLLECTIONS: Final = 100_000
"""Values made between two looks for circles of them. A command makes many values and hardly a
circle: to look after every 700 took a tenth of the time to load the modules, and of a diff of
20,000 changes."""
_FAULT: Final = 70
"""The status of a command that met a fault of its own (EX_SOFTWARE of sysexits.h): 1 means
different or invalid, and nothing else."""


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Args:
        arguments: The words after the command's name; those of this process if not given.
    """
    given = sys.argv[1:] if arguments is None else arguments
    # Scripts ask for it, and nothing needs loading to answer; a closed output is told below.
    if given == ["--version"] and sys.stdout is not None and _wrote_version():
        sys.exit()
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    from interopwatch.cli import main

    if arguments is not None:
        main.run(arguments)
        return
    try:
        main.run(given)
    except Exception:  # noqa: BLE001 - a fault of our own is shown whole
        import traceback

        from interopwatch.cli.streams import say

        say(traceback.format_exc().rstrip("\n"), err=True)
        sys.exit(_FAULT)
    finally:
        # The process ends here, and need not look for circles in all that it has loaded: that
        # took a tenth of the time of a diff of small tables.
        gc.freeze()


def _wrote_version() -> bool:
    try:
        sys.stdout.write(f"interopwatch {__version__}\n")
        sys.stdout.flush()
    except OSError:
        return False
    return True
