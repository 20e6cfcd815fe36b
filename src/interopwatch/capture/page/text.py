"""Parse pages in plain text, as copied from a browser.

Plain text has no markup, so little is assumed: an item begins with a bullet or a number, and
everything else is a paragraph. The outline decides which blocks are headings.

Each line is one block, with or without blank lines between blocks. Only in a text that was
wrapped at some column does a paragraph span several lines (see :func:`_width`).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from interopwatch.capture.english.text import UNSEEN, clean
from interopwatch.capture.model import Block, Kind
from interopwatch.capture.page.lines import ENDS, LABEL, LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAB_STOPS: Final = re.compile(r"(?<=\S) *\t *")
_ROW: Final = re.compile(r"\S *\t[^\t]*[^\t\s][^\t]*\t")
"""A table row as browsers copy it: three or more cells separated by tabs."""
_BROKEN: Final = re.compile(r"(\w+)-\n(?!and |or )([^\W\d_]\w*)")
_DASHES: Final = "-–—"
_TAB: Final = 4
_WIDEST: Final = 120
"""A text with longer lines than this has not been wrapped."""
_NARROWEST: Final = 40
"""A text with only shorter lines than this has not been wrapped either."""
_FEWEST: Final = 2
_OFTEN: Final = 3  # occurrences by which page numbers and running headers are recognised


class _Line(NamedTuple):
    number: int
    indent: int
    text: str  # without leading and trailing white space
    mark: str  # the bullet or number that it begins with
    body: str  # the text after the mark

    @property
    def end(self) -> int:
        return self.indent + len(self.text)


def read_text(text: str) -> Iterator[Block]:
    """Yield the blocks of a text, in order."""
    feeds = (n for n, line in enumerate(text.split("\n"), 1) if "\f" in line)
    lines = _without_edges(list(_lines(text)), frozenset(feeds))
    width = _width(lines)
    found: list[tuple[_Line, list[str]]] = []
    before: _Line | None = None
    for line in lines:
        if width and before and line.text and _continues(before, line, width, found[-1][0]):
            found[-1][1].append(line.text)
        elif line.text:
            found.append((line, [line.body]))
        before = line if line.text else None
    yield from _blocks(found)


def _lines(text: str) -> Iterator[_Line]:
    alone: _Line | None = None  # a bullet on a line of its own, above its text
    for number, whole in enumerate(text.split("\n"), 1):
        for part in whole.splitlines() or [""]:  # also at breaks that editors do not count
            row = _TAB_STOPS.sub(" | ", part) if _ROW.search(part) else part
            row = LINES.pattern("row").sub(r"\g<cells>", row)
            seen = row.translate(UNSEEN).expandtabs(_TAB).rstrip()
            indent, mark, body = LINES.pattern("line").findall(seen)[0]
            line = _Line(number, len(indent), seen.lstrip(), mark, body)
            if line.mark and not line.body:
                alone = line
            elif alone and line.text:
                yield alone._replace(text=line.text, body=line.body)
                alone = None
            else:
                yield line


def _without_edges(lines: list[_Line], feeds: frozenset[int]) -> list[_Line]:
    """Remove the headers and footers of printed pages, across which a paragraph may continue.

    These are form feeds, page numbers if they are consecutive, and any line that is adjacent to
    several of these, such as the title. Blank lines around them are removed as well.
    """
    sheet = LINES.pattern("sheet").fullmatch
    numbers = {n: found for n, line in enumerate(lines) if (found := sheet(line.text))}
    counted = [int(next(filter(None, found.groups()))) for found in numbers.values()]
    rising = len(counted) >= _OFTEN and all(b == a + 1 for a, b in pairwise(counted))
    edges = {n for n, line in enumerate(lines) if line.number in feeds and not line.text}
    edges |= numbers.keys() if rising else set()
    filled = [n for n, line in enumerate(lines) if line.text or n in edges]
    beside = {n for pair in pairwise(filled) if not edges.isdisjoint(pair) for n in pair}
    often = Counter(lines[n].text for n in beside)
    edges |= {n for n in beside if often[lines[n].text] >= _OFTEN}
    kept: list[_Line] = []
    open_line = False  # whether the last line was neither an edge nor a blank line after one
    for n, line in enumerate(lines):
        if n in edges:
            open_line = False
            while kept and not kept[-1].text:
                kept.pop()
        elif line.text or open_line:
            open_line = True
            kept.append(line)
    return kept


def _width(lines: list[_Line]) -> int:
    """Return the width to which a text has been wrapped; 0 if it has not been.

    A program that wraps a text breaks a line where the next word would not fit. So a wrapped
    line is *full*: with the first word of the next line it would exceed the width. A text counts
    as wrapped if at most one line in 20 is longer than 120 columns and at least half of the lines
    directly followed by another (without a bullet) are full and end in mid-sentence: consecutive
    one-line paragraphs end in full stops.
    """
    pairs = [
        (before, after)
        for before, after in pairwise(lines)
        if before.text and after.text and not after.mark
    ]
    # A heading followed by a blank line may be longer, where only paragraphs were wrapped.
    width = max((before.end for before, _ in pairs if before.end <= _WIDEST), default=0)
    filled = [line.end for line in lines if line.text]
    if width < _NARROWEST or sum(end > _WIDEST for end in filled) * 20 > len(filled):
        return 0
    broken = sum(
        _full(before, after, width) and not before.text.endswith(ENDS) for before, after in pairs
    )
    return width if broken >= _FEWEST and broken * 2 >= len(pairs) else 0


def _full(before: _Line, after: _Line, width: int) -> bool:
    return before.end <= width < before.end + 1 + len(after.text.split(maxsplit=1)[0])


def _continues(before: _Line, line: _Line, width: int, start: _Line) -> bool:
    """Return whether a line of a wrapped text continues the block of the line before it."""
    if not _full(before, line, width):
        return False
    if line.mark:
        # Wrapping can move a dash within a sentence to the beginning of a line.
        return line.mark in _DASHES and line.mark != start.mark and line.indent >= start.indent
    return not (LABEL.match(line.text) and before.text.endswith((".", "!", "?")))


def _blocks(found: list[tuple[_Line, list[str]]]) -> Iterator[Block]:
    whole = _BROKEN.sub("", "\n".join(text for _, texts in found for text in texts))
    words = frozenset(re.findall(r"\w+", whole.lower()))
    indents: list[int] = []  # of the lists around the current line, the outermost first
    for line, texts in found:
        text = clean(_joined(texts, words))
        if not line.mark:
            if indents and line.indent <= indents[0]:
                indents.clear()
            if text:
                yield Block(Kind.PARAGRAPH, text, line=line.number)
            continue
        while indents and indents[-1] > line.indent:
            indents.pop()
        if not indents or indents[-1] < line.indent:
            indents.append(line.indent)
        if text:
            numbered = line.mark[0].isdigit()
            number = int(line.mark[:-1]) if numbered else 0
            yield Block(Kind.ITEM, text, len(indents), line.number, numbered, number)


def _joined(texts: list[str], words: frozenset[str]) -> str:
    """Join the lines of a paragraph, and the words that are hyphenated at line ends.

    The hyphen is kept if a half is a word of the page and the joined word is not.
    """

    def mended(broken: re.Match[str]) -> str:
        one, two = broken[1], broken[2]
        hyphen = words.isdisjoint([f"{one}{two}".lower()]) and not words.isdisjoint(
            [one.lower(), two.lower()]
        )
        return f"{one}{'-' * hyphen}{two}"

    return _BROKEN.sub(mended, "\n".join(texts)).replace("\n", " ")
