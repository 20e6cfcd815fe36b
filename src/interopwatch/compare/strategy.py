"""The rows that differ between two large files, whichever way they are found.

Two editions share most of their rows. These are dropped, by a scan of both files or by an
embedded engine, and only the rest is read as rows, to be matched by key, some at a time.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from interopwatch.changeset.metadata import merged
from interopwatch.compare.cells import Unreadable, cells
from interopwatch.compare.explaining import explain, with_lines
from interopwatch.compare.rewriting import canonical, common
from interopwatch.compare.route import NotThisWay, Route, choose
from interopwatch.compare.rows import NONE, Found, match
from interopwatch.compare.side_by_side import have_rising_keys, scanned
from interopwatch.errors import TableError
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.compare.csvfile import File
    from interopwatch.compare.options import Terms
    from interopwatch.package.tolerance import Tolerance

    Row = Mapping[str, str]
    Batches = Iterator[tuple[list[Row], list[Row]]]


@contextmanager
def differing(
    old: File, new: File, terms: Terms, leeway: Tolerance = NONE
) -> Iterator[Iterator[Found] | None]:
    """What differs between two files, in the order of their keys, some at a time.

    The files have been read to their ends when this begins, and a key that stands twice has
    been found, unless it is in rows that both share and the terms say to trust keys. Rows
    that both files share byte for byte are not looked at further: that such a row fits its
    schema is not seen to.

    Yields:
        What differs; ``None`` if the files have to be read whole, as tables.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than the terms allow.
        TableError: A file cannot be read as its descriptor says.
    """
    with ExitStack() as stack:
        old, new = common(old, new, terms, stack)
        batches = _batches(old, new, terms, stack)
        # Where quotes or line ends stand in odd places, both say the same in canonical form.
        if batches is None and (made := canonical(old, new, terms, stack)) is not None:
            old, new = made
            batches = _batches(old, new, terms, stack)
        yield None if batches is None else _matched(old, new, batches, leeway)


def _batches(old: File, new: File, terms: Terms, stack: ExitStack) -> Batches | None:
    given_up: set[Route] = set()
    while (route := choose(old, new, given_up)) is not Route.MATCH:
        try:
            return _WAYS[route](old, new, terms, stack)
        except NotThisWay:
            given_up.add(route)
    return None


def _same(old: File, new: File, terms: Terms, stack: ExitStack) -> Batches:
    del stack
    if not terms.trust_keys and not have_rising_keys(old, terms):
        from interopwatch.compare.join import check_keys

        if not (old.is_as_said and old.is_common_csv and old.has_plain_keys_of(new)):
            raise NotThisWay
        check_keys(old, terms)
    return iter(())


def _scanned(old: File, new: File, terms: Terms, stack: ExitStack) -> Batches:
    def split(record: bytes) -> list[str]:
        return [cell.decode() for cell in cells(record)]

    found = stack.enter_context(scanned(old, new, terms))
    return _read(found, _by_place(old.header, split), _by_place(new.header, split))


def _lines(old: File, new: File, terms: Terms, stack: ExitStack) -> Batches:
    from interopwatch.compare.join import by_lines

    def split(line: str) -> list[str]:
        return line.split(delimiter)

    delimiter = new.resource.dialect.delimiter
    fields = tuple(merged(old.header, new.header))
    found = stack.enter_context(by_lines(old, new, fields, terms)).pairs()
    more = len(fields)
    return _read(found, _by_place(old.header, split, more), _by_place(new.header, split, more))


def _cells(old: File, new: File, terms: Terms, stack: ExitStack) -> Batches:
    from interopwatch.compare.join import by_cells

    fields = tuple(merged(old.header, new.header))
    found = stack.enter_context(by_cells(old, new, fields, terms)).pairs()
    return _read(found, _by_name(old.header, fields), _by_name(new.header, fields))


_WAYS = {Route.SAME: _same, Route.SCAN: _scanned, Route.LINES: _lines, Route.CELLS: _cells}


def _by_place(
    header: Sequence[str], split: Callable[[Any], list[str]], number: int = 0
) -> Callable[[Any], Row]:
    """What makes a row of a record of so many cells; of as many as the header if not given.

    The function raises :class:`Unreadable` for one with more or fewer.
    """
    expected = number or len(header)

    def row(record: Any) -> Row:  # noqa: ANN401 - bytes or a text
        parts = split(record)
        if len(parts) != expected:
            raise Unreadable
        return dict(zip(header, parts, strict=not number))

    return row


def _by_name(header: Sequence[str], fields: Sequence[str]) -> Callable[[Any], Row]:
    """What makes a row of cells that stand in the order of ``fields``."""
    places = [(name, fields.index(name)) for name in header]

    def row(parts: Sequence[str]) -> Row:
        return {name: parts[place] for name, place in places}

    return row


def _read(
    found: Iterable[list[tuple[Any, Any]]], was: Callable[[Any], Row], now: Callable[[Any], Row]
) -> Batches:
    for pairs in found:
        before = [was(one) for one, _ in pairs if one is not None]
        after = [now(other) for _, other in pairs if other is not None]
        yield before, after


def _matched(old: File, new: File, batches: Batches, leeway: Tolerance) -> Iterator[Found]:
    try:
        for before, after in batches:
            one = Table(old.resource, tuple(before), (), old.place)
            other = Table(new.resource, tuple(after), (), new.place)
            try:
                yield match(one, other, leeway)
            except TableError:
                match(with_lines(one, old), with_lines(other, new))
                raise
    except (Unreadable, ValueError):
        explain(old)
        explain(new)
        raise TableError(f"{new.place}: it cannot be read as CSV") from None
