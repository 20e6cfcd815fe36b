"""A file of CSV as a stream of records, without reading what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[bytes | None, bytes | None]
"""A record before and after; ``None`` where there is none."""
BLOCK: Final = 1 << 15
"""How many bytes to read at a time; lists of records of this size suit the caches."""
_BORDERS: Final = b",\n"
"""What stands before and after a quoted cell."""
MAX_RECORD: Final = 64 << 20
"""A record of more bytes is refused: an unclosed quote would make one of a whole file."""


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


class RecordTooLong(Exception):  # noqa: N818 - it says what is so, not that something failed
    """A record does not end within :data:`MAX_RECORD` bytes. Never told to a user."""


class NotPlain(Exception):  # noqa: N818 - it says what is so, not that something failed
    """Quotes or carriage returns stand where they may mean anything. Never told to a user."""


class Torn(Exception):  # noqa: N818 - it says what is so, not that something failed
    """A stream ends within a record. Never told to a user."""


def blocks(stream: Readable, size: int = BLOCK, *, is_cut: bool = False) -> Iterator[bytes]:
    """The whole records of a stream, some at a time, without the last line end of each block.

    A line end inside a quoted cell is part of the record (RFC 4180, section 2). No block is
    empty; lines without anything may stand within one.

    Args:
        stream: The stream; it begins with a record.
        size: How many bytes to read at a time.
        is_cut: Whether more follows where the stream ends, so that a record must end there.

    Raises:
        NotPlain: A quote stands within a cell that is not quoted, or a carriage return outside
            of cells that are: what reads CSV may take it for the end of a cell or a record.
        RecordTooLong: A record does not end where any record should.
        Torn: The stream is cut within a record, or ends inside quotes.
    """
    begun: list[bytes] = []  # of a record that has not ended yet
    length, is_open = 0, False
    while block := stream.read(size):
        end = whole(block, is_open=is_open)
        if not end:
            begun.append(block)
            length += len(block)
            is_open ^= block.count(b'"') % 2 == 1
            if length > MAX_RECORD:
                raise RecordTooLong
            continue
        if records := b"".join([*begun, block[: end - 1]]):
            _check(records)
            yield records
        rest = block[end:]
        begun = [rest] if rest else []
        length, is_open = len(rest), rest.count(b'"') % 2 == 1
    if begun:
        if is_cut or is_open:
            raise Torn
        records = b"".join(begun)
        _check(records)
        yield records


def _check(block: bytes) -> None:
    """See that quotes begin and end cells, and that line feeds alone end records."""
    if b'"' not in block:
        if b"\r" in block:
            raise NotPlain
        return
    outside = block.split(b'"')[::2]
    outside[0] = outside[0] or b","
    outside[-1] = outside[-1] or b","
    if outside[0][-1] not in _BORDERS or outside[-1][0] not in _BORDERS:
        raise NotPlain
    # Nothing stands between two quotes that mean one.
    if not all(not s or (s[0] in _BORDERS and s[-1] in _BORDERS) for s in outside[1:-1]):
        raise NotPlain
    if b"\r" in block and any(b"\r" in each for each in outside):
        raise NotPlain


def whole(block: bytes, *, is_open: bool = False) -> int:
    """Where the last record that ends within a block ends, line end included; 0 if none does.

    Args:
        block: The block.
        is_open: Whether it begins inside quotes.
    """
    end = block.rfind(b"\n") + 1
    if not is_open and b'"' not in block:
        return end
    inside = is_open ^ (block.count(b'"', 0, end) % 2 == 1)
    while end and inside:
        earlier = block.rfind(b"\n", 0, end - 1) + 1
        inside ^= block.count(b'"', earlier, end) % 2 == 1
        end = earlier
    return end


def split(block: bytes) -> list[bytes]:
    """The records of a block of whole records, without those that are blank."""
    lines = block.split(b"\n")
    if b'"' in block:
        lines = _joined(lines)
    return lines if all(lines) else [line for line in lines if line]


def _joined(lines: list[bytes]) -> list[bytes]:
    """Lines as records: those that begin or end inside quotes belong together."""
    found: list[bytes] = []
    begun: list[bytes] = []
    for line in lines:
        if line.count(b'"') % 2:
            if not begun:
                begun.append(line)
                continue
            found.append(b"\n".join([*begun, line]))
            begun.clear()
        elif begun:
            begun.append(line)
        else:
            found.append(line)
    assert not begun, "whole records leave no quote open"
    return found
