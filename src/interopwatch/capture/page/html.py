"""Parse pages in HTML, as a site sends them or a browser saves them.

A page is processed while it is parsed; no tree is built. Every block refers to the innermost
*region* of the page that contains it: the main text, or possible boilerplate. Once the entire
page is parsed, each region is judged, and its blocks go to the text or to the boilerplate. In
doubt they stay in the text.

The result:

- ``h1`` to ``h6`` and ``role=heading`` are headings; so are the controls that unfold a section
  (``summary``, a button with ``aria-expanded``), one level below the heading above them. A
  paragraph entirely in bold stays a paragraph: the outline decides what it is.
- The first text in ``li`` is an item, further texts in it are paragraphs, as in plain text.
- A row of a table is one paragraph, its cells separated by " | ", unless cells contain blocks and
  no headings are above them. A term and its description are one paragraph: "Status: Established".
- A line break separates paragraphs unless the sentence continues after it
  (:func:`~interopwatch.capture.page.lines.runs_on`); two line breaks always do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from interopwatch.capture.catalogue import refused
from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Block, Document, Kind
from interopwatch.capture.page import elements
from interopwatch.capture.page.boilerplate import BODY, Region, Regions
from interopwatch.capture.page.footnotes import raised
from interopwatch.capture.page.lines import BREAK, LINES, divided, row_of, unbulleted
from interopwatch.extras import extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_ELEMENTS: Final = 200_000
"""This many elements, or lines, take 5 seconds to read; pages of the works have a few thousand."""
MOST_ATTRIBUTES: Final = 1_000
DEEPEST: Final = 2_048
"""The deepest nesting of elements: libxml2's own limit for a tree."""
_FATAL: Final = 3
_STAMPS: Final = 100  # dates that a page declares
_LOWEST: Final = 6


def read_html(parts: Iterable[tuple[int, str]], where: str, address: str = "") -> Document:
    """Parse an HTML page into a document.

    Args:
        parts: The lines of the page, each with its number and preceded by its line break.
        where: The name of the page in messages.
        address: Its address, unless it declares a canonical one.

    Raises:
        MissingExtraError: lxml is not installed.
        CaptureError: It has too many elements, attributes or levels, or its parsing fails.
    """
    with extra("capture", "pages in HTML"):
        from lxml import etree

    page = _Page(where, address)
    # Nothing is fetched, and entities that the page defines are not expanded.
    options: Any = {"target": page, "encoding": "utf-8", "huge_tree": True, "no_network": True}
    parser: Any = etree.HTMLParser(**options)
    try:
        for line, part in parts:
            page.line = line
            parser.feed(part)
        document: Document = parser.close()
    except etree.LxmlError as error:
        raise refused("bad-html", where=where, problem=error) from error
    # The page was not read beyond a fatal error, so the document would be incomplete.
    for problem in parser.error_log:
        if problem.level >= _FATAL:
            at = f"{where}:{problem.line}"
            raise refused("bad-html", where=at, problem=problem.message)
    return document


@dataclass(slots=True)
class _Text:
    """Text that is not in a block yet."""

    pieces: list[str] = field(default_factory=list)
    line: int = 0  # on which it begins; 0 until it has text


@dataclass(slots=True)
class _Table:
    """A table and its current row."""

    text: _Text  # shared by its cells, but not by regions nested in them
    rows: int = 0
    columns: bool = False  # whether its first row consists of headings
    cells: list[int] = field(default_factory=list)  # per cell, the number of blocks before it
    headings: int = 0  # the number of heading cells in the row
    plain: int | None = None  # the number of blocks up to the first one nested in a cell


class _Place(Struct, frozen=True):
    """The context of text: the properties that the open elements give it."""

    region: Region
    text: _Text
    name: str = ""  # of the innermost element that begins a block or opens a region
    heading: int = 0
    caption: bool = False
    silent: bool = False
    pre: bool = False
    depth: int = 0  # of lists
    numbered: bool = False
    item: list[bool] | None = None  # within an item: whether it has no text yet
    table: _Table | None = None


