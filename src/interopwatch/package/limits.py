"""Size limits for untrusted input."""

from __future__ import annotations

from typing import Final

MAX_TABLE: Final = 2 << 30
"""A larger file (in bytes) is not read into memory: its rows would take about ten times its size.
Files that are streamed may have any size."""
MAX_RATIO: Final = 250
"""The maximum ratio of uncompressed to compressed size. Tables shrink to a tenth, those of one
repeated row to a hundredth; gzip and zip reach 1,030 for a single repeated letter only."""
SMALL: Final = 64 << 20
"""An uncompressed size (in bytes) that is allowed at any ratio: a round number, harmless to any
machine that runs this."""
MAX_CELL: Final = 16 << 20
"""A longer cell (in characters) is rejected: an unclosed quote would make one of a complete file. A
round number: the longest cell of the shipped tables has 158."""
