"""Format a cell for display within a line of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.text import distinguished

if TYPE_CHECKING:
    from interopwatch.changeset.model import RowChange
    from interopwatch.package.labels import RowLabels
    from interopwatch.package.package import Package

LONG_CELL: Final = 80
"""The maximum length of a cell on a line of its own, with space for the name of its row."""
SHORT_CELL: Final = 40
"""The maximum length of one of two cells on a line: half as long, since they share it."""
LONGEST_NAME: Final = 60
"""A longer cell is no name; if it must be shown as one, it is cut."""


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text on one line, cut if it is long.

    >>> shortened("a long story", 6)
    'a lon…'
    """
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def called(package: Package, name: str) -> str:
    """Return the name of a table for use in a sentence: its title in quotes, or else its name."""
    resource = package.descriptor.by_name.get(name)
    return f"“{resource.title}”" if resource and resource.title and resource.title != name else name


def quoted(cell: str, longest: int, *, is_text: bool = True) -> str:
    """Return a cell for display: numbers as they are, texts in quotes.

    >>> quoted("4.5", 40), quoted("Ada", 40), quoted("", 40)
    ('4.5', '“Ada”', '(empty)')

    Args:
        cell: The cell.
        longest: The maximum number of characters to show.
        is_text: Whether its field holds text; a date in words is not put in quotes.
    """
    if not cell:
        return "(empty)"
    is_number = cell.replace(".", "", 1).lstrip("+-").isdigit()
    if is_number:
        return cell
    text = shortened(cell, longest)
    return f"“{text}”" if is_text else text


def change_of_cell(before: str, after: str, longest: int, *, is_text: bool = True) -> str:
    """Describe a cell's change; characters that differ are shown as codes if both look alike.

    >>> change_of_cell("kg", "t", 40)
    '“kg” → “t”'
    """
    before, after = cut_to_difference(before, after, longest)
    before, after = (quoted(cell, longest, is_text=is_text) for cell in (before, after))
    return f"{before} → {after}"


def cut_to_difference(before: str, after: str, longest: int) -> tuple[str, str]:
    """Return two cells as :func:`quoted` shows them, long ones from where they begin to differ.

    >>> cut_to_difference("so many words before this one", "so many words before that one", 20)
    ('… this one', '… that one')
    """
    before, after = distinguished(before, after)
    texts = [" ".join(text.split()) for text in (before, after)]
    pairs = enumerate(zip(*texts, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(map(len, texts)))
    # At least as much of the difference is shown as of the text before it.
    if same <= longest // 2 or max(map(len, texts)) <= longest:
        return before, after
    start = same - longest // 4
    start = texts[0].find(" ", start, same) + 1 or start
    return f"… {texts[0][start:]}", f"… {texts[1][start:]}"


def stated_cells(
    change: RowChange, field: str, labels: tuple[RowLabels, RowLabels]
) -> tuple[str, str]:
    """Return the value of a field before and after in words; as written if the words are equal.

    For example, two keys may have one name, or a missing value another spelling.

    Args:
        change: The change of the row.
        field: The field.
        labels: The labels of the older package and of the newer one.
    """
    before, after = (
        "" if row is None else each.stated(change.resource, row, field)
        for each, row in zip(labels, (change.before, change.after), strict=True)
    )
    return (before, after) if before != after else change.cells(field)