class _Page:
    """The parser target that lxml calls for each tag and text; it builds the document."""

    def __init__(self, where: str, address: str) -> None:
        self.where, self.address = where, address
        self.line = 1
        self.said: list[str] = []  # the text since the last tag, in pieces
        self.said_at = 0  # the line on which it ends
        self.elements = 0
        self.regions = Regions()
        self.places = [_Place(self.regions.all[0], _Text())]
        self.declared: list[tuple[str, str, Region]] = []
        self.hidden: list[tuple[str, Region]] = []
        self.above = 1  # the level of the last heading
        self.unfolding = False  # whether the last heading unfolds what follows it
        self.term = False  # whether the last block is a term, described by the next one

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self._take()
        here = self.places[-1]
        attributes = attributes or {}  # lxml's own empty mapping raises an error at each look-up
        self.elements += 1
        few = self.elements <= MOST_ELEMENTS and len(attributes) <= MOST_ATTRIBUTES
        if not few or len(self.places) > DEEPEST:
            most = {"elements": MOST_ELEMENTS, "attributes": MOST_ATTRIBUTES, "depth": DEEPEST}
            raise refused("too-many-elements", where=self.where, **most)
        for said, value in elements.declared(name, attributes):
            self.declared.append((said, value, here.region))
        if here.silent:
            place = here
        elif name in {"title", "sup"}:
            place = structs.replace(here, text=_Text())
        elif name in elements.SILENT:
            place = structs.replace(here, silent=True)
        elif name in {"br", "img"}:
            here.text.pieces.append(BREAK if name == "br" else " ")
            place = here
        else:
            place = self._opened(name, attributes, here)
        self.places.append(place)

    def data(self, text: str) -> None:
        """Collect text, which lxml passes in pieces if it has entities or several lines."""
        if self.said_at != self.line:
            self._take()
        self.said.append(text)
        self.said_at = self.line

    def _take(self) -> None:
        here, text = self.places[-1], "".join(self.said)
        self.said = []
        if here.silent or not text:
            return
        if not here.text.line and not text.isspace():
            here.text.line = self.said_at - text.lstrip().count("\n")
        text = text.replace(BREAK, " ")
        here.text.pieces.append(text.replace("\n", BREAK) if here.pre else text)

    def end(self, name: str) -> None:
        """Leave an element."""
        self._take()
        here, outer = self.places.pop(), self.places[-1]
        if here is outer or here.silent:
            return
        if name == "title":
            self.declared.append(("title", clean("".join(here.text.pieces)), here.region))
        elif name == "sup":  # "Norway<sup>1</sup>" is not Norway1
            outer.text.line = outer.text.line or here.text.line
            outer.text.pieces += raised(here.text.pieces)
        else:
            self.term = self._divide(name, here) and name == "dt"
        if name == "tr" and here.table:
            self._end_row(here.table, here.region)

    def close(self) -> Document:
        """Return the document at the end of the page."""
        self._take()
        self._divide("", self.places[-1])
        controlled = {value for name, value, _ in self.declared if name == "controls"}
        for identity, region in self.hidden:
            if identity in controlled:  # an element of the page unfolds it
                region.kind = BODY
        blocks, boilerplate = self.regions.divide()
        said = [(name, value) for name, value, region in self.declared
                if value and not (name == "time" and region.left)]  # fmt: skip
        first = dict(reversed(said))
        return Document(
            self.where,
            blocks,
            marked=True,
            language=first.get("language", ""),
            title=first.get("title") or first.get("og:title", ""),
            address=first.get("address", self.address),
            stamps=tuple(islice((each for each in said if each[0] in elements.STAMPS), _STAMPS)),
            boilerplate=boilerplate,
        )

    def _opened(self, name: str, attributes: Mapping[str, str], here: _Place) -> _Place:
        """Return the place within an element; it is `here` unless it begins a block or region."""
        kind, level = "", elements.heading_level(name, attributes)
        self.above = level or self.above
        if not level and elements.unfolds(name, attributes):
            level = here.heading or min(self.above + 1, _LOWEST)
            self.unfolding = True
        else:
            kind = elements.region_kind(name, attributes)
        if kind == ("button" if here.heading else "hidden" if self.unfolding else None):
            kind = ""
        block = elements.is_block(name, here.name) or (level > 0 and not here.heading)
        if not (kind or block):
            return here
        if block:
            self._divide(name, here)
            self.term = self.term and name not in {"dt", "tr"}
        table, is_list = here.table, name in elements.LISTS
        if name == "table":
            table = _Table(here.text)
        elif table and name == "tr":
            table.cells, table.headings, table.plain = [], 0, None
        elif table and name in elements.CELLS:
            table.cells.append(len(self.regions.found))
            table.headings += name == "th"
        region = self.regions.open(kind, here.region) if kind else here.region
        if kind == "hidden":
            self.hidden.append((attributes.get("id", ""), region))
        return structs.replace(
            here,
            region=region,
            text=here.text if block else _Text(),
            name=name,
            heading=level or here.heading,
            caption=here.caption or elements.is_caption(name, attributes),
            pre=here.pre or name == "pre",
            depth=here.depth + is_list,
            numbered=name == "ol" if is_list else here.numbered,
            item=[True] if name == "li" else here.item,
            table=table,
        )

    def _divide(self, name: str, here: _Place) -> bool:
        """Add the text so far as blocks where an element begins or ends; return whether any was."""
        text, line = "".join(here.text.pieces), here.text.line
        text = LINES.pattern("permalink").sub("", text) if here.heading else text
        here.text.pieces, here.text.line = [], 0
        pieces = divided(text)
        for piece in [" ".join(pieces)] if pieces and here.heading else pieces:
            block, found = self._block(piece, line, here), self.regions.found
            if self.term and block.kind is Kind.PARAGRAPH and found[-1][1] is here.region:
                term = found.pop()[0]  # the block is its description
                colon = "" if term.text.endswith(":") else ":"
                block = replace(term, text=f"{term.text}{colon} {block.text}")
            self.term = False
            self.regions.add(block, here.region)
        table, many = here.table, len(self.regions.found)
        if table and table.text is here.text and table.cells and name not in elements.CELLS:
            within = table.plain is None and (name == "table" or many > table.cells[0])
            table.plain = many if within else table.plain
        return bool(pieces)

    def _end_row(self, table: _Table, own: Region) -> None:
        """Merge the cells of a row into one paragraph, up to the first cell with nested blocks.

        Under column headings, all cells are merged.
        """
        table.rows += 1
        if table.rows == 1:
            table.columns = table.headings == len(table.cells) > 1
        found = self.regions.found
        end = len(found) if table.columns or table.plain is None else table.plain
        starts = [at for at in table.cells if at <= end]
        cells = [
            [block for block, region in found[at:to] if region is own]
            for at, to in pairwise((*starts, end))
        ]
        if any(cells) and starts[1:]:
            texts = [[block.text for block in cell] for cell in cells]
            first = next(filter(None, cells))[0]
            row = Block(Kind.PARAGRAPH, "", line=first.line) if table.columns else first
            row = replace(row, text=row_of(texts, columns=table.columns))
            apart = [each for each in found[starts[0] : end] if each[1] is not own]
            found[starts[0] : end] = [*apart, (row, own)]

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
