"""Compares resources on an engine: what differs is found there, and only that comes here.

Every engine runs the plan of :mod:`interopwatch.compare.relational` and gives back the rows that
two tables do not share. They are matched by key and compared by type as those of small tables
are (:mod:`interopwatch.compare.rows`), so every engine finds the same changes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from interopwatch.compare.located import (
    VIEWS,
    Located,
    doubled_key,
    key_parts,
    place_of,
    told_apart,
)
from interopwatch.compare.options import ENGINES
from interopwatch.compare.rows import NONE, Found, match
from interopwatch.errors import EngineError, KeyProblemError, TableError
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager

    from interopwatch.compare.located import Column
    from interopwatch.compare.options import Terms
    from interopwatch.compare.relational import Relation
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance

    Comparer = Callable[..., Generator[Found]]


class Engine(Protocol):
    """What runs queries over tables, wherever they lie.

    Attributes:
        dialect: The SQL that it speaks.
        doubtful: What it reads in place of bytes that are no text; empty if it refuses them.
    """

    dialect: str
    doubtful: str

    def load(self, name: str, place: Located) -> tuple[Column, ...]:
        """Give a table a name in the engine, all its cells as texts, its columns numbered.

        Raises:
            TableError: It is missing, or cannot be read as its descriptor says.
        """
        ...

    def rows(self, query: str, where: str) -> list[tuple[str, ...]]:
        """Run a query.

        Raises:
            TableError: It could not be run; the message begins with ``where``.
        """
        ...


class Loaded(NamedTuple):
    """A table that an engine knows."""

    place: Located
    columns: tuple[Column, ...]
    relation: Relation

    def table(self, rows: Sequence[Sequence[str]]) -> Table:
        """Rows that came from the engine, their cells as Table Schema writes them."""
        names = [column.name for column in self.columns]
        cells = [column.written for column in self.columns]
        made = tuple(
            {name: write(cell) for name, write, cell in zip(names, cells, row, strict=True)}
            for row in rows
        )
        return Table(self.place.resource, made, (), self.place.where)


@contextmanager
def comparing(engine: str, terms: Terms) -> Iterator[Comparer]:
    """What compares one resource of two packages, while its engine runs.

    Args:
        engine: One of :data:`interopwatch.compare.options.ENGINES`, but not the local one.
        terms: How to go about it; the memory of a cluster is its own business.

    Raises:
        EngineError: There is no such engine, it is not installed, or it cannot be started.
    """
    with started(engine, terms.bytes) as running:

        def comparer(
            old: Package, new: Package, name: str, terms: Terms, leeway: Tolerance = NONE
        ) -> Generator[Found]:
            yield compare(running, old, new, name, leeway, trust_keys=terms.trust_keys)

        yield comparer


def started(engine: str, memory: int = 0) -> AbstractContextManager[Engine]:
    """An engine that runs until the context ends.

    Args:
        engine: One of :data:`interopwatch.compare.options.ENGINES`, but not the local one.
        memory: How many bytes one on this machine may hold in memory.

    Raises:
        EngineError: There is no such engine, it is not installed, or it cannot be started.
    """
    if engine not in ENGINES[1:]:
        raise EngineError(f"there is no engine {engine!r}", hint=f"Known: {', '.join(ENGINES)}.")
    try:
        import ibis  # noqa: F401 - without it there is no plan to run
    except ImportError:
        raise EngineError(
            f"the engine {engine} needs ibis-framework, which is not installed",
            hint=f"Install it: pip install 'interopwatch[{engine}]'",
        ) from None
    if engine == "spark":
        from interopwatch.compare import spark

        return spark.started()
    from interopwatch.compare import embedded

    return embedded.started(memory)


def compare(
    engine: Engine,
    old: Package,
    new: Package,
    name: str,
    leeway: Tolerance = NONE,
    *,
    trust_keys: bool = False,
) -> Found:
    """Compare one resource of two packages on an engine. See :func:`interopwatch.diff`."""
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before is None:
        return match(Table(new.resource(name), ()), whole(engine, new, name))
    if after is None:
        return match(whole(engine, old, name), Table(old.resource(name), ()))
    places = place_of(old, name), place_of(new, name)
    vouched = [_vouched(package, name) for package in (old, new)]  # both are looked at
    same_bytes = places[0].has_bytes_of(places[1])
    if same_bytes and before == after and not after.primary_key:
        return Found()
    one, other = (_load(engine, view, place) for view, place in zip(VIEWS, places, strict=True))
    found = match(*_rest(engine, one, other, trust_keys=trust_keys or all(vouched)), leeway)
    unexplained = before.by_name == after.by_name and same_bytes is False
    return replace(found, form_only=unexplained and not found.tells)


def whole(engine: Engine, package: Package, name: str) -> Table:
    """All rows of one resource, read by an engine."""
    from interopwatch.compare.relational import every, sql

    place = place_of(package, name)
    _vouched(package, name)
    loaded = _load(engine, VIEWS[0], place)
    rows = engine.rows(sql(every(loaded.relation), engine.dialect), loaded.place.where)
    return _readable(engine, loaded, loaded.table(rows))


def _vouched(package: Package, name: str) -> bool:
    """Whether a frozen table is the one that was frozen; a file that is not is refused."""
    if package.address or package.path(name).is_dir():
        return False  # a hash is one file's
    return package.vouches_for(name)


def _load(engine: Engine, name: str, place: Located) -> Loaded:
    from interopwatch.compare.relational import Relation

    columns = engine.load(name, place)
    fields = tuple(column.name for column in columns)
    place = place.described(fields)
    return Loaded(place, columns, Relation(name, fields, key_parts(place.resource)))


def _rest(engine: Engine, one: Loaded, other: Loaded, *, trust_keys: bool) -> tuple[Table, Table]:
    """The rows of either table that the other does not have as such."""
    from interopwatch.compare.relational import differing, every, sql

    key = other.place.resource.primary_key
    lacking = [name for name in key if name not in one.relation.fields]
    if not key or lacking:
        # Matching a row of each says what is wrong, unless there are none.
        some = [
            side.table(engine.rows(sql(every(side.relation, 1), engine.dialect), side.place.where))
            for side in (one, other)
        ]
        if not key or some[0].rows:
            return some[0], some[1]
    one = one._replace(relation=replace(one.relation, key=key_parts(one.place.resource, key)))
    if not trust_keys:
        for side in (one, other):
            _check(engine, side, key)
    where = f"{one.place.where} and {other.place.where}"
    if not told_apart(one.place.resource, other.place.resource, key):
        rows = [
            engine.rows(sql(every(side.relation), engine.dialect), side.place.where)
            for side in (one, other)
        ]
        left, right = one.table(rows[0]), other.table(rows[1])
    else:
        doubtful = engine.doubtful
        pairs = engine.rows(
            sql(differing(one.relation, other.relation, doubtful), engine.dialect), where
        )
        width = len(one.columns)
        left = one.table([pair[1 : width + 1] for pair in pairs if pair[0]])
        right = other.table([pair[width + 2 :] for pair in pairs if pair[width + 1]])
    return _readable(engine, one, left), _readable(engine, other, right)


def _check(engine: Engine, side: Loaded, key: tuple[str, ...]) -> None:
    """See that no key stands twice.

    Raises:
        KeyProblemError: One does, or keys are of a type that an engine cannot tell apart.
    """
    from interopwatch.compare.relational import doubles, sql

    resource, where = side.place.resource, side.place.where
    for name in key:
        field = resource.by_name.get(name)
        if field is not None and doubled_key(field):
            raise KeyProblemError(
                f"{where}: two texts may mean one {field.type}, so that an engine cannot tell "
                f"whether a key {name!r} stands twice",
                hint="Vouch for it with --trust-keys, or compare without --engine.",
            )
    double = engine.rows(sql(doubles(side.relation), engine.dialect), where)
    if double:
        pairs = zip(key, double[0], strict=True)
        told = ", ".join(f"{column}={value or ''!r}" for column, value in pairs)
        raise KeyProblemError(
            f"{where}: the key {told} stands more than once",
            hint="Remove or renumber one of the rows.",
        )


def _readable(engine: Engine, side: Loaded, table: Table) -> Table:
    """The same table, if each of its cells is text.

    Raises:
        TableError: A cell holds what the engine reads in place of bytes that are no text.
    """
    doubtful = engine.doubtful
    if doubtful and side.place.resource.format == "csv":
        for row in table.rows:
            for name, cell in row.items():
                if doubtful in cell:
                    raise TableError(
                        f"{table.where}: {name}: {cell!r} holds U+FFFD, as which this engine also "
                        "reads bytes that are not utf-8",
                        hint="Save the table as UTF-8, without U+FFFD, or as Parquet.",
                    )
    return table
