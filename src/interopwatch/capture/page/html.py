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
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from interopwatch.capture.catalogue import refused
from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Block, Kind
from interopwatch.capture.page import elements
from interopwatch.capture.page.boilerplate import ARTICLE, MAIN, Region, Regions
from interopwatch.capture.page.footnotes import raised
from interopwatch.capture.page.lines import BREAK, CELL, COLUMN, TERM, divided, unbulleted
from interopwatch.extras import extra

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Document

MOST_ELEMENTS: Final = 200_000
"""As many, or as many lines, take 5 seconds to read; pages of the works have a few thousand."""
MOST_ATTRIBUTES: Final = 1_000
LINE: Final = "interopwatch-line"
"""The attribute that holds the line of an element in the file, where that is no HTML."""
_LINE: Final = re.compile("[0-9]{1,6}")
_NUMBER: Final = re.compile(r"\d{1,2}")
_PIECES: Final = 5  # texts in an element above the line, beyond which it is no footnote mark
_MARKS: Final = re.compile("[\x1c-\x1f]")
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
            walk.skip(element)
            walk.take(element.tail)
    walk.flush()
    blocks, boilerplate = walk.regions.divide()
    document = elements.declared(root, where, address)
    times = (("time", value) for value, region in walk.times if not region.left)
    stamps = (*document.stamps, *times)
    return replace(document, blocks=blocks, stamps=stamps, boilerplate=boilerplate)


def _tree(text: str, where: str) -> Any:  # noqa: ANN401 - lxml has no types of its own
    from lxml import etree

    # The tree is built without fetching anything, and without entities of the page's own.
    options: Any = {"encoding": "utf-8", "huge_tree": True, "no_network": True}
    parser, content = etree.HTMLParser(**options), text.encode("utf-8", "replace")
    measuring: dict[str, Any] = {**options, "target": _Measure(where)}
    try:
        etree.fromstring(content, etree.HTMLParser(**measuring))
        root: Any = etree.fromstring(content, parser)
    except etree.LxmlError as error:
        raise refused("bad-html", where=where, problem=error) from error
    for problem in parser.error_log:
        # What follows a fatal error is missing from the tree: that would be half a page.
        if problem.level >= _FATAL:
            at = f"{where}:{problem.line}"
            raise refused("bad-html", where=at, problem=problem.message)
    if root is None:
        raise refused("page-without-text", where=where)
    return root


@dataclass(slots=True)
class _Measure:
    """Looks through a page before a tree is made of it, which takes memory and time.

    lxml takes time that grows with the square of the attributes of an element.
    """

    where: str
    elements: int = 0

    def start(self, _name: str, attributes: Mapping[str, str]) -> None:
        """Count an element."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            most = {"elements": MOST_ELEMENTS, "attributes": MOST_ATTRIBUTES}
            raise refused("too-many-elements", where=self.where, **most)

    def close(self) -> None:
        """End."""


@dataclass(slots=True)
class _Text:
    """Text of which no block has been made yet."""

    pieces: list[str] = field(default_factory=list)
    line: int = 0  # where it begins
    flushes: int = 0  # how often blocks were made of it


@dataclass(slots=True)
class _Row:
    """A row of a table."""

    text: _Text
    flushes: int  # of the text before it: as long as there are no others, it is one paragraph
    columns: bool  # whether headings stand above its cells
    cells: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where text stands: what the elements make of it that are open around it."""

    region: Region
    text: _Text
    element: object = None
    name: str = ""
    heading: int = 0
    caption: bool = False
    in_text: bool = False
    pre: bool = False
    depth: int = 0  # of lists
    numbered: bool = False
    item: list[bool] | None = None  # whether the item has no text yet
    row: _Row | None = None


