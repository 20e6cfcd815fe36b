"""Pages as HTML, as a site sends them or a browser saves them.

The tree is walked once. Every block remembers the innermost *region* of the page that it stands
in: its main text, or what may be boilerplate. When the whole page is known, each region is judged,
and blocks go to the text or to the boilerplate. What is doubtful stays in the text.

What comes out:

- ``h1`` to ``h6`` and ``role=heading`` are headings; so is what a reader unfolds a section by
  (``summary``, a button with ``aria-expanded``), one level below the heading above it. A
  paragraph all in bold stays a paragraph: the outline tells what it is.
- The first text in ``li`` is an item, what follows in it are paragraphs, as in text.
- A row of a table is one paragraph, its cells divided by " | ", unless cells hold blocks of
  their own and no headings stand above them. A term and its description are one: "Status:
  Established".
- A line break divides a paragraph unless the sentence runs on over it
  (:func:`~interopwatch.capture.page.lines.runs_on`); two always divide it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Block, Document, Kind
from interopwatch.capture.page import elements
from interopwatch.capture.page.boilerplate import ARTICLE, MAIN, Regions
from interopwatch.capture.page.footnotes import raised
from interopwatch.capture.page.lines import BREAK, CELL, COLUMN, TERM, divided, unbulleted
from interopwatch.capture.page.metadata import Head
from interopwatch.errors import CaptureError
from interopwatch.extras import extra

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ELEMENTS: Final = 200_000
"""As many, or as many lines, take 5 seconds to read; pages of the works have a few thousand."""
MOST_ATTRIBUTES: Final = 1_000
_NUMBER: Final = re.compile(r"\d{1,2}")
_PIECES: Final = 5  # texts in an element above the line, beyond which it is no footnote mark
_MARKS: Final = re.compile("[\x1c-\x1f]")
_COPY: Final = "Copy the text of the page into a file, and capture that."
_UNKNOWN_LINE: Final = 65535
"""What libxml2 may give for every line after this one."""
_FATAL: Final = 3
_LOWEST: Final = 6
_HOLDERS: Final = frozenset(("body", "div", "section", "main", "article"))


def read_html(text: str, where: str, address: str = "") -> Document:
    """The document that an HTML page is.

    Raises:
        MissingExtraError: lxml is not installed.
        CaptureError: It has more elements than a page, or they are nested too deeply.
    """
    with extra("capture", "pages in HTML"):
        from lxml import etree

    root = _tree(text, where)
    walk = _Walk(elements.controlled(root))
    steps: Any = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in steps:
        if event == "start":
            if not walk.start(element):
                steps.skip_subtree()
        elif event == "end":
            walk.end(element)
        else:
            walk.pass_by(element)
    walk.flush()
    blocks, boilerplate = walk.regions.divide()
    head = walk.head
    first = next((b.text for b in blocks if b.kind is Kind.HEADING and b.level == 1), "")
    return Document(
        where,
        blocks,
        marked=True,
        language=head.language,
        title=head.title or first,
        address=head.address or address,
        stamps=(
            *head.stamps,
            *(("time", value) for value, region in walk.times if not walk.regions.all[region].left),
        ),
        boilerplate=boilerplate,
    )


def _tree(text: str, where: str) -> Any:  # noqa: ANN401 - lxml has no types of its own
    from lxml import etree

    if text.count("\n") > MOST_ELEMENTS:
        raise CaptureError(f"{where}: no page has more than {MOST_ELEMENTS:,} lines", hint=_COPY)
    # The tree is built without fetching anything, and without entities of the page's own.
    options: Any = {"encoding": "utf-8", "huge_tree": True, "no_network": True}
    measure: Any = _Measure(where)
    parser = etree.HTMLParser(**options)
    content = text.encode("utf-8", "replace")
    try:
        etree.fromstring(content, etree.HTMLParser(target=measure, **options))
        root = etree.fromstring(content, parser)
    except etree.LxmlError as error:
        raise CaptureError(
            f"{where}: the page cannot be read as HTML: {error}", hint=_COPY
        ) from error
    for problem in parser.error_log:
        # What follows a fatal error is missing from the tree: that would be half a page.
        if problem.level >= _FATAL:
            raise CaptureError(
                f"{where}:{problem.line}: the page cannot be read as HTML: {problem.message}",
                hint=_COPY,
            )
    if root is None:
        raise CaptureError(f"{where}: the page holds no text", hint=_COPY)
    return root


@dataclass(slots=True)
class _Measure:
    """Looks through a page before a tree is made of it, which takes memory and time.

    libxml2 takes time that grows with the square of the attributes of an element.
    """

    where: str
    elements: int = 0

    def start(self, _name: str, attributes: Mapping[str, str]) -> None:
        """Count an element."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise CaptureError(
                f"{self.where}: no page has more than {MOST_ELEMENTS:,} elements, "
                f"or {MOST_ATTRIBUTES:,} attributes in one",
                hint=_COPY,
            )

    def close(self) -> None:
        """End."""


