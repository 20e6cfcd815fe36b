"""How large things may be that come from outside."""

from __future__ import annotations

from typing import Final

MAX_CELL: Final = 16 << 20
"""A cell of more characters is refused: an unclosed quote would make one of a whole file."""