@dataclass(slots=True)
class _Walk:
    """Where the walk through a page is, and what it has found."""

    controlled: frozenset[str]
    regions: Regions = field(default_factory=Regions)
    times: list[tuple[str, Region]] = field(default_factory=list)
    places: list[_Place] = field(default_factory=list)
    above: int = 1  # the level of the last heading, and of what unfolds below it
    unfolding: bool = False  # whether what comes next is unfolded by what came last
    at: int = 0  # the line where the walk is; 0 if that is not known

    def __post_init__(self) -> None:
        self.places.append(_Place(self.regions.all[0], _Text()))

    def start(self, element: Any) -> bool:  # noqa: ANN401 - see _tree
        """Enter an element; whether to go into it."""
        name, attributes, here = str(element.tag).lower(), element.attrib, self.places[-1]
        said = _LINE.fullmatch(attributes.get(LINE, ""))
        line = int(said[0]) if said else element.sourceline or 0
        self.at = line if line < _UNKNOWN_LINE else 0
        mark = _raised_mark(element) if name == "sup" else ""
        if mark or name in elements.SILENT:
            here.text.pieces.append(raised(mark))  # "Norway<sup>1</sup>" is not Norway1
            self.skip(element)
            return False
        if name == "br":
            here.text.pieces.append(BREAK)
        elif name == "img":
            here.text.pieces.append(" ")
        elif name == "time" and attributes.get("datetime"):
            self.times.append((clean(attributes["datetime"][:100]), here.region))
        self._open(element, name, attributes)
        self.take(element.text)
        return True

    def end(self, element: Any) -> None:  # noqa: ANN401 - see _tree
        """Leave an element."""
        if self.places[-1].element is element:
            self._close()
        self.take(element.tail)

    def flush(self) -> None:
        """Make blocks of the text so far."""
        here = self.places[-1]
        text, line = "".join(here.text.pieces), here.text.line
        here.text.pieces, here.text.line = [], 0
        if not text.strip(" \t\n\r" + COLUMN + TERM + BREAK + CELL):
            return
        here.text.flushes += 1
        pieces = [" ".join(divided(text))] if here.heading else divided(text)
        for piece in filter(None, pieces):
            self.regions.add(self._block(piece, line, here), here.region)

    def _block(self, text: str, line: int, here: _Place) -> Block:
        first = bool(here.item and here.item[0])
        if here.item:
            here.item[0] = False
        if here.heading:
            return Block(Kind.HEADING, text, here.heading, line)
        self.unfolding = False
        if here.caption:
            return Block(Kind.CAPTION, text, line=line)
        marked, bare = unbulleted(text)
        if first or marked:
            return Block(Kind.ITEM, bare, here.depth or 1, line, first and here.numbered)
        return Block(Kind.PARAGRAPH, text, line=line)

    def _open(self, element: Any, name: str, attributes: Any) -> None:  # noqa: ANN401
        here, kind = self.places[-1], ""
        level = elements.heading_level(name, attributes)
        self.above = level or self.above
        if not level and elements.unfolds(name, attributes):
            level = here.heading or min(self.above + 1, _LOWEST)
            self.unfolding = True
        else:
            in_text = here.in_text or here.heading > 0
            kind = elements.region_kind(name, attributes, self.controlled, in_text=in_text)
        if kind == ("button" if here.heading else "hidden" if self.unfolding else None):
            kind = ""
        block = self._is_block(name, here.name) or (level > 0 and not here.heading)
        if not (kind or block):
            return
        if block:
            self._divide(name, here)
        text, row, is_list = here.text if block else _Text(), here.row, name in elements.LISTS
        if name == "tr":
            row = _Row(text, text.flushes, elements.has_columns(element))
        self.places.append(
            _Place(
                region=self.regions.open(kind, here.region) if kind else here.region,
                text=text,
                element=element,
                name=name,
                heading=level or here.heading,
                caption=here.caption or elements.is_caption(name, attributes),
                in_text=here.in_text or kind in {MAIN, ARTICLE},
                pre=here.pre or name == "pre",
                depth=here.depth + is_list,
                numbered=name == "ol" if is_list else here.numbered,
                item=[True] if name == "li" else here.item,
                row=row,
            )
        )

    def _close(self) -> None:
        here, outer = self.places[-1], self.places[-2]
        row, name = self._row(here), here.name
        if here.text is not outer.text:  # what stood in the midst of a sentence
            self.flush()
        elif name == "dt" and here.text.pieces:
            here.text.pieces.append(TERM)
        elif name != "tr" and row and row.columns:
            here.text.pieces.append("" if name in elements.CELLS else BREAK)
        elif not (name in elements.CELLS and row):
            self.flush()
        self.places.pop()

    def _divide(self, name: str, here: _Place) -> None:
        """Divide what comes from what was, unless they stand in one row or explain a term."""
        row = self._row(here)
        if name in elements.CELLS and row:
            if row.cells:
                here.text.pieces.append(COLUMN if row.columns else CELL)
            row.cells += 1
        elif row and row.columns:
            here.text.pieces.append(BREAK)
        elif not (name == "dd" and TERM in here.text.pieces):
            self.flush()

    def _row(self, here: _Place) -> _Row | None:
        """The row of a table that is one paragraph so far, if text stands in one."""
        row, text = here.row, here.text
        return row if row and row.text is text and row.flushes == text.flushes else None

    @staticmethod
    def _is_block(name: str, holder: str) -> bool:
        # Elements of a site's own making are blocks where blocks stand, else words in a text.
        own = "-" in name and (not holder or holder in _HOLDERS or "-" in holder)
        return own or name in elements.BLOCKS

    def take(self, text: str | None) -> None:
        """Take text at the place where the walk is."""
        if not text:
            return
        here = self.places[-1]
        if not here.text.line and not text.isspace():
            blank = text[: len(text) - len(text.lstrip())]
            here.text.line = self.at + blank.count("\n") if self.at else 0
        if self.at:
            self.at += text.count("\n")
        text = _MARKS.sub(" ", text)
        here.text.pieces.append(text.replace("\n", BREAK) if here.pre else text)

    def skip(self, element: Any) -> None:  # noqa: ANN401 - see _tree
        """Count the lines of what is not read: an element, a comment or an instruction."""
        texts = element.itertext() if isinstance(element.tag, str) else [element.text or ""]
        if self.at:
            self.at += sum(text.count("\n") for text in texts)


def _raised_mark(element: Any) -> str:  # noqa: ANN401 - see _tree
    """The number of a footnote that an element above the line holds; empty if it holds more."""
    text = "".join(islice(element.itertext(), _PIECES)).strip("[]() \t\n\r")
    return text if _NUMBER.fullmatch(text) else ""
