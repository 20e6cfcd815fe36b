"""Size limits for untrusted input."""

from __future__ import annotations

from typing import Final

MAX_TABLE: Final = 2 << 30
"""A file of more bytes is not read whole: its rows would take about ten times as much memory. What
is compared piece by piece may be of any size."""
MAX_RATIO: Final = 250
"""How many times its own size something compressed may unpack to. Tables shrink to a tenth, those
of one repeated row to a hundredth; gzip and zip reach 1,030 with a single letter alone."""
SMALL: Final = 64 << 20
"""How many bytes something compressed may unpack to whatever the ratio: a round number, which harms
no machine that runs this."""
MAX_CELL: Final = 16 << 20
"""A cell of more characters is refused: an unclosed quote would make one of a whole file. A round
number: the longest cell of the shipped tables has 158."""
