"""Pages as lines of text, for tests of capture: one line is one block."""

from __future__ import annotations

from interopwatch.capture.model import Block, Document, Kind


def page(text: str, where: str = "page.txt", **more: object) -> Document:
    """Return a page without markup: a line that begins with a bullet or a number is an item."""
    blocks = []
    for line, raw in enumerate(text.split("\n"), 1):
        said = " ".join(raw.split())
        if not said:
            continue
        bullet = said.startswith("• ")
        kind = Kind.ITEM if bullet else Kind.PARAGRAPH
        blocks.append(Block(kind, said.removeprefix("• "), int(bullet), line))
    return Document(where, tuple(blocks), **more)  # type: ignore[arg-type]


def marked(text: str, where: str = "page.html", **more: object) -> Document:
    """Return a page with markup: "# " and "## " are headings, "- " and "-- " items."""
    blocks = []
    for line, raw in enumerate(text.split("\n"), 1):
        said = " ".join(raw.split())
        mark, _, rest = said.partition(" ")
        if mark and set(mark) == {"#"}:
            blocks.append(Block(Kind.HEADING, rest, len(mark), line))
        elif mark in ("-", "--"):
            blocks.append(Block(Kind.ITEM, rest, len(mark), line))
        elif said:
            blocks.append(Block(Kind.PARAGRAPH, said, 0, line))
    return Document(where, tuple(blocks), marked=True, **more)  # type: ignore[arg-type]
