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
"""A longer record in bytes is left to the strategy that explains what is wrong: one of its cells
may be too long, and an unclosed quote makes one record of the whole file."""
_MASK: Final = b"\0"
_BORDER: Final = frozenset(b",\n")
"""What stands before an opening and after a closing quote."""
_FIRST: Final = itemgetter(0)
_LAST: Final = itemgetter(-1)


def records(
    read: Callable[[int], bytes], block: int = BLOCK, *, is_cut: bool = False
) -> Iterator[list[bytes]]:
    """The records of a stream, a block at a time, masked and without blank lines.

    Args:
        read: Gives at most so many bytes, none at the end; it begins where a record begins.
        block: How many bytes to read at a time.
        is_cut: Whether the file goes on where the stream ends, so that a record must end there.

    Raises:
        Fallback: The file holds NUL, a carriage return or quote where CSV readers disagree what
            it means, or a record longer than :data:`MAX_RECORD`.
        SplitRecord: The stream ends within a record.
    """
    rest = b""
    # A record longer than a block is read in steps that double, not again from its start each time.
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
    """A record with its line feeds again."""
    return record.replace(_MASK, b"\n")


def _split(masked: bytes) -> list[bytes]:
    lines = masked.split(b"\n")
    return lines if all(lines) else [line for line in lines if line]


def _masked(raw: bytes) -> bytes:
    """Bytes that begin with a record, the line feeds inside quotes masked."""
    if _MASK in raw:
        raise Fallback("a NUL stands in the file")
    if b'"' not in raw:
        if b"\r" in raw:
            raise Fallback("a carriage return may end a record")
        return raw
    parts = raw.split(b'"')
    outside, inside = parts[::2], parts[1::2]
    if b"\r" in raw and b"\r" in b"".join(outside):
        raise Fallback("a carriage return may end a record")
    # A quote that neither opens nor closes a cell means one thing to one reader and another to
    # the next. Between two quotes that stand for one, nothing is outside.
    before = outside if len(outside) == len(inside) else outside[:-1]
    borders = {*map(_LAST, filter(None, before)), *map(_FIRST, filter(None, outside[1:]))}
    if not borders <= _BORDER:
        raise Fallback("a quote stands within a cell that is not quoted")
    text = b'"'.join(inside)
    if b"\n" not in text:
        return raw
    parts[1::2] = text.replace(b"\n", _MASK).split(b'"')
    return b'"'.join(parts)
