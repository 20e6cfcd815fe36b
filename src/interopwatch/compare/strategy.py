"""The strategies for comparing two large files, and the choice among them.

Two editions share most of their rows. Each strategy skips the shared rows in its own way and yields
the others, paired by key, to be compared by type. All strategies find the same changes.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import partial
from itertools import repeat
from operator import eq
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from interopwatch.changeset.metadata import merged
from interopwatch.compare.canonical_csv import canonical
from interopwatch.compare.diagnosis import explain, with_lines
from interopwatch.compare.fallback import Fallback
from interopwatch.compare.match import match
from interopwatch.compare.parallel import have_ascending_keys, scanned
from interopwatch.compare.rows import NONE, RowComparer, RowPairs, TableDiff
from interopwatch.compare.sorted_keys import cells_of_all
from interopwatch.errors import MissingExtraError, TableError
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions
    from interopwatch.package.tolerance import Tolerance

    Row = Mapping[str, str]
    Pairs = Sequence[tuple[Any, Any]]
    Reader = Callable[[Sequence[Any]], list[Row]]

_MATCHED: Final = 16
"""Bytes of memory that matching takes for each byte of both tables: 650 MiB for 43 MiB with nine
columns, and the same ratio with short cells."""


class Found(NamedTuple):
    """The result of a strategy.

    Attributes:
        pairs: Differing records with the same key, before and after, in batches, in the strategy's
            own representation; ``None`` for a missing side.
        old: Parses records before as rows.
        new: Parses records after as rows.
        are_quoted: Whether equal cells may be quoted in one of the files only.
    """

    pairs: Iterator[Pairs]
    old: Reader
    new: Reader
    are_quoted: bool = False

    def rows(self, pairs: Pairs) -> list[tuple[Row | None, Row | None]]:
        """Parse a batch of pairs as rows.

        Raises:
            Fallback: A record does not match the header.
        """
        # All records of a side at once: to parse them one by one took twice as long.
        before = iter(self.old([was for was, _ in pairs if was is not None]))
        after = iter(self.new([now for _, now in pairs if now is not None]))
        return [
            (None if was is None else next(before), None if now is None else next(after))
            for was, now in pairs
        ]


class Strategy(StrEnum):
    """A way to compare two large files, the fastest first."""

    EQUAL = "equal"
    """The bytes of the files are equal; only the uniqueness of their keys is checked."""
    SCAN = "scan"
    """The records ascend by key: merge them as two sorted streams, in constant memory."""
    JOIN_LINES = "join-lines"
    """Each line is a record: join lines by key in embedded DuckDB."""
    JOIN_CELLS = "join-cells"
    """Join records by key in embedded DuckDB, which parses them as CSV."""
    MATCH = "match"
    """Read both files into memory as tables, and match their rows by key."""


def choose(old: CsvFile, new: CsvFile, given_up: Collection[str] = ()) -> Strategy:
    """Return the fastest strategy that may work, except those given up."""
    # A header in another encoding than UTF-8 cannot be checked here.
    may_be_equal = not old.header or (old.is_as_said and new.is_as_said)
    if (
        Strategy.EQUAL not in given_up
        and may_be_equal
        and old.resource == new.resource
        and old.has_bytes_of(new)
    ):
        return Strategy.EQUAL
    if not _can_be_read_in_part(old, new):
        return Strategy.MATCH
    begins_alike = old.begins_as(new), new.begins_as(old)
    if all(begins_alike) and old.is_plain and new.is_plain and Strategy.SCAN not in given_up:
        return Strategy.SCAN
    if old.has_long_lines or new.has_long_lines:
        return Strategy.MATCH  # DuckDB omits a last line that is longer than its buffer
    if (
        any(begins_alike)
        and Strategy.JOIN_LINES not in given_up
        and all(file.has_bare_lines for file in (old, new))
    ):
        return Strategy.JOIN_LINES
    return Strategy.MATCH if Strategy.JOIN_CELLS in given_up else Strategy.JOIN_CELLS


def _can_be_read_in_part(old: CsvFile, new: CsvFile) -> bool:
    """Whether records can be matched by their keys as text, and only those that differ parsed."""
    sides = (old, new)
    is_common = all(file.is_as_said and file.dialect.is_common for file in sides)
    return is_common and old.has_plain_keys_of(new)


@contextmanager
def diff_files(
    old: CsvFile, new: CsvFile, options: DiffOptions, tolerance: Tolerance = NONE
) -> Iterator[Iterator[RowPairs] | None]:
    """Provide the differences of two files in batches, in the order of their keys.

    When the context is entered, both files have been read completely, and checked for duplicate
    keys, except those of shared rows if the options trust keys. Rows that are equal byte for byte
    in both files are not validated against the schema.

    Yields:
        The differences; ``None`` if the files have to be matched in memory, as tables.

    Raises:
        KeyProblemError: A key is duplicated.
        MemoryLimitError: The comparison takes more memory than the options allow.
        MissingExtraError: DuckDB is not installed, and memory cannot hold both tables.
        TableError: A file does not match its descriptor.
    """
    with ExitStack() as stack:
        lacking: list[MissingExtraError] = []
        found = _found(old, new, options, stack, lacking)
        if found is None and (made := canonical(old, new, options, stack)) is not None:
            old, new = made
            found = _found(old, new, options, stack, lacking)
        if found is None and lacking:
            _see_that_memory_holds(old, new, options, lacking[0])
        yield None if found is None else _parts(old, new, found, tolerance)


def _found(
    old: CsvFile,
    new: CsvFile,
    options: DiffOptions,
    stack: ExitStack,
    lacking: list[MissingExtraError],
) -> Found | None:
    """Run the fastest strategy that works; add the errors of missing extras to ``lacking``."""
    allowed = options.strategies
    given_up = {each for each in Strategy if allowed is not None and each not in allowed}
    while (strategy := choose(old, new, given_up)) is not Strategy.MATCH:
        try:
            return _RUN[strategy](old, new, options, stack)
        except Fallback:
            given_up.add(strategy)
        except MissingExtraError as error:
            given_up.add(strategy)
            lacking.append(error)
    return None


def _see_that_memory_holds(
    old: CsvFile, new: CsvFile, options: DiffOptions, lacking: MissingExtraError
) -> None:
    """Check that two tables can be matched in memory, as no engine is installed to join them.

    Raises:
        MissingExtraError: They would take more memory than allowed.
    """
    if (old.size + new.size) * _MATCHED > options.bytes:
        raise lacking
    if options.note is not None:
        options.note(
            f"{new.place} is compared in memory, which takes long: {lacking.message}. "
            f"{lacking.hint}"
        )


def _equal(old: CsvFile, new: CsvFile, options: DiffOptions, stack: ExitStack) -> Found:
    del stack
    if not options.trust_keys and not have_ascending_keys(old, options):
        from interopwatch.compare.join import check_keys

        if not _can_be_read_in_part(old, new):
            raise Fallback("keys have to be read by type")
        check_keys(old, options)
    return Found(iter(()), list, list)


def _scan(old: CsvFile, new: CsvFile, options: DiffOptions, stack: ExitStack) -> Found:
    pairs = stack.enter_context(scanned(old, new, options))
    rows = _reader(cells_of_all, new.header, new.header)
    return Found(pairs, rows, rows, are_quoted=True)


def _join(
    old: CsvFile, new: CsvFile, options: DiffOptions, stack: ExitStack, *, by_line: bool
) -> Found:
    from interopwatch.compare import join

    fields = merged(old.header, new.header)
    source = join.by_line if by_line else join.by_cell
    sides = source(old, fields), source(new, fields)
    pairs = stack.enter_context(join.joined(*sides, options))
    was, now = (_reader(side.cells, fields, side.file.header) for side in sides)
    return Found(pairs, was, now)


def _reader(
    cells: Callable[[Sequence[Any]], list[list[str]]], fields: Sequence[str], header: Sequence[str]
) -> Reader:
    """Return the parser of records with cells for ``fields`` to rows with those of ``header``.

    It raises :class:`Fallback` for a record with more or fewer cells.
    """
    width = len(fields)
    places = [fields.index(name) for name in header]
    is_in_order = places == [*range(len(header))]

    def rows(records: Sequence[Any]) -> list[Row]:
        every = cells(records) if records else []
        if not {width}.issuperset(map(len, every)):
            raise Fallback("a record has another number of cells than the header")
        if not is_in_order:
            every = [[row[place] for place in places] for row in every]
        return list(map(dict, map(zip, repeat(header), every)))

    return rows


_RUN: Final[Mapping[Strategy, Callable[..., Found]]] = {
    Strategy.EQUAL: _equal,
    Strategy.SCAN: _scan,
    Strategy.JOIN_LINES: partial(_join, by_line=True),
    Strategy.JOIN_CELLS: partial(_join, by_line=False),
}


def _parts(old: CsvFile, new: CsvFile, found: Found, tolerance: Tolerance) -> Iterator[RowPairs]:
    """Yield the pairs that a strategy found, to be compared by type."""
    comparer = RowComparer(old.resource, new.resource, tolerance)

    def compare(pairs: Pairs) -> TableDiff:
        try:
            rows = found.rows(pairs)
            try:
                return comparer.diff(rows)
            except (TableError, ValueError):
                _explain(old, new, rows)
                raise
        except (Fallback, ValueError):
            explain(old)
            explain(new)
            raise TableError(f"{new.place}: it cannot be read as CSV") from None

    is_exact = old.header == new.header and not tolerance

    def sure(pairs: Pairs) -> int:
        if not is_exact:
            return 0
        return len(pairs) - (_quoted_otherwise(pairs) if found.are_quoted else 0)

    for pairs in found.pairs:
        yield RowPairs(pairs, compare, sure)


def _quoted_otherwise(pairs: Pairs) -> int:
    """Count the pairs of masked records that may differ only in quotes around their cells.

    All at once: to search each record for a quote took a twentieth of a comparison in which one row
    in ten differs.
    """
    both = [pair for pair in pairs if None not in pair]
    if not both:
        return 0
    bare = (b"\n".join(side).replace(b'"', b"").split(b"\n") for side in zip(*both, strict=True))
    return sum(map(eq, *bare))


def _explain(old: CsvFile, new: CsvFile, pairs: Sequence[tuple[Row | None, Row | None]]) -> None:
    """Report the line of the first invalid cell or key in some rows.

    Raises:
        TableError: A cell or key is invalid.
    """
    before = tuple(was for was, _ in pairs if was is not None)
    after = tuple(now for _, now in pairs if now is not None)
    match(
        with_lines(Table(old.resource, before, (), old.place), old),
        with_lines(Table(new.resource, after, (), new.place), new),
    )
