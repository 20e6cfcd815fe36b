"""Wrap running text to a width for a terminal, without breaking words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import category, east_asian_width

from click import style

from interopwatch.text import for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 100
"""The line width in columns if none is given: longer lines are hard to follow, and a report written
to a file or a pipe has the same bytes wherever it is made."""
_WIDE: Final = ("W", "F")
"""Characters that occupy two columns ("East Asian Width", Unicode Standard Annex 11)."""
_NONE: Final = ("Mn", "Me", "Cf")
"""Categories of characters that combine with others or are invisible."""
_CLOSING: Final = ("Pe", "Pf", "Po")
"""Closing punctuation never begins a line ("Unicode Line Breaking Algorithm", Annex 14)."""


def columns(text: str) -> int:
    """Return how many terminal columns a text occupies.

    >>> columns("Tokyo"), columns("東京")
    (5, 4)
    """
    # Most words are ASCII: for fifty characters this takes 0.1 µs; checking each takes 27.
    if text.isascii():
        return len(text)
    return sum(
        2 if east_asian_width(char) in _WIDE else category(char) not in _NONE for char in text
    )


def wrapped(
    text: str,
    width: int,
    indent: str = "",
    hanging: str | None = None,
    *,
    bold: bool = False,
    dim: bool = False,
) -> Iterator[str]:
    """Wrap a text into lines that are safe to show on a terminal.

    Words are never cut: one that is longer than a line gets a line of its own. Scripts without
    spaces between words may break between any two characters that occupy two columns.

    Args:
        text: The text; any white space counts as a space.
        width: The line width, in columns.
        indent: The prefix of the first line.
        hanging: The prefix of every other line; spaces as wide as the indent if not given.
        bold: Whether to print it in bold.
        dim: Whether to print it dimmed.
    """
    hanging = " " * columns(indent) if hanging is None else hanging
    for line in _lines(for_terminal(text), width, indent, hanging):
        yield style(line, bold=bold or None, dim=dim or None) if bold or dim else line


def _lines(text: str, width: int, indent: str, hanging: str) -> Iterator[str]:
    line, used = indent, columns(indent)
    is_empty = True
    for word in text.split():
        for at, part in enumerate(_parts(word)):
            space = "" if is_empty or at else " "
            needed = len(space) + columns(part)
            if not is_empty and used + needed > width:
                yield line
                line, used = hanging, columns(hanging)
                space, needed = "", columns(part)
            line, used, is_empty = f"{line}{space}{part}", used + needed, False
    if not is_empty:
        yield line


def _parts(word: str) -> list[str]:
    """Split a word where a line may break: nowhere, unless it is in a wide script."""
    if word.isascii():
        return [word]
    parts = [""]
    for char in word:
        is_wide = east_asian_width(char) in _WIDE
        closes = category(char) in _CLOSING
        if is_wide and not closes and parts[-1]:
            parts.append("")
        parts[-1] += char
    return [part for part in parts if part]
