"""Read tables that are not one plain CSV file: several files, inline data, gzip, unusual headers.

Whatever its form, a table is read into the same records, header first, and returned as canonical
CSV. (Data Resource 2.0, "path or data"; Table Dialect 2.0.)
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import TableError
from interopwatch.package.limits import MAX_CELL, MAX_RATIO, MAX_TABLE, SMALL
from interopwatch.package.table import csv_options, decode, not_csv, ragged, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from interopwatch.package.descriptor import Resource, TableSource

_BLOCK: Final = 1 << 20
"""Bytes to decompress at a time, so that too large content is never held completely."""
# zlib expects a gzip header if 16 is added to the window size.
_GZIP: Final = 16 + zlib.MAX_WBITS


def canonical_source(resource: Resource, read: Callable[[str], bytes], where: str) -> bytes:
    """Return the rows of a table that has a source, as one CSV file with a header.

    Args:
        resource: The table.
        read: Reads one of its files by path.
        where: The name of the table in messages.

    Raises:
        TableError: It cannot be read as described.
    """
    source = resource.source
    assert source is not None, "only asked of such tables"
    names = resource.header
    if source.data is not None and not isinstance(source.data, str):
        return _joined(_inline(source.data, names, where))
    texts: list[tuple[str, str]] = []
    if source.data is not None:
        texts.append((source.data, where))
    for path in source.paths:
        content = read(path)
        # `where` names the first file.
        is_other = path != source.paths[0]
        place = (where.removesuffix(source.paths[0]) + path) if is_other else where
        if source.gzip:
            content = unzipped(content, place)
        texts.append((decode(content, source.dialect.encoding, place), place))
    return _joined(_parts(texts, source, names))


def unzipped(content: bytes, where: str) -> bytes:
    """Decompress a gzip file (RFC 1952).

    Raises:
        TableError: It is not a gzip file, is truncated, or is too large when decompressed.
    """
    most = min(MAX_TABLE, max(SMALL, MAX_RATIO * len(content)))
    # Decompressed twice, first to count: rejected content takes no memory.
    if sum(map(len, _unzipped(content, where, most))) > most:
        raise TableError(
            f"{where}: decompresses to more than {most:,} bytes",
            hint="If you trust it, decompress it and name the file.",
        )
    return b"".join(_unzipped(content, where, most))


def _unzipped(content: bytes, where: str, most: int) -> Iterator[bytes]:
    """Yield the decompressed bytes in blocks, and stop soon after the maximum."""
    size = 0
    try:
        # A file may consist of several members (RFC 1952, section 2.2).
        while content and size <= most:
            reader = zlib.decompressobj(_GZIP)
            rest = content
            while not reader.eof and size <= most:
                block = reader.decompress(rest, _BLOCK)
                rest = reader.unconsumed_tail
                if not (block or rest or reader.eof):
                    raise TableError(f"{where}: truncated gzip data")
                size += len(block)
                yield block
            content = reader.unused_data
    except zlib.error:
        raise TableError(f"{where}: not gzip data, although declared or named so") from None


def _parts(
    texts: Sequence[tuple[str, str]], source: TableSource, names: Sequence[str]
) -> Iterator[Sequence[str]]:
    header: Sequence[str] = ()
    for text, place in texts:
        records = list(_records(text, source, place))
        part_header = _header(records, source, names)
        order = None
        if header and part_header != header:
            if sorted(part_header) != sorted(header):
                raise TableError(f"{place}:1: the header differs from that of the first part")
            order = [list(part_header).index(name) for name in header]
        elif not header:
            header = part_header
            yield header
        skipped = len(source.header_rows) and max(source.header_rows)
        for line, cells in records:
            if line <= skipped:
                continue
            if len(cells) != len(header):
                raise ragged(f"{place}:{line}", len(cells), len(header))
            yield cells if order is None else [cells[i] for i in order]


def _records(text: str, source: TableSource, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file with their numbers (from 1), without comments."""
    # The limit applies to the process, and other libraries set it, too.
    csv.field_size_limit(MAX_CELL)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, **csv_options(source.dialect))
    number = 0
    try:
        for cells in reader:
            is_comment = bool(source.comment and cells and cells[0].startswith(source.comment))
            # `commentRows` numbers all rows of the file. Without it, rows that begin with
            # `commentChar` do not count, so the header may follow them (Table Dialect 2.0).
            if is_comment and not source.comment_rows:
                continue
            number += 1
            if cells and not is_comment and number not in source.comment_rows:
                yield number, cells
    except csv.Error as error:
        raise not_csv(f"{where}:{reader.line_num}", error) from None


def _header(
    records: Sequence[tuple[int, list[str]]], source: TableSource, names: Sequence[str]
) -> tuple[str, ...]:
    rows = [cells for number, cells in records if number in source.header_rows]
    if source.header_rows:
        width = max(map(len, rows), default=0)
        # Several header rows are joined (Table Dialect 2.0, "headerJoin").
        padded = [[*row, *[""] * (width - len(row))] for row in rows]
        return tuple(
            source.header_join.join(filter(None, parts)) for parts in zip(*padded, strict=True)
        )
    width = len(records[0][1]) if records else len(names)
    return tuple(names) if len(names) == width else tuple(f"field{i + 1}" for i in range(width))


def _inline(data: Sequence[Any], names: Sequence[str], where: str) -> Iterator[Sequence[str]]:
    if all(isinstance(row, dict) for row in data):
        header = tuple(dict.fromkeys((*names, *(name for row in data for name in row))))
        present = {name for row in data for name in row} | set(names if not data else ())
        header = tuple(name for name in header if name in present)
        yield header
        for row in data:
            yield [_cell(row.get(name)) for name in header]
        return
    width = len(data[0])
    for number, row in enumerate(data, 1):
        if len(row) != width:
            raise ragged(f"{where}:{number}", len(row), width)
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    if value is None:
        return ""
    # As JSON, which fields of type boolean, number or object can parse.
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _joined(records: Iterator[Sequence[str]]) -> bytes:
    return "".join(map(record, records)).encode()
