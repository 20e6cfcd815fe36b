"""From bytes to characters, and what is no page at all."""

from __future__ import annotations

import codecs
import re
from typing import Final

from interopwatch.capture.page.elements import HTML
from interopwatch.errors import CaptureError

MOST_BYTES: Final = 32 * 2**20
"""The longest page that is read: a page of the works is a hundredth of it."""
_SAVE: Final = "Save the page as HTML or as plain text (UTF-8), and capture that file."
_MAGIC: Final = {start.encode("latin-1"): what for start, what in HTML.data["magic"].items()}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN: Final = HTML.words("western")
_CHARSETS: Final = HTML.words("charsets") | _WESTERN
_META: Final = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD: Final = 4096
_CONTROLS: Final = (*map(chr, (*range(9), *range(0x0E, 0x1B))), "\x7f")


def decode(content: bytes, where: str, charset: str = "") -> str:
    """The characters of a page.

    A byte order mark decides. Otherwise what is UTF-8 without a fault is UTF-8, whatever it
    says of itself (servers call everything Latin-1); then the charset of the transport and
    that of the page itself count, in the order of the HTML standard; then UTF-8 with few
    faults (a page that ends in mid-character), whose faulty bytes become U+FFFD; the last
    resort is windows-1252.

    Raises:
        CaptureError: The bytes are not those of a page.
    """
    _refuse(content, where)
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _checked(content[len(mark) :].decode(name, "replace"), where)
    declared = [_known(charset), *map(_known, _declared(content))]
    names = [name for name in declared if name]
    if not names or names[0] in _WESTERN:
        names.insert(0, "utf-8")
    names += ["utf-8"] if b"\0" not in content else ["utf-16-le", "utf-16-be", "utf-8"]
    for name in names:
        text = _strictly(content, name)
        if text is not None:
            return _checked(text, where)
    text = content.decode("utf-8", "replace")
    faults = text.count("\N{REPLACEMENT CHARACTER}")
    if faults * 2 > len(text) - len(text.encode("ascii", "ignore")):
        text = content.decode("cp1252", "replace")
    return _checked(text, where)


def _refuse(content: bytes, where: str) -> None:
    if not content.strip():
        raise CaptureError(f"{where}: the file is empty", hint=_SAVE)
    if len(content) > MOST_BYTES:
        raise CaptureError(
            f"{where}: {len(content):,} bytes are too many for a page (at most {MOST_BYTES:,})",
            hint=_SAVE,
        )
    start = content[:64].lstrip()
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise CaptureError(f"{where}: the file is {what}, not a page", hint=_SAVE)


def _declared(content: bytes) -> list[str]:
    return [found.decode("ascii", "replace") for found in _META.findall(content[:_HEAD])[:1]]


def _known(charset: str) -> str:
    """The charset as Python calls it, or nothing if it is none that pages are written in."""
    try:
        name = codecs.lookup(charset.strip(" \"'")).name
    except (LookupError, ValueError):
        return ""
    return name if name in _CHARSETS else ""


def _strictly(content: bytes, name: str) -> str | None:
    # The HTML standard reads what is declared Latin-1 or ASCII as windows-1252.
    try:
        text = content.decode("cp1252" if name in _WESTERN else name)
    except UnicodeError:
        return None
    guess = name.startswith(("utf-16", "utf-32"))
    return None if guess and sum(c < "\u3000" for c in text) * 10 < len(text) * 9 else text


def _checked(text: str, where: str) -> str:
    controls = sum(map(text.count, _CONTROLS))
    faults = text.count("\N{REPLACEMENT CHARACTER}")
    if (controls + faults) * 20 > len(text):
        raise CaptureError(
            f"{where}: the file is binary, or its characters cannot be decoded", hint=_SAVE
        )
    return text
