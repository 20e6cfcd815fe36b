"""The lines of a page, and what each may be: a heading, by its name or by its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.names import known_area, known_project, named

if TYPE_CHECKING:
    from interopwatch.capture.labels import Labelled
    from interopwatch.capture.model import Block, Known

PROJECTS: Final = "High Visibility Projects"
_LONGEST: Final = 200  # of a heading, in characters
_WORDS: Final = 25  # of a heading
_LOGO: Final = re.compile(r"^(?:logo|emblem|badge|image|photo)(?: of)?(?: the)? ", re.IGNORECASE)
SECTION: Final = re.compile(
    r"(?:NATO['’]s )?High Visibility Projects?(?: \(HVPs?\))?", re.IGNORECASE
)
UPDATED: Final = re.compile(r"(?:last )?updated ?:", re.IGNORECASE)


class What(StrEnum):
    """What a block is in the outline."""

    TITLE = "title"
    UPDATED = "updated"
    AREA = "area"
    PROJECT = "project"
    SECTION = "section"
    CONTENTS = "contents"
    CAPTION = "caption"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Entry:
    """A project in the contents list, and the area that the list has it under."""

    heading: str
    area: str
    line: int


@dataclass(slots=True)
class Lines:
    """The blocks of a page, while it is found out what each is.

    Attributes:
        blocks: The blocks.
        known: What the package knows.
        title: The title of the work.
        marked: Whether the page marks its headings.
        what: What the blocks are, by their places, as far as that is known.
        labels: The labels of those that have one.
        areas: The areas in the contents list, with the lines they stand on.
        entries: The projects in the contents list.
        strays: The places where a project's passages begin without a heading above them.
        projects: What the projects of the contents list can be found by.
        headed: What its areas can be found by.
    """

    blocks: list[Block]
    known: Known
    title: str
    marked: bool
    what: dict[int, What] = field(default_factory=dict)
    labels: dict[int, Labelled] = field(default_factory=dict)
    areas: list[tuple[str, int]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    strays: set[int] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)
    headed: set[str] = field(default_factory=set)

    def short(self, i: int) -> bool:
        """Whether a block is as short as a heading, and ends like one."""
        block = self.blocks[i]
        text = block.text.strip()
        return (
            i not in self.labels
            and i not in self.what
            and block.kind is not Kind.CAPTION
            and len(text) <= _LONGEST
            and text[-1] not in ".,;:!"
            and (text[0].isupper() or text[0].isdigit())
            and len(text.split()) <= _WORDS
        )

    def named(self, i: int) -> What | None:
        """What a line is by its name, if the contents list or the package has that."""
        text = self.blocks[i].text
        keys = named(text).spellings
        if keys & self.projects or known_project(named(text), self.known.projects):
            return What.PROJECT
        if keys & self.headed or known_area(text, self.known.areas):
            return What.AREA
        return What.SECTION if SECTION.fullmatch(text.strip()) else None

    def candidates(self, zone: range) -> list[int]:
        """The blocks that may be headings."""
        found = []
        for i in zone:
            block = self.blocks[i]
            heading = block.kind is Kind.HEADING and i not in self.labels and i not in self.what
            # A bullet heads what stands under it only if that is no other bullet.
            last = i + 1 == len(self.blocks) or self.blocks[i + 1].kind is not Kind.ITEM
            plain = not self.marked and (block.kind is Kind.PARAGRAPH or last)
            if heading or (self.short(i) and (plain or self.named(i))):
                found.append(i)
        return found

    def repeats(self, i: int, heading: int) -> bool:
        """Whether a block says again, as a caption does, what a heading says."""
        text = fold(_LOGO.sub("", self.blocks[i].text))
        return bool(named(text).spellings & named(self.blocks[heading].text).spellings) or (
            text in named(self.blocks[heading].text).spellings
        )

    def surely(self, i: int) -> bool:
        """Whether a block is beyond doubt a heading."""
        heading = self.blocks[i].kind is Kind.HEADING and i not in self.labels
        return heading or (self.short(i) and self.named(i) is not None)
