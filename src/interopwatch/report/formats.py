"""The formats of reports and change sets, by name; each is one module beside this one.

A new format is a module with ``report(report)``, or with ``rows``, ``reformatted`` and ``frame``
for change sets, and its name in this module. Two modules are neither and are called directly:
:mod:`~interopwatch.report.tabular` writes a patch of a table, :mod:`~interopwatch.report.stat` only
counts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.compare.key_spellings import ReformattedKeys
    from interopwatch.report.report import Report


class Amounts(Struct, frozen=True):
    """The number of rows in a change set.

    Attributes:
        rows: Rows that were added, removed or changed.
        reformatted: Rows whose text differs although their values do not.
        keys: Keys that are the same values in another spelling.
    """

    rows: int = 0
    reformatted: int = 0
    keys: tuple[ReformattedKeys, ...] = ()


class ChangeSetFormat(Protocol):
    """A module that writes a change set piece by piece."""

    def rows(self, items: Sequence[Narrated], number: int, *, is_first: bool) -> bytes:
        """Return rows of one resource in UTF-8; a batch takes a third of the time of single rows.

        Args:
            items: The rows, at least one.
            number: How many rows precede them.
            is_first: Whether they are the first of their resource.
        """

    def reformatted(self, change: RowChange, number: int) -> str:
        """Return a row whose text alone differs, given how many of these precede it."""

    def frame(self, changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
        """Return the text before the rows, before the reformatted rows, and at the end.

        Args:
            changes: The change set without rows.
            amounts: The number of rows.
        """


REPORTS: Final = ("terminal", "markdown", "json", "html")
"""The formats of reports; each is the module of that name beside this one."""
CHANGE_SETS: Final = ("terminal", "json", "jsonl", "csv")
"""The formats of change sets, likewise."""


def change_set_format(name: str) -> ChangeSetFormat:
    """Return the module for one of :data:`CHANGE_SETS`; no other is imported."""
    # Type checkers cannot see the module's contents; tests/report/test_formats.py checks each one.
    made: Any = import_module(f"interopwatch.report.{name}")
    written: ChangeSetFormat = made
    return written


def render_report(report: Report, form: str, width: int | None = None) -> str:
    """Render a report as text that ends in a newline.

    Args:
        report: The report.
        form: One of :data:`REPORTS`.
        width: The line width for the terminal format, in columns; 100 if not given.
    """
    module = import_module(f"interopwatch.report.{form}")
    options = {} if width is None or form != "terminal" else {"width": width}
    text: str = module.report(report, **options)
    return text
