"""Sample matching rows of two large tables, enough of them to recognise renames.

Rows are chosen by a hash of their cells alone: a row that both tables have is in both samples, or
in neither.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.compare.options import DiffOptions
    from interopwatch.package.package import Package

    Row = Mapping[str, str]


def divisor(sizes: Iterable[int], whole: int) -> int:
    """Return the N of a sample of one row in N, for tables of these sizes in bytes."""
    return max(1, -(-max(sizes, default=0) // whole))


def sampled(rows: Iterable[Row], fields: Sequence[str], one_in: int) -> Iterator[Row]:
    """Yield about one row in ``one_in``, chosen by a hash of some of its cells."""
    from zlib import crc32

    for row in rows:
        text = "\0".join(row.get(name, "") for name in fields)
        if one_in == 1 or crc32(text.encode(errors="surrogatepass")) % one_in == 0:
            yield row


def samples(
    old: Package, new: Package, name: str, options: DiffOptions
) -> Iterator[tuple[Table, Table]]:
    """Yield samples of a resource in both packages; only the complete tables if they are small.

    The first pair has the first rows, which correspond if both tables have the same order; the
    second has rows with the same keys. If a key field was renamed, each table is sampled by its
    own key, whose fields correspond by position.
    """
    one_in = divisor((old.size(name), new.size(name)), options.whole)
    if one_in == 1:
        yield old.table(name), new.table(name)
        return
    yield (
        _table(old, name, islice(old.each_row(name), options.first_rows)),
        _table(new, name, islice(new.each_row(name), options.first_rows)),
    )
    now = new.resource(name).primary_key
    was = now if set(now) <= set(old.resource(name).header) else old.resource(name).primary_key
    yield (
        _table(old, name, sampled(old.each_row(name), was, one_in)),
        _table(new, name, sampled(new.each_row(name), now, one_in)),
    )


def _table(package: Package, name: str, rows: Iterable[Row]) -> Table:
    return Table(package.resource(name), tuple(rows), (), package.place(name))
