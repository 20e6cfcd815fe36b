"""Detect tables that are not in the encoding that their descriptor declares.

A single-byte encoding decodes any bytes, so declaring the wrong one raises no error: "Jörg" in
UTF-8, read as ISO 8859-1, is "JÃ¶rg". But text in such an encoding is hardly ever valid UTF-8 by
accident (RFC 3629, section 1).
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from interopwatch.errors import InteropwatchError

if TYPE_CHECKING:
    from interopwatch.package.package import Package

_LOOKED_AT: Final = 8 << 20
"""Bytes of a file that are looked at: as many as are read to memory in a comparison anyway."""
_SAMPLES: Final = ("ä".encode(), "あ".encode())
"""Sequences of UTF-8 that are as many characters as bytes in an encoding of single bytes only."""
_WORD: Final = r"\w{0,20}[^\x00-\x7f]\w{0,20}"


def doubt_about_encoding(package: Package, name: str) -> str:
    """What speaks against the encoding that is declared for a table; empty if nothing does.

    Args:
        package: The package.
        name: A resource of it that is a table.
    """
    resource = package.resource(name)
    source = resource.source
    encoding = (source or resource).dialect.encoding
    # What is compressed is no text of any encoding.
    if not _has_single_bytes(encoding) or (source is not None and source.gzip):
        return ""
    for path in package.paths_of(name):
        try:
            content = package.file_content(path, _LOOKED_AT)
            # Incremental, as the limit may cut the last character in two, which is no error.
            text = codecs.getincrementaldecoder("utf-8")().decode(content)
        except (InteropwatchError, OSError, UnicodeDecodeError):
            continue
        if (word := re.search(_WORD, text)) is not None:
            wrong = word[0].encode().decode(encoding, "replace")
            return f"declared as {encoding}, which reads {wrong!r}; as UTF-8 it is {word[0]!r}"
    return ""


def _has_single_bytes(encoding: str) -> bool:
    try:
        return all(len(each.decode(encoding, "replace")) == len(each) for each in _SAMPLES)
    except (LookupError, UnicodeError):
        # There is no such encoding, which is an error where the table is read.
        return False
