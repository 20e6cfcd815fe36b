"""Reports and histories as frozen values; every format renders these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Any, Final

from interopwatch.changeset.model import to_plain
from interopwatch.package.edtf import in_words
from interopwatch.timeline.snapshots import WORKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified, RowChange, Side
    from interopwatch.package.package import Package

FORMAT: Final = "interopwatch-report/1"
PATH_MARK: Final = " > "
"""The separator between the headings of a locator."""


@dataclass(frozen=True, slots=True)
class Line:
    """One reported fact, with the place in a source that states it.

    Attributes:
        sentence: The fact.
        source: The title and date of the source, for people.
        locator: The heading path in that source.
        source_id: The id of the source in the package.
        changes: The row changes that it reports, for formats in which a line unfolds.
        fields: The fields that it is about; empty for all that changed.
    """

    sentence: str
    source: str = ""
    locator: str = ""
    source_id: str = ""
    changes: tuple[RowChange, ...] = field(default=(), repr=False)
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines about one topic."""

    topic: str
    lines: tuple[Line, ...]

    def by_source(self) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """Yield the lines that share a source, with its title and their common place in it.

        A place that repeats the topic is left out.
        """
        # Lines are sorted by source already, so that those of one source are adjacent.
        for source, group in groupby(self.lines, key=lambda line: line.source):
            lines = tuple(group)
            place = _common_place([line.locator for line in lines])
            if self.topic.casefold() in place.casefold():
                place = ""
            yield " — ".join(filter(None, (source, place))), lines


@dataclass(frozen=True, slots=True)
class Section:
    """Groups of one kind: news, corrections, and so on."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The data of a report, for formats that show rows beside sentences.

    Attributes:
        changes: All that differs.
        items: Every row change with its sense, in the order of the change set.
        old: The package before, in the names and keys of the one after.
        new: The package after.
    """

    changes: ChangeSet
    items: tuple[Classified, ...]
    old: Package
    new: Package


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page of a report.

    Attributes:
        title: What it shows.
        description: The same in words, for readers who cannot see it.
        svg: The picture, as SVG.
    """

    title: str
    description: str
    svg: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact about a subject.

    Attributes:
        date: When it happened, as the source gives it (EDTF); empty if not stated. For a change in
            the record, the day of the first edition that shows it.
        sentence: What happened, or what holds.
        kind: ``event`` (it happened), ``expected`` (it is planned), ``record`` (a later edition
            contradicts an earlier one) or ``standing`` (it holds, and the sources do not say since
            when).
        source: The id of the source that states it.
        locator: The place in that source.
        recorded: The first snapshot that holds it.
        until: For a fact that holds, the last day for which its source vouches (ISO 8601): the day
            on which it was published or last found unchanged; empty if that is not known.
    """

    date: str
    sentence: str
    kind: str
    source: str
    locator: str
    recorded: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of a history: an entry, or several similar ones.

    Attributes:
        when: When it happened, in words; empty if that is not known.
        line: The sentence, and the source that states it.
        entries: The entries that it summarises.
    """

    when: str
    line: Line
    entries: tuple[Entry, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The sentences of its entries if they differ; otherwise empty."""
        sentences = dict.fromkeys(entry.sentence for entry in self.entries)
        return tuple(sentences) if len(sentences) > 1 else ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Lines of a history under one heading."""

    title: str
    items: tuple[HistoryItem, ...]

    def by_source(self) -> Iterator[tuple[str, tuple[HistoryItem, ...]]]:
        """Yield adjacent lines that share a source, with its title and their common place in it."""
        items = iter(self.items)
        lines = tuple(item.line for item in self.items)
        for source, group in Group("", lines).by_source():
            yield source, tuple(next(items) for _ in group)


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What changed between two packages, for a reader in a hurry.

    Attributes:
        old: The package before.
        new: The package after.
        headline: The few sentences that a busy person needs.
        sections: The details: news first, then all other changes.
        remarks: What is counted and not listed: coverage, reference data, form.
        unchanged: One line on what did not change; empty if everything did.
        subject: What the packages are about, according to the newer one; empty if it does not say.
        comparison: The data of the report; ``None`` if it was not kept.
    """

    old: Side
    new: Side
    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    remarks: tuple[str, ...]
    unchanged: str
    subject: str = ""
    comparison: Comparison | None = field(default=None, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The title of the report, on one line."""
        old, new = edition_name(self.old), edition_name(self.new)
        if self.old.date and not self.new.date and self.new.label == WORKING:
            text = f"changes since {old}, not yet frozen"
        elif self.old.date and self.new.date:
            pair = f"{old} → {new}" if self.subject else f"changes from {old} to {new}"
            basis = reconstructed((self.old, self.new))
            text = f"{pair} ({basis})" if basis else pair
        else:
            text = f"what changed from {old} to {new}"
        return f"{self.subject}: {text}" if self.subject else text[0].upper() + text[1:]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "format": FORMAT,
            "subject": self.subject,
            "old": to_plain(self.old),
            "new": to_plain(self.new),
            "headline": list(self.headline),
            "sections": [
                {
                    "title": section.title,
                    "groups": [
                        {
                            "topic": group.topic,
                            "lines": [
                                {
                                    "sentence": line.sentence,
                                    "source": line.source_id,
                                    "source_title": line.source,
                                    "locator": line.locator,
                                }
                                for line in group.lines
                            ],
                        }
                        for group in section.groups
                    ],
                }
                for section in self.sections
            ],
            "remarks": list(self.remarks),
            "unchanged": self.unchanged,
        }


def _common_place(places: Sequence[str]) -> str:
    """Return the heading path with which several places in a source begin."""
    paths = [place.split(PATH_MARK) for place in places]
    # Beyond the shortest path, nothing is common.
    common = takewhile(lambda steps: len(set(steps)) == 1, zip(*paths, strict=False))
    return PATH_MARK.join(steps[0] for steps in common)


def edition_name(side: Side) -> str:
    """Return the name of an edition for sentences: its date, or else its label."""
    return in_words(side.date) if side.date else side.label


def reconstructed(sides: tuple[Side, Side]) -> str:
    """Return which of two editions are reconstructed, in words; empty if neither is."""
    names = [edition_name(side) for side in sides if side.basis == "reconstructed"]
    return f"{'both' if len(names) > 1 else names[0]} reconstructed" if names else ""