@dataclass(slots=True)
class _Frame:
    """The state before an open element, to be restored where it ends."""

    element: object
    name: str
    region: int
    heading: int
    caption: bool
    row: list[int] | None
    columns: bool
    in_text: int
    outer: tuple[list[str], int] | None = None  # the text that an inline region interrupts


@dataclass(slots=True)
class _Walk:
    """Where the walk through a page is, and what it has found."""

    controlled: frozenset[str]
    regions: Regions = field(default_factory=Regions)
    head: Head = field(default_factory=Head)
    times: list[tuple[str, int]] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    items: list[bool] = field(default_factory=list)  # of each open item, whether it has no text
    buffer: list[str] = field(default_factory=list)
    region: int = 0
    heading: int = 0
    above: int = 1  # the level of the last heading, and of what unfolds below it
    unfolding: bool = False  # whether what comes next is unfolded by what came last
    caption: bool = False
    row: list[int] | None = None  # the flushes before a row of a table, and its cells so far
    columns: bool = False  # whether headings stand above the cells of that row
    in_text: int = 0
    pre: int = 0
    flushes: int = 0
    line: int = 0  # where the text in the buffer begins
    at: int = 0  # where the walk is; 0 if that is not known

    def start(self, element: Any) -> bool:  # noqa: ANN401 - see _tree
        """Enter an element; whether to go into it."""
        name, attributes = str(element.tag).lower(), element.attrib
        line = element.sourceline or 0
        self.at = line if line < _UNKNOWN_LINE else 0
        self.head.note(name, attributes, element)
        if name in elements.SILENT:
            self._skip(element)
            return False
        if name == "sup" and (mark := _raised_mark(element)):
            self.buffer.append(raised(mark))  # "Norway<sup>1</sup>" is not Norway1
            self._skip(element)
            return False
        if name == "br":
            self.buffer.append(BREAK)
        elif name == "time" and attributes.get("datetime"):
            self.times.append((clean(attributes["datetime"][:100]), self.region))
        self._open(element, name, attributes)
        self._take(element.text)
        return True

    def end(self, element: Any) -> None:  # noqa: ANN401 - see _tree
        """Leave an element."""
        if self.frames and self.frames[-1].element is element:
            self._close(self.frames.pop())
        self._take(element.tail)

    def pass_by(self, element: Any) -> None:  # noqa: ANN401 - see _tree
        """Pass a comment or an instruction."""
        self._skip(element)
        self._take(element.tail)

    def flush(self) -> None:
        """Make blocks of the text so far."""
        if not self.buffer:
            return
        text, line = "".join(self.buffer), self.line
        self.buffer, self.line = [], 0
        if not text.strip(" \t\n\r" + COLUMN + TERM + BREAK + CELL):
            return
        self.flushes += 1
        pieces = [" ".join(divided(text))] if self.heading else divided(text)
        for piece in pieces:
            if piece:
                self.regions.add(self._block(piece, line), self.region)

    def _block(self, text: str, line: int) -> Block:
        first = bool(self.items) and self.items[-1]
        if self.items:
            self.items[-1] = False
        if self.heading:
            return Block(Kind.HEADING, text, self.heading, line)
        self.unfolding = False
        if self.caption:
            return Block(Kind.CAPTION, text, line=line)
        marked, bare = unbulleted(text)
        if first or marked:
            numbered = first and bool(self.lists) and self.lists[-1] == "ol"
            return Block(Kind.ITEM, bare, len(self.lists) or 1, line, numbered)
        return Block(Kind.PARAGRAPH, text, line=line)

    def _open(self, element: Any, name: str, attributes: Any) -> None:  # noqa: ANN401
        level = elements.heading_level(name, attributes)
        if level:
            self.above = level
        if not level and elements.unfolds(name, attributes):
            level = self.heading or min(self.above + 1, _LOWEST)
            kind, self.unfolding = "", True
        else:
            kind = elements.region_kind(
                name, attributes, self.controlled, in_text=bool(self.in_text or self.heading)
            )
        if (kind == "button" and self.heading) or (
            kind == "hidden" and self.unfolding and not self.heading
        ):
            kind = ""
        block = self._is_block(name) or (level > 0 and not self.heading)
        if not (kind or block):
            return
        frame = _Frame(
            element, name, self.region, self.heading, self.caption, self.row, self.columns,
            self.in_text,
        )  # fmt: skip
        if block:
            self._begin(name)
        else:
            frame.outer = (self.buffer, self.line)
            self.buffer, self.line = [], 0
        self.frames.append(frame)
        if kind:
            self.region = self.regions.open(kind, self.region)
        self.in_text += kind in {MAIN, ARTICLE}
        self.heading = level or self.heading
        self.caption = self.caption or elements.is_caption(name, attributes)
        self.pre += name == "pre"
        if name in elements.LISTS:
            self.lists.append(name)
        elif name == "li":
            self.items.append(True)
        elif name == "tr":
            self.row, self.columns = [self.flushes, 0], elements.has_columns(element)

    def _close(self, frame: _Frame) -> None:
        name = frame.name
        if name == "dt" and self.buffer and not frame.outer:
            self.buffer.append(TERM)
        elif name != "tr" and self.columns and self._in_row():
            self.buffer.append("" if name in elements.CELLS else BREAK)
        elif not (name in elements.CELLS and self._in_row()):
            self.flush()
        if name in elements.LISTS:
            self.lists.pop()
        elif name == "li":
            self.items.pop()
        self.pre -= name == "pre"
        self.region, self.heading, self.caption = frame.region, frame.heading, frame.caption
        self.row, self.columns, self.in_text = frame.row, frame.columns, frame.in_text
        if frame.outer is not None:
            self.buffer, self.line = frame.outer

    def _begin(self, name: str) -> None:
        """Divide what comes from what was, unless they stand in one row or explain a term."""
        if name in elements.CELLS and self._in_row():
            assert self.row is not None
            if self.row[1]:
                self.buffer.append(COLUMN if self.columns else CELL)
            self.row[1] += 1
        elif self.columns and self._in_row():
            self.buffer.append(BREAK)
        elif not (name == "dd" and TERM in self.buffer):
            self.flush()

    def _in_row(self) -> bool:
        return self.row is not None and self.row[0] == self.flushes

    def _is_block(self, name: str) -> bool:
        if name in elements.BLOCKS:
            return True
        # Elements of a site's own making are blocks where blocks stand, else words in a text.
        return "-" in name and (
            not self.frames or self.frames[-1].name in _HOLDERS or "-" in self.frames[-1].name
        )

    def _take(self, text: str | None) -> None:
        if not text:
            return
        if not self.line and not text.isspace():
            blank = text[: len(text) - len(text.lstrip())]
            self.line = self.at + blank.count("\n") if self.at else 0
        if self.at:
            self.at += text.count("\n")
        text = _MARKS.sub(" ", text)
        self.buffer.append(text.replace("\n", BREAK) if self.pre else text)

    def _skip(self, element: Any) -> None:  # noqa: ANN401 - see _tree
        """Count the lines of what is not read."""
        if isinstance(element.tag, str):
            lines = sum(text.count("\n") for text in element.itertext())
        else:
            lines = (element.text or "").count("\n")
        self.at += lines if self.at else 0


def _raised_mark(element: Any) -> str:  # noqa: ANN401 - see _tree
    """The number of a footnote that an element above the line holds; empty if it holds more."""
    text = "".join(islice(element.itertext(), _PIECES)).strip("[]() \t\n\r")
    return text if _NUMBER.fullmatch(text) else ""
