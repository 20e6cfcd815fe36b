"""Tables stay in memory while their total is small, and are the same when read again."""

from __future__ import annotations

from interopwatch.package.descriptor import Field, Resource
from interopwatch.package.table import Table
from interopwatch.package.table_cache import TableCache


def table(rows: int, fields: int = 10) -> Table:
    names = [f"f{i}" for i in range(fields)]
    row = dict.fromkeys(names, "x")
    return Table(Resource("r", "r.csv", tuple(map(Field, names))), (row,) * rows)


def test_small_tables_all_stay() -> None:
    held = TableCache()
    tables = {f"t{i}": table(100) for i in range(50)}
    for name, each in tables.items():
        held[name] = each
    assert all(name in held and held[name] is each for name, each in tables.items())


def test_those_not_asked_for_in_the_longest_time_give_way() -> None:
    held = TableCache()
    for name in "abc":
        held[name] = table(30_000)
    _ = held["a"]
    held["d"] = table(30_000)
    assert [name in held for name in "abcd"] == [True, False, True, True]


def test_a_table_stays_until_the_next_whatever_its_size() -> None:
    held = TableCache()
    held["small"] = table(1)
    held["large"] = table(200_000)
    assert ("small" in held, "large" in held) == (False, True)
    held["small"] = table(1)
    assert ("small" in held, "large" in held) == (True, False)
