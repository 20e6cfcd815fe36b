"""Keys that are reformatted throughout a table are reported, however many rows differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch import diff
from interopwatch.compare.external_sort import in_order, kept
from interopwatch.compare.key_spellings import reformatted_keys
from interopwatch.compare.options import DiffOptions
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from interopwatch import ChangeSet

    Rows = Mapping[str, tuple[str, str]]

LITTLE: Final = DiffOptions(held=3, sorted_in_memory=7, key_sample=50)
"""Almost nothing is held, and every sample is thinned out."""


def compared(
    folder: Path, old: Rows, new: Rows, options: DiffOptions, key: Sequence[str] = ("id",)
) -> ChangeSet:
    one, other = (
        package({"r": spec(text(rows), types={"x": "number"}, key=key)})
        .store(folder / side)
        .package
        for side, rows in (("old", old), ("new", new))
    )
    one.label, other.label = "old", "new"
    return diff(one, other, options=options)


def text(rows: Rows) -> str:
    return "id,x,y\n" + "".join(f'"{k}",{x},{y}\n' for k, (x, y) in rows.items())


@pytest.mark.parametrize(
    ("spelled", "told"),
    [
        (lambda n: f"{n:05}", ("leading zeros",)),
        (lambda n: f"k{n}", ("case",)),
        (lambda n: f"A {n}", ("white space",)),
        (lambda n: f"0a {n}", ("leading zeros", "case", "white space")),
    ],
)
def test_a_mass_of_keys_spelled_otherwise_is_one_finding(
    tmp_path: Path, spelled: Callable[[int], str], told: tuple[str, ...]
) -> None:
    old = {spelled(n): (str(n), "a") for n in range(300)}
    new = {
        key.replace(" ", "").lstrip("0").upper() or "0": (f"{x}.0", "b" if x == "7" else y)
        for key, (x, y) in old.items()
    }
    found = compared(tmp_path, old, new, LITTLE)
    (keys,) = reformatted_keys((*found.rows, *found.reformatted))
    assert (keys.fields, keys.spellings, keys.rows) == (("id",), told, 300)
    assert [change.fields for change in found.rows] == [("id", "y")]
    assert compared(tmp_path, old, new, DiffOptions(held=1 << 40)) == found


keys = st.sampled_from(["1", "01", "001", "2", "02", "a", "A", "a b", "ab", "AB", "3", "4", "c"])
cells = st.tuples(st.sampled_from(["", "1", "1.0", "2"]), st.sampled_from(["", "p", "q"]))
tables = st.dictionaries(keys, cells, max_size=12)


@settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(old=tables, new=tables, key=st.sampled_from([("id",), ("id", "y")]))
def test_what_is_not_held_is_not_lost(
    tmp_path: Path, old: Rows, new: Rows, key: tuple[str, ...]
) -> None:
    options = DiffOptions(held=0, sorted_in_memory=2)
    found = compared(tmp_path, old, new, options, key)
    assert compared(tmp_path, new, old, options, key).rows == (~found).rows
    plain = {
        side: {tuple(change.row.values()) for change in found.rows if change.kind == side}
        for side in ("added", "removed")
    }
    both = [c for c in (*found.rows, *found.reformatted) if c.before and c.after]
    before = {tuple(c.before.values()) for c in both if c.before} | plain["removed"]
    after = {tuple(c.after.values()) for c in both if c.after} | plain["added"]
    mine, yours = ({(k, *rest) for k, rest in rows.items()} for rows in (old, new))
    assert before == mine - yours
    assert after == yours - mine


@given(
    lists=st.lists(st.lists(st.integers(0, 50))),
    times=st.sampled_from([1, 1, 60]),
    held=st.integers(1, 20) | st.integers(200, 600),
)
def test_what_is_sorted_on_disk_is_sorted(lists: list[list[int]], times: int, held: int) -> None:
    things = [[(n, at) for at, n in enumerate(some * times)] for some in lists]
    with in_order(things, lambda thing: thing[0], held) as found:
        every = [thing for some in found for thing in some]
    every_one = [thing for some in things for thing in some]
    assert every == sorted(every_one, key=lambda thing: thing[0])
    with kept(things) as again:
        for _ in range(2):
            assert [thing for some in again() for thing in some] == every_one
