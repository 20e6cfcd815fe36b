"""What is told of one subject, or of a whole package: lines under headings, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.report.model import Entry, Group, Line

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told at once: one entry, or several that are alike.

    Attributes:
        when: When it happened, in words; empty if that is not known.
        line: The sentence, and what states it.
        entries: What it tells.
    """

    when: str
    line: Line
    entries: tuple[Entry, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """What it folds, a sentence for each entry; none if it is one sentence anyway."""
        sentences = dict.fromkeys(entry.sentence for entry in self.entries)
        return tuple(sentences) if len(sentences) > 1 else ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some of what is told of a subject, under a heading of its own."""

    title: str
    tellings: tuple[Telling, ...]

    def by_source(self) -> Iterator[tuple[str, tuple[Telling, ...]]]:
        """What follows on each other out of one source, with the source and the shared place."""
        left = iter(self.tellings)
        lines = tuple(telling.line for telling in self.tellings)
        for source, mine in Group("", lines).by_source():
            yield source, tuple(next(left) for _ in mine)
