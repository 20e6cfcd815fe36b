"""Split a CSV file into records as bytes, a block at a time, without parsing their cells.

A line feed inside quotes belongs to its record (RFC 4180, section 2.6). While records are
compared, such a line feed is *masked* as NUL. Every remaining line feed then ends a record, and
one split yields the records of a block. Files that contain NUL are left to another strategy.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from interopwatch.compare.fallback import Fallback, SplitRecord
from interopwatch.package.limits import MAX_CELL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Pair = tuple[bytes | None, bytes | None]
"""A record before and after; ``None`` where there is none."""

BLOCK: Final = 1 << 17
"""Bytes to read at a time. Of 32 KiB to 1 MiB this was quickest at one and ten million rows:
smaller blocks cost more calls, larger ones leave the processor's cache."""
MAX_RECORD: Final = MAX_CELL
"""The maximum length of a record in bytes. Longer ones are left to the strategy that reports the
error: a cell may be too long, or an unclosed quote turns the rest of the file into one record."""
_MASK: Final = b"\0"
_BORDER: Final = frozenset(b",\n")
"""The bytes that may precede an opening quote or follow a closing one."""
_FIRST: Final = itemgetter(0)
_LAST: Final = itemgetter(-1)


def records(
    read: Callable[[int], bytes], block: int = BLOCK, *, is_cut: bool = False
) -> Iterator[list[bytes]]:
    """Yield the records of a stream, a block at a time, masked and without blank lines.

    Args:
        read: Reads at most the given number of bytes, none at the end of the stream. The stream
            begins with a record.
        block: How many bytes to read at a time.
        is_cut: Whether the file continues after the stream, which must then end with a record.

    Raises:
        Fallback: The file contains NUL, a carriage return or quote whose meaning depends on the CSV
            reader, or a record longer than :data:`MAX_RECORD`.
        SplitRecord: The stream ends inside a record.
    """
    rest = b""
    # A record longer than a block is read in doubling steps, to keep the time linear.
    while more := read(max(block, len(rest))):
        raw = rest + more if rest else more
        masked = _masked(raw)
        end = masked.rfind(b"\n") + 1
        rest = raw[end:]
        if len(rest) > MAX_RECORD:
            raise Fallback("a record has no end")
        if found := _split(masked[: end - 1] if end else b""):
            if end > MAX_RECORD and max(map(len, found)) > MAX_RECORD:
                raise Fallback("a record is too long")
            yield found
    if rest:
        if is_cut or rest.count(b'"') % 2:
            raise SplitRecord
        yield [_masked(rest)]


def unmasked(record: bytes) -> bytes:
    """Restore the masked line feeds of a record."""
    return record.replace(_MASK, b"\n")


def _split(masked: bytes) -> list[bytes]:
    lines = masked.split(b"\n")
    return lines if all(lines) else [line for line in lines if line]


def _masked(raw: bytes) -> bytes:
    """Mask the line feeds inside quotes, in bytes that begin with a record."""
    if _MASK in raw:
        raise Fallback("the file contains a NUL")
    if b'"' not in raw:
        if b"\r" in raw:
            raise Fallback("a carriage return may end a record")
        return raw
    parts = raw.split(b'"')
    outside, inside = parts[::2], parts[1::2]
    if b"\r" in raw and b"\r" in b"".join(outside):
        raise Fallback("a carriage return may end a record")
    # CSV readers disagree about quotes that neither open nor close a cell. A doubled quote leaves
    # an empty text between its halves.
    before = outside if len(outside) == len(inside) else outside[:-1]
    borders = {*map(_LAST, filter(None, before)), *map(_FIRST, filter(None, outside[1:]))}
    if not borders <= _BORDER:
        raise Fallback("a cell that is not quoted contains a quote")
    text = b'"'.join(inside)
    if b"\n" not in text:
        return raw
    parts[1::2] = text.replace(b"\n", _MASK).split(b'"')
    return b'"'.join(parts)
