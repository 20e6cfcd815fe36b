"""The lines of the page: which have a label, and which are as short as a name or marked as one."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.labels import heads_columns, labelled, parted, sections_of_rows
from interopwatch.capture.works.mcc.names import area_id, known_area, known_project, project_name

if TYPE_CHECKING:
    from interopwatch.capture.model import Block, Document, Vocabulary

_LONGEST: Final = 200  # of a heading, in characters
_WORDS: Final = 25  # of a heading
_NUMBERED: Final = re.compile(r"\d{1,2}[.)] (?P<text>[^\d\s][^\n]{1,150}(?<![.:;]))")


class Lines:
    """The blocks of a page, and what tells its headings from its text.

    Attributes:
        blocks: The blocks, with passages that run together in one of them cut apart.
        known: What the package knows.
        marked: Whether the page marks its headings.
        labels: The labels of the blocks that have one, by their places.
        roles: What blocks are, by their places: at first the title and what is no text for sure.
        start: The place behind the title.
        names: What each line behind it can be found by that may be a name, by its place.
    """

    def __init__(self, document: Document, known: Vocabulary, title: str) -> None:
        """Take the blocks of a page; ``title`` is that of the work."""
        self.known, self.marked, self.blocks = known, document.marked, _blocks(document)
        rows = known.rows.get("projects", ())
        self._area_before = {row["project"]: row.get("area", "") for row in rows}
        self.labels = {i: said for i, b in enumerate(self.blocks) if (said := labelled(b))}
        self._labelled = [*self.labels]
        self.roles: dict[int, Role] = {}
        for i, block in enumerate(self.blocks):
            if i not in self.labels and is_date_line(block.text):
                self.roles[i] = Role.DATE
            elif heads_columns(block):
                self.roles[i] = Role.CAPTION
        self.start = self._start(fold(title))
        self.names = {
            i: project_name(block.text).spellings
            for i, block in enumerate(self.blocks)
            if i >= self.start and not (i in self.labels or i in self.roles)
            and (block.kind is Kind.HEADING or _is_short(block))
        }  # fmt: skip

    def _start(self, title: str) -> int:
        """Find the title; give the place behind it."""
        same = [i for i, block in enumerate(self.blocks) if fold(block.text) == title]
        tops = (i for i, b in enumerate(self.blocks) if b.kind is Kind.HEADING and b.level == 1)
        # A site may have a heading of its own above the page's.
        first = next((i for i in same if self.blocks[i].kind is not Kind.ITEM), next(tops, None))
        self.roles |= dict.fromkeys(same, Role.CAPTION)
        if first is None:
            return 0
        self.roles[first] = Role.TITLE
        return first + 1

    def marks(self, i: int) -> bool:
        """Whether the page marks a line as a heading."""
        return self.blocks[i].kind is Kind.HEADING and i not in self.labels

    def area_id(self, i: int) -> str:
        """The id of the area that a line names."""
        return area_id(self.blocks[i].text, self.known.areas)

    def known_role(self, i: int) -> Role | None:
        """What a line names, if the package knows it."""
        text = self.blocks[i].text
        if known_project(project_name(text), self.known.projects):
            return Role.PROJECT
        return Role.AREA if known_area(text, self.known.areas) else None

    def area_before(self, i: int) -> str:
        """The id of the area in which the package has the project that a line names, if it does."""
        project = known_project(project_name(self.blocks[i].text), self.known.projects)
        return self._area_before.get(project, "")

    def next_label(self, i: int) -> int:
        """The first label behind a place; the end of the page if there is none."""
        at = bisect_right(self._labelled, i)
        return self._labelled[at] if at < len(self._labelled) else len(self.blocks)


def _blocks(document: Document) -> list[Block]:
    """The blocks, with passages that run together in one of them cut apart."""
    return [
        _typed(replace(block, text=text))
        for block in sections_of_rows(document.blocks)
        for text in (parted(block.text) if block.kind is Kind.PARAGRAPH else [block.text])
        if text.strip()
    ]


def _typed(block: Block) -> Block:
    """A block without the number typed in front of it; a short line with one is an item."""
    known = block.kind in {Kind.PARAGRAPH, Kind.HEADING}
    match = _NUMBERED.fullmatch(block.text) if known else None
    if match is None:
        return block
    if block.kind is Kind.HEADING:
        return replace(block, text=match["text"])
    return replace(block, kind=Kind.ITEM, text=match["text"], level=1, numbered=True)


def _is_short(block: Block) -> bool:
    """Whether a block is as short as a heading, and begins and ends like one."""
    text = block.text.strip()
    return (
        block.kind is not Kind.CAPTION
        and len(text) <= _LONGEST
        and text[-1] not in ".,;:!"
        and (text[0].isupper() or text[0].isdecimal())
        and len(text.split()) <= _WORDS
    )
