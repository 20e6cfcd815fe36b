"""The command line: arguments in, text out."""

from __future__ import annotations

import sys

from interopwatch import __version__


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments == ["--version"]:  # scripts ask for it, and nothing needs loading to answer
        sys.stdout.write(f"interopwatch {__version__}\n")
        sys.exit()
    from interopwatch.cli import main

    main.run(arguments)
