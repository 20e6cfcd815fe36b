"""Rows as a table on a terminal."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from interopwatch.text import in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE: Final = 160
"""Where nobody looks at a terminal: a width that does not depend on the machine."""


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text, as wide as the terminal; long cells go on below."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = io.StringIO()
    tty = sys.stdout.isatty()
    console = Console(
        file=out, width=None if tty else _WIDE, force_terminal=tty, legacy_windows=False
    )
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in header:
        table.add_column(Text(in_line(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(in_line(cell)) for cell in row))
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().strip("\n").split("\n"))
