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
"""Bytes of a file that are examined: as many as a comparison reads into memory anyway."""
_SAMPLES: Final = ("ä".encode(), "あ".encode())
"""UTF-8 sequences that decode to one character per byte in single-byte encodings only."""
_WORD: Final = r"\w{0,20}[^\x00-\x7f]\w{0,20}"


def encoding_warning(package: Package, name: str) -> str:
    """Return the evidence against the declared encoding of a table; empty if there is none.

    Args:
        package: The package.
        name: A resource of it that is a table.
    """
    resource = package.resource(name)
    source = resource.source
    encoding = (source or resource).dialect.encoding
    # Compressed bytes are not text in any encoding.
    if not _has_single_bytes(encoding) or (source is not None and source.gzip):
        return ""
    for path in package.paths_of(name):
        try:
            content = package.file_content(path, _LOOKED_AT)
            # Incremental, since the limit may split the last character, which is not an error.
            text = codecs.getincrementaldecoder("utf-8")().decode(content)
        except (InteropwatchError, OSError, UnicodeDecodeError):
            continue
        if (word := re.search(_WORD, text)) is not None:
            misread = word[0].encode().decode(encoding, "replace")
            return f"declared as {encoding}, which gives {misread!r}; UTF-8 gives {word[0]!r}"
    return ""


def _has_single_bytes(encoding: str) -> bool:
    try:
        return all(len(each.decode(encoding, "replace")) == len(each) for each in _SAMPLES)
    except (LookupError, UnicodeError):
        # The encoding is unknown, which is an error once the table is read.
        return False
