"""Split the page into lines, and find those with a label, such as "Purpose:", or perhaps a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import is_date_line
from interopwatch.capture.page.outline import Role
from interopwatch.capture.works.mcc.names import (
    PHRASES,
    area_id,
    known_area,
    known_project,
    project_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.model import Block, Document, Vocabulary

_LABELS: Final = PHRASES.table("labels", r" ?(?:$|:? ?\|(?= |$)|:|[–—](?= |$)|-(?= ))")
_UNMARKED: Final = PHRASES.table("labels", " (?=(?:the )?(?-i:[A-Z]))")
"""Labels that only the style of a page separates from the texts after them."""
_CELLS: Final = re.compile(r"\s*\|\s*")
_FEW: Final = 2  # columns with labels; a single one may be a sentence with a vertical bar
_LOWEST: Final = 6
_NUMBERED: Final = re.compile(r"\d{1,2}[.)] (?P<text>[^\d\s][^\n]{1,150}(?<![.:;]))")
_DATED: Final = re.compile(r"[^:]{0,30}\b(?:19|20)\d\d:")  # an entry of a chronology
_LONGEST: Final = 200  # of a heading, in characters
_WORDS: Final = 25  # of a heading
_INSIDE: Final = PHRASES.phrase("inside")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with its label."""

    label: str  # its name in ``[labels]`` of the work's data file
    written: str  # as the page writes it
    text: str  # the text after it
    count: int | None = None  # the number in the label, if any

    @property
    def prefix(self) -> str:
        """The label as a prefix of its text, whatever separates the two on the page."""
        return f"{self.written.rstrip(' :|–—-')}: "


class Lines:
    """The blocks of a page by index, and the signs that distinguish its headings from its text."""

    def __init__(self, document: Document, known: Vocabulary, title: str) -> None:
        """Split a page into blocks; ``title`` is that of the work."""
        self.known, self.marked, self.blocks = known, document.marked, _blocks(document)
        rows = known.rows.get("projects", ())
        self._area_before = {row["project"]: row.get("area", "") for row in rows}
        self.labels = _labelled(self.blocks, _LABELS)
        if all(label.label != "status" for label in self.labels.values()):
            self.labels |= _labelled(self.blocks, _UNMARKED)
        self.roles: dict[int, Role] = {}  # at first only of the title and of what is surely no text
        for i, block in enumerate(self.blocks):
            if i not in self.labels and is_date_line(block.text):
                self.roles[i] = Role.DATE
            elif _heads_columns(block):
                self.roles[i] = Role.CAPTION
        self.start = self._start(fold(title))
        self.names = {  # of each line that may be a name, the texts by which it can be found
            i: project_name(block.text).spellings
            for i, block in enumerate(self.blocks)
            if i >= self.start and not (i in self.labels or i in self.roles)
            and (block.kind is Kind.HEADING or _is_short(block))
        }  # fmt: skip

    def _start(self, title: str) -> int:
        """Find the title; return the index after it, 0 if there is none."""
        same = [i for i, block in enumerate(self.blocks) if fold(block.text) == title]
        tops = (i for i, b in enumerate(self.blocks) if b.kind is Kind.HEADING and b.level == 1)
        # A site may put its own heading above that of the page.
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
        """Return the id of the area that a line names."""
        return area_id(self.blocks[i].text, self.known.areas)

    def known_role(self, i: int) -> Role | None:
        """Return the role of a line that names a known project or area; None for others."""
        text = self.blocks[i].text
        if known_project(project_name(text), self.known.projects):
            return Role.PROJECT
        return Role.AREA if known_area(text, self.known.areas) else None

    def area_before(self, i: int) -> str:
        """Return the id of the area that a named project has in the package; empty if unknown."""
        project = known_project(project_name(self.blocks[i].text), self.known.projects)
        return self._area_before.get(project, "")


def _labelled(
    blocks: Sequence[Block], labels: Mapping[str, re.Pattern[str]]
) -> dict[int, Labelled]:
    """Return the blocks with labels, parsed; a label alone in its block has an empty text."""
    found: dict[int, Labelled] = {}
    for (i, block), (label, pattern) in product(enumerate(blocks), labels.items()):
        match = pattern.match(block.text)
        if match and i not in found:
            count = match.groupdict().get("count")
            rest = block.text[match.end() :].strip()
            found[i] = Labelled(label, match[0], rest, number(count) if count else None)
    return found


def _heads_columns(block: Block) -> bool:
    """Whether a block is the header row of a table of projects."""
    cells = _CELLS.split(block.text)
    labels = sum(map(_is_label, cells))
    return block.kind is Kind.PARAGRAPH and len(cells) > _FEW and labels >= _FEW


def _is_label(text: str) -> bool:
    return any(each.fullmatch(text) for each in _LABELS.values())


def _sections_of_rows(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, with the rows of a table of projects converted to ordinary sections.

    A table is recognised by a header row with two labels. The cells in the columns before the
    first label become headings; the others become passages with labels. A row without its first
    cells shares those of the row above.
    """
    columns: list[str] = []
    level = heads = 1
    for block in blocks:
        cells = _CELLS.split(block.text)
        if block.kind is Kind.HEADING:
            level = block.level
        if _heads_columns(block):
            columns, labels = cells, [_is_label(cell) for cell in cells]
            heads = labels.index(True)
            yield block
        elif columns and 0 <= len(columns) - len(cells) < max(heads, 1):
            shared = len(columns) - len(cells)
            for n, cell in enumerate(cells, shared):
                if n >= heads:
                    yield replace(block, text=f"{columns[n].rstrip(': ')}: {cell}")
                elif cell:
                    deep = min(level + n + 1, _LOWEST)
                    yield replace(block, kind=Kind.HEADING, text=cell, level=deep)
        else:
            columns = []
            yield block


def _parted(text: str) -> list[str]:
    """Split a text before the labels inside it: a page may run its passages together."""
    return _INSIDE.split(text) if ":" in text else [text]


def _blocks(document: Document) -> list[Block]:
    """Return the non-empty blocks, with passages that run together in one of them separated."""
    return [
        _typed(replace(block, text=text))
        for block in _sections_of_rows(document.blocks)
        for text in (_parted(block.text) if block.kind is Kind.PARAGRAPH else [block.text])
        if text.strip()
    ]


def _typed(block: Block) -> Block:
    """Return a block without the number typed before it; a numbered short line is an item."""
    known = block.kind in {Kind.PARAGRAPH, Kind.HEADING}
    match = _NUMBERED.fullmatch(block.text) if known else None
    if match is None:
        return block
    if block.kind is Kind.HEADING:
        return replace(block, text=match["text"])
    return replace(block, kind=Kind.ITEM, text=match["text"], level=1, numbered=True)


def _is_short(block: Block) -> bool:
    """Whether a block has the length, the beginning and the end of a heading."""
    text = block.text.strip()
    return (
        block.kind is not Kind.CAPTION
        and not _DATED.match(text)
        and len(text) <= _LONGEST
        and text[-1] not in ".,;:!"
        and (text[0].isupper() or text[0].isdecimal())
        and len(text.split()) <= _WORDS
    )
