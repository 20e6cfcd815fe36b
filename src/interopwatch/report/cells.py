"""How a cell is shown within a line of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.text import distinguished

if TYPE_CHECKING:
    from interopwatch.changeset.model import RowChange
    from interopwatch.package.labels import RowLabels
    from interopwatch.package.package import Package

LONG_CELL: Final = 80
"""Characters of a cell on a line of its own, which leaves room for the name of its row."""
SHORT_CELL: Final = 40
"""Characters of a cell that stands beside others: half as many, since two share the line."""
LONGEST_NAME: Final = 60
"""A cell of more characters is no name; where it must be shown as one, it is cut."""


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """A text on one line, cut if it is long.

    >>> shortened("a long story", 6)
    'a lon…'
    """
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def called(package: Package, name: str) -> str:
    """What people call a table within a sentence: its title in quotes, or else its name."""
    known = package.descriptor.by_name.get(name)
    return f"“{known.title}”" if known and known.title and known.title != name else name


def quoted(cell: str, longest: int) -> str:
    """A cell: numbers as they are, and texts between quotes.

    >>> quoted("4.5", 40), quoted("Ada", 40), quoted("", 40)
    ('4.5', '“Ada”', '(empty)')
    """
    if not cell:
        return "(empty)"
    is_number = cell.replace(".", "", 1).lstrip("+-").isdigit()
    return cell if is_number else f"“{shortened(cell, longest)}”"


def change_of_cell(was: str, now: str, longest: int) -> str:
    """What a cell was and what it is; where both look alike, the characters that differ as codes.

    >>> change_of_cell("kg", "t", 40)
    '“kg” → “t”'
    """
    was, now = distinguished(was, now)
    return f"{quoted(was, longest)} → {quoted(now, longest)}"


def stated_cells(
    change: RowChange, field: str, labels: tuple[RowLabels, RowLabels]
) -> tuple[str, str]:
    """What a field held and holds, in words; as it is written where words tell no difference.

    Two keys may have one name, say, or a gap another spelling.

    Args:
        change: The change of the row.
        field: The field.
        labels: Those of the older package and of the newer one.
    """
    was, now = (
        "" if row is None else each.stated(change.resource, row, field)
        for each, row in zip(labels, (change.before, change.after), strict=True)
    )
    return (was, now) if was != now else change.cells(field)
