"""Pairs the rows of two files by key in an embedded relational engine, in any order.

One full join on the key pairs all rows, with the whole row as the only other column; rows
that are equal are dropped within it. Counting what is left shows if a key stands twice.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from interopwatch.compare.engine import Engine, Refused, engine
from interopwatch.compare.explaining import explain, explain_double
from interopwatch.compare.route import NotThisWay
from interopwatch.compare.sources import Source, by_cell, by_line, in_order, odd_keys
from interopwatch.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.compare.csvfile import File
    from interopwatch.compare.options import Terms


EQUAL, ADDED, REMOVED, CHANGED = range(4)
"""Where the rows of a pair stand: in both files, in the newer one, in the older one, in both."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows that differ between two files, in the engine's keeping.

    Attributes:
        added: How many rows only the newer file has.
        removed: How many rows only the older file has.
    """

    added: int
    removed: int
    _engine: Engine
    _old: Source
    _new: Source

    def pairs(self) -> Iterator[list[tuple[Any, Any]]]:
        """The rows that differ, in the order of their keys: lines or lists of cells.

        Raises:
            MemoryLimitError: It takes more memory than it may.
            TableError: The engine fails.
        """
        order = in_order(self._new)
        try:
            yield from self._engine.rows(
                f"SELECT was, now FROM differing WHERE side <> {EQUAL} ORDER BY {order}"
            )
        except Refused as error:  # it has read both files by now
            raise TableError(f"{self._new.file.place}: it cannot be compared: {error}") from None

    def counts(self) -> tuple[int, tuple[int, ...]]:
        """How many rows of one key differ, and in how many of them each field does.

        Cells are compared as texts, so this is for tables whose texts are their values.

        Raises:
            MemoryLimitError: It takes more memory than it may.
            NotThisWay: A row has more or fewer cells than the header, or the engine fails.
        """
        number = len(self._new.fields)
        both = f"side = {CHANGED}"
        told = [f"count(*) FILTER ({both} AND a[{i}] <> b[{i}])" for i in range(1, number + 1)]
        try:
            found = self._engine.row(
                f"SELECT count(*) FILTER ({both}), "
                f"count(*) FILTER (len(a) <> {number} OR len(b) <> {number}), {', '.join(told)} "
                f"FROM (SELECT side, {self._old.cells.format('was')} AS a, "
                f"{self._new.cells.format('now')} AS b FROM differing WHERE side <> {EQUAL})"
            )
        except Refused:
            raise NotThisWay from None
        assert found is not None, "an aggregate always has a row"
        changed, ragged, *cells = found
        if ragged:
            raise NotThisWay
        return changed, tuple(cells)


@contextmanager
def by_lines(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Iterator[Joined]:
    """Pair the lines of two files that are records as they stand, and begin with like fields.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than it may.
        NotThisWay: The engine cannot read a file.
    """
    with engine(terms) as made:
        yield _joined(made, by_line(old, fields), by_line(new, fields), terms)


@contextmanager
def by_cells(old: File, new: File, fields: tuple[str, ...], terms: Terms) -> Iterator[Joined]:
    """Pair the rows of two files of CSV, and compare these fields.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than it may.
        NotThisWay: The engine cannot read a file.
    """
    with engine(terms) as made:
        yield _joined(made, by_cell(old, fields), by_cell(new, fields), terms)


def check_keys(file: File, terms: Terms) -> None:
    """See that no key stands twice in a file.

    Raises:
        KeyProblemError: A key stands twice.
        MemoryLimitError: It takes more memory than it may.
        NotThisWay: The engine cannot read the file.
    """
    with engine(terms) as made:
        try:
            _check(made, (by_line if file.has_bare_lines else by_cell)(file, file.header))
        except Refused:
            raise NotThisWay from None


def _joined(made: Engine, old: Source, new: Source, terms: Terms) -> Joined:
    try:
        return _paired(made, old, new, terms)
    except Refused:
        raise NotThisWay from None


def _paired(made: Engine, old: Source, new: Source, terms: Terms) -> Joined:
    keys = new.keys
    before, after = _number(made, old), _number(made, new)
    # Only keys that stand twice in both files make more pairs than there are rows.
    made.run(f"{_join(old, new)} LIMIT {before + after + 1}", "pairing rows")
    distinct = f"(SELECT count(DISTINCT ({', '.join(keys)})) FROM differing WHERE side = {{}})"
    told = [f"count(*) FILTER (side = {side})" for side in (ADDED, REMOVED)]
    told += told if terms.trust_keys else [distinct.format(side) for side in (ADDED, REMOVED)]
    odd_ones = f"(SELECT count(*) FROM differing WHERE {odd_keys(new)})"
    counted = made.row(f"SELECT count(*), {', '.join(told)}, {odd_ones} FROM differing")
    assert counted is not None, "an aggregate always has a row"
    total, added, removed, added_keys, removed_keys, odd = counted
    # Where each key stands once, so does each row of either file in the join.
    once = (added_keys, removed_keys) == (added, removed)
    if not once or (before, after) != (total - added, total - removed):
        _check(made, old)
        _check(made, new)
        raise NotThisWay  # no key stands twice, so the rows were miscounted: blank lines
    if odd:
        raise NotThisWay
    return Joined(added, removed, made, old, new)


def _number(made: Engine, source: Source) -> int:
    """How many rows a file has."""
    if source.count is not None:
        return source.count()
    counted = made.row(f"SELECT count(*) FROM ({source.query})")
    assert counted is not None, "an aggregate always has a row"
    return int(counted[0])


def _join(old: Source, new: Source) -> str:
    """The query that makes the table ``differing``: a row for each pair, empty if it is equal."""
    keys = new.keys
    kept = ", ".join(f"CASE WHEN differ THEN coalesce(one_{k}, other_{k}) END AS {k}" for k in keys)
    both = ", ".join(f"one.{k} AS one_{k}, other.{k} AS other_{k}" for k in keys)
    same = " AND ".join(f"one.{k} = other.{k}" for k in keys)
    side = (
        f"CASE WHEN NOT differ THEN {EQUAL} WHEN a IS NULL THEN {ADDED} "
        f"WHEN b IS NULL THEN {REMOVED} ELSE {CHANGED} END::UTINYINT"
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {side} AS side, {kept}, "
        "CASE WHEN differ THEN a END AS was, CASE WHEN differ THEN b END AS now "
        f"FROM (SELECT {both}, one.row AS a, other.row AS b, "
        "one.row IS DISTINCT FROM other.row AS differ "
        f"FROM ({old.query}) one FULL JOIN ({new.query}) other ON {same})"
    )


def _check(made: Engine, source: Source) -> None:
    """See that no key stands twice.

    Raises:
        KeyProblemError: A key stands twice.
    """
    key = ", ".join(source.keys)
    twice = made.row(
        f"SELECT {key} FROM ({source.query}) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1",
        "looking for keys that stand twice",
    )
    if twice is not None:
        explain(source.file)
        explain_double(source.file, twice)
