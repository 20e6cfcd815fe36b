"""A file of CSV as a stream of records, without reading what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK: Final = 1 << 16
"""How many bytes to read at a time; lists of records of this size suit the caches."""
MAX_RECORD: Final = 64 << 20
"""A record of more bytes is refused: an unclosed quote would make one of a whole file."""


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


class RecordTooLong(Exception):  # noqa: N818 - it says what is so, not that something failed
    """A record does not end within :data:`MAX_RECORD` bytes. Never told to a user."""


def records(stream: Readable, size: int = BLOCK) -> Iterator[list[bytes]]:
    """The records of a stream, some at a time, without their line ends.

    A line end inside a quoted cell is part of the record (RFC 4180, section 2). Quotes are
    minded only in blocks that have any.

    Raises:
        RecordTooLong: A record does not end where any record should.
    """
    rest = b""
    while block := stream.read(size):
        block = rest + block
        end = _last_end(block)
        rest = block[end:]
        if len(rest) > MAX_RECORD:
            raise RecordTooLong
        if end:
            yield _split(block[: end - 1])
    if rest:
        yield _split(rest)


def _last_end(block: bytes) -> int:
    """Where the last whole record of a block ends; a block begins outside quotes."""
    end = block.rfind(b"\n") + 1
    if b'"' not in block:
        return end
    while end and block.count(b'"', 0, end) % 2:
        end = block.rfind(b"\n", 0, end - 1) + 1
    return end


def _split(block: bytes) -> list[bytes]:
    lines = block.split(b"\n")
    if b'"' not in block:
        return lines
    whole: list[bytes] = []
    open_parts: list[bytes] = []
    for line in lines:
        if line.count(b'"') % 2:
            if not open_parts:
                open_parts.append(line)
                continue
            whole.append(b"\n".join([*open_parts, line]))
            open_parts.clear()
        elif open_parts:
            open_parts.append(line)
        else:
            whole.append(line)
    if open_parts:  # an unclosed quote: whoever reads the record will say so
        whole.append(b"\n".join(open_parts))
    return whole
