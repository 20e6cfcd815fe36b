"""Which way to compare two tables: the whole decision, in one short function."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.compare.csvfile import File

SMALL: Final = 8 << 20
"""Two files of up to this many bytes together are compared in memory, whatever they hold."""


class Route(Enum):
    """A way to compare two large tables."""

    SAME = "same"
    """Their bytes are equal: there is nothing to compare."""
    SCAN = "scan"
    """They are read side by side, and only the records that differ are matched."""
    LINES = "lines"
    """An embedded engine pairs their lines by key, and only those that differ are matched."""
    CELLS = "cells"
    """The same with cells instead of lines, where a line is not a record as it stands."""
    MATCH = "match"
    """Both are read into memory, and their rows matched."""


class NotThisWay(Exception):  # noqa: N818 - it says what is so, not that something failed
    """A way turned out not to lead anywhere, and another is to be taken. Never told to a user."""


def choose(old: File, new: File, given_up: Collection[Route] = ()) -> Route:
    """The quickest way that is sure to be right, but for those that were given up.

    A scan that finds the two in another order than each other gives up; so does an engine
    that cannot read a file.
    """
    if Route.SAME not in given_up and old.resource == new.resource and old.has_bytes_of(new):
        return Route.SAME
    readable = all(file.is_as_said and file.is_common_csv for file in (old, new))
    if not (readable and old.has_plain_keys_of(new)):
        return Route.MATCH
    scannable = old.is_plain and new.is_plain and old.has_form_of(new)
    if scannable and Route.SCAN not in given_up:
        return Route.SCAN
    alike = old.begins_as(new) or new.begins_as(old)
    bare = alike and Route.LINES not in given_up and all(f.has_bare_lines for f in (old, new))
    if bare:
        return Route.LINES
    return Route.MATCH if Route.CELLS in given_up else Route.CELLS
