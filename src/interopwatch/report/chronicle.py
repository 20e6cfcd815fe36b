"""The history of a subject, or of a whole package, as lines under headings: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.report.model import Entry, Group, Line

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of a history: an entry, or several that are alike.

    Attributes:
        when: When it happened, in words; empty if that is not known.
        line: The sentence, and the source that states it.
        entries: The entries that it sums up.
    """

    when: str
    line: Line
    entries: tuple[Entry, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The sentences of its entries, if there are several; else none."""
        sentences = dict.fromkeys(entry.sentence for entry in self.entries)
        return tuple(sentences) if len(sentences) > 1 else ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Lines of a history under one heading."""

    title: str
    items: tuple[HistoryItem, ...]

    def by_source(self) -> Iterator[tuple[str, tuple[HistoryItem, ...]]]:
        """Neighbouring lines that share a source, with the source and the place that all share."""
        left = iter(self.items)
        lines = tuple(item.line for item in self.items)
        for source, mine in Group("", lines).by_source():
            yield source, tuple(next(left) for _ in mine)
