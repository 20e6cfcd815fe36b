"""Read a page: from its bytes to one stream of blocks, boilerplate apart."""

from __future__ import annotations

from typing import Final

from interopwatch.capture.catalogue import refused
from interopwatch.capture.model import Document
from interopwatch.capture.page.boilerplate import Regions
from interopwatch.capture.page.charset import decode
from interopwatch.capture.page.footnotes import without_marks
from interopwatch.capture.page.html import read_html
from interopwatch.capture.page.lines import LINES
from interopwatch.capture.page.text import read_text

_HTML: Final = ("text/html", "application/xhtml+xml")
_TEXT: Final = ("", "text/plain", "application/octet-stream", "text/markdown")
MOST_LINES: Final = 200_000
"""As many take 5 seconds to read; pages of the works have a few hundred."""
_ENOUGH: Final = 3
"""A text hardly closes as many paragraphs."""


def read(
    content: bytes, where: str, media_type: str = "", charset: str = "", address: str = ""
) -> Document:
    """The document that a page is.

    Args:
        content: The page as it was saved or sent: HTML, or text copied from it.
        where: What to call it in messages: its file or its address.
        media_type: What the server called it, if one did; otherwise the page itself tells.
        charset: The charset that the server gave it, if any.
        address: The address it came from, if that is known. What the page declares as its
            canonical address goes before.

    Returns:
        The document. A block of it or of its boilerplate holds every visible text of the page.

    Raises:
        CaptureError: It is empty, too large, no page, or holds no text.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in _HTML + _TEXT:
        raise refused("no-page", where=where, kind=kind)
    text = decode(content, where, charset)
    if len(text.splitlines()) > MOST_LINES:
        raise refused("too-many-lines", where=where, most=MOST_LINES)
    if _is_html(text, where, kind):
        document = read_html(text, where, address)
    else:
        regions = Regions()
        for block in read_text(text):
            regions.add(block)
        blocks, boilerplate = regions.divide()
        document = Document(where, blocks, address=address, boilerplate=boilerplate)
    if not document.blocks:
        raise refused("page-without-text", where=where)
    return without_marks(document)


def _is_html(text: str, where: str, kind: str) -> bool:
    """Whether a page is HTML: by what it begins with, its media type, its name, its tags."""
    before = LINES.pattern("before").match(text)
    if LINES.pattern("html").match(text, before.end() if before else 0):
        return True
    named = kind in _HTML or where.lower().endswith((".html", ".htm", ".xhtml"))
    if named and LINES.pattern("tag").search(text):
        return True
    # Half a page begins anywhere.
    return sum(1 for _ in LINES.pattern("closing").finditer(text, 0, 1_000_000)) >= _ENOUGH
