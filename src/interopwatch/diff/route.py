"""Which way to compare two tables: the whole decision, in one short function."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from interopwatch.diff.files import File

SMALL: Final = 8 << 20
"""Two files of up to this many bytes together are compared in memory, whatever they hold."""


class Route(Enum):
    """A way to compare two large tables."""

    SAME = "same"
    """Their bytes are equal: there is nothing to compare."""
    SCAN = "scan"
    """They are read side by side, and only the records that differ are matched."""
    JOIN = "join"
    """An embedded engine drops the rows they share, and only the others are matched."""
    MATCH = "match"
    """Both are read into memory, and their rows matched."""


def choose(old: File, new: File) -> Route:
    """The quickest way that is sure to be right.

    A scan that finds the two in another order than each other hands over to the join.
    """
    if old.resource == new.resource and old.has_bytes_of(new):
        return Route.SAME
    if not (old.has_form_of(new) and old.has_plain_keys and new.has_plain_keys):
        return Route.MATCH
    return Route.SCAN if old.is_plain and new.is_plain else Route.JOIN
