"""Read a page: decode its bytes, and parse it into one stream of blocks without boilerplate."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.catalogue import refused
from interopwatch.capture.model import Document
from interopwatch.capture.page.boilerplate import Regions
from interopwatch.capture.page.elements import HTML
from interopwatch.capture.page.footnotes import without_marks
from interopwatch.capture.page.html import read_html
from interopwatch.capture.page.lines import LINES
from interopwatch.capture.page.text import read_text
from interopwatch.extras import extra, library

if TYPE_CHECKING:
    from collections.abc import Iterator

_HTML: Final = ("text/html", "application/xhtml+xml")
_MARKDOWN: Final = "text/markdown"
_LONGEST_MARKDOWN: Final = 2**21
"""This many characters take 8 seconds to read; a longer text is read as plain text."""
_TEXT: Final = ("", "text/plain", "application/octet-stream", _MARKDOWN)
MOST_LINES: Final = 200_000
"""This many lines take 5 seconds to read; pages of the works have a few hundred."""
_ENOUGH: Final = 3
"""A plain text hardly has this many closing tags of HTML, or headings of Markdown."""
MOST_BYTES: Final = 32 * 2**20
"""The largest page that is read; a page of the works has a hundredth of its bytes."""
_MAGIC: Final = {start.encode("latin-1"): what for start, what in HTML.data["magic"].items()}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META: Final = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD: Final = 4096
_BREAK: Final = re.compile(r"(?=\n)")
_FAULT: Final = "\N{REPLACEMENT CHARACTER}"
_NO_TEXT: Final = (*map(chr, (*range(9), *range(0x0E, 0x1B))), "\x7f", _FAULT)


def read(
    content: bytes, where: str, media_type: str = "", charset: str = "", address: str = ""
) -> Document:
    """Parse a page into a document.

    Args:
        content: The page as it was saved or sent: HTML, or text copied from it.
        where: The name of the page in messages: its file or its address.
        media_type: The media type sent by the server; if empty, the page itself is inspected.
        charset: The charset sent by the server, if any.
        address: The address the page came from, if known; a canonical address declared by the
            page takes precedence.

    Returns:
        The document. Every visible text of the page is in one of its blocks or its boilerplate.

    Raises:
        CaptureError: The page is empty, too large, of another format, or without text.
        MissingExtraError: A library that its format needs is not installed.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in _HTML + _TEXT:
        raise refused("no-page", where=where, kind=kind)
    text = _decode(content, where, charset).replace("\r\n", "\n").replace("\r", "\n")
    if len(text.splitlines()) > MOST_LINES:
        raise refused("too-many-lines", where=where, most=MOST_LINES)
    if _is_html(text, where, kind):
        document = read_html(_lines(text), where, address)
    elif len(text) <= _LONGEST_MARKDOWN and (kind == _MARKDOWN or _has_several("markdown", text)):
        document = read_html(_from_markdown(text), where, address)
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
    """Return whether a page is HTML, judging by its beginning, media type, name and tags."""
    before = LINES.pattern("before").match(text)
    if LINES.pattern("html").match(text, before.end() if before else 0):
        return True
    named = kind in _HTML or where.lower().endswith((".html", ".htm", ".xhtml"))
    if named and LINES.pattern("tag").search(text):
        return True
    # A partial page can begin anywhere.
    return _has_several("closing", text[:1_000_000])


def _has_several(pattern: str, text: str) -> bool:
    """Return whether a pattern matches more often than it hardly would by chance."""
    return len(LINES.pattern(pattern).findall(text)) >= _ENOUGH


def _lines(text: str, first: int = 1) -> Iterator[tuple[int, str]]:
    """Return the lines of a text with their numbers, each preceded by its line break."""
    return enumerate(_BREAK.split(text), first)


def _from_markdown(text: str) -> Iterator[tuple[int, str]]:
    """Render Markdown as lines of HTML, each with the number of the line that it comes from."""
    with extra("capture", "pages in Markdown"):
        from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark").enable("table")
    last = 1
    for token in markdown.parse(text):
        first = token.map[0] + 1 if token.map else last
        html = str(markdown.renderer.render([token], markdown.options, {}))
        for last, part in _lines(html, first):
            yield last, part


def _decode(content: bytes, where: str, charset: str) -> str:
    """Decode the bytes of a page.

    A byte order mark decides. Otherwise valid UTF-8 is UTF-8, whatever is declared (servers
    label everything Latin-1), and bytes with NULs are UTF-16 if plausible; then the charsets of the
    transport and of the page are tried, in the order of the HTML standard; then UTF-8 with few
    faults (a page cut in mid-character), whose faulty bytes become U+FFFD; the last resort is
    windows-1252.

    Raises:
        CaptureError: The bytes are not those of a page.
    """
    start, text = content[:64].lstrip(), ""
    kind = next((what for magic, what in _MAGIC.items() if start.startswith(magic)), "")
    if len(content) > MOST_BYTES:
        problem = f"{len(content):,} bytes are too many for a page (at most {MOST_BYTES:,})"
    elif not content.strip():
        problem = "the file is empty"
    elif kind:
        problem = f"the file is {kind}, not a page"
    else:
        text = next(_readings(content, charset))
        if sum(map(text.count, _NO_TEXT)) * 20 <= len(text):
            return text
        problem = "the file is binary, or its characters cannot be decoded"
    raise refused("no-characters", where=where, problem=problem)


def _readings(content: bytes, charset: str) -> Iterator[str]:
    """Yield possible decodings of the bytes, the most likely first."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            yield content[len(mark) :].decode(name, "replace")
    declared = [found.decode("ascii", "replace") for found in _META.findall(content[:_HEAD])[:1]]
    labels = filter(None, (charset.strip(" \"'"), *declared))
    wide = ("utf-16-le", "utf-16-be") if b"\0" in content else ()
    for name in (*wide, "utf-8", *filter(None, map(_known, labels))):
        try:
            text = content.decode(name)
        except (UnicodeError, LookupError):  # Python lacks some encodings of the web
            continue
        # Nearly any bytes decode as UTF-16, but those of a page to letters of alphabets.
        if not name.startswith("utf-16") or sum(c < "\u3000" for c in text) * 10 >= len(text) * 9:
            yield text
    text = content.decode("utf-8", "replace")
    letters = len(text) - len(text.encode("ascii", "ignore"))
    if text.count(_FAULT) * 2 <= letters:
        yield text
    yield content.decode("cp1252", "replace")


def _known(label: str) -> str:
    """Return Python's name of the encoding that a label denotes on the web; empty if unknown."""
    found = library("webencodings", "capture", "pages that declare their charset").lookup(label)
    return str(found.codec_info.name) if found else ""
