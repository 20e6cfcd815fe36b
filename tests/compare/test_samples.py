"""Renames in large tables are recognised from samples of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch import Package, diff
from interopwatch.compare.counts import Counts
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.compare.samples import divisor, sampled
from interopwatch.errors import KeyProblemError
from packages import Unheld, package, spec

if TYPE_CHECKING:
    from pathlib import Path

ROWS: Final = range(10_000, 14_000)
LARGE: Final = DiffOptions(in_memory=-1, whole=10_000, first_rows=50)
"""Every table counts as large, and is only sampled."""


def opened(folder: Path, text: str, key: str = "id", name: str = "r") -> Package:
    return Unheld(package({name: spec(text, key=key)}).write(folder))


def text(header: str, order: range | list[int] = ROWS, changed: int = 0) -> str:
    lines = (f"{n},name {n % 3999},{'x' if n == changed else n % 7}\n" for n in order)
    return "".join([f"{header}\n", *lines])


@pytest.mark.parametrize("order", [ROWS, list(reversed(ROWS))])
@pytest.mark.parametrize(
    ("header", "renamed"),
    [
        ("id,full_name,x", ("full_name",)),
        ("code,name,x", ("code",)),
        ("code,full_name,x", ("code", "full_name")),
        ("id,x,name", ("name", "x")),
    ],
)
def test_fields_of_large_tables_that_were_renamed(
    tmp_path: Path, header: str, renamed: tuple[str, ...], order: range | list[int]
) -> None:
    old = opened(tmp_path / "old", text("id,name,x"))
    new = opened(tmp_path / "new", text(header, order, 12_345), header.partition(",")[0])
    found = diff(old, new, options=LARGE)
    if header == "id,x,name":  # no name was added or removed: the cells changed places
        assert found.count("changed") == len(ROWS)
        return
    assert [c.field for c in found.schema if c.kind == "renamed"] == sorted(renamed)
    (change,) = found.rows
    assert dict(change.key) == {header.partition(",")[0]: "12345"}
    assert change.fields == ("x",)
    assert count(old, new, options=LARGE)["r"] == Counts(0, 0, 1, {"x": 1})


def test_what_is_wrong_with_a_renamed_table_is_told_in_its_own_place(tmp_path: Path) -> None:
    old = opened(tmp_path / "old", text("id,name,x") + "10007,twice,1\n")
    new = opened(tmp_path / "new", text("id,full_name,x"))
    with pytest.raises(KeyProblemError, match=r"r\.csv:4002: the key id='10007' is already used"):
        diff(old, new, options=LARGE)


def test_a_large_table_that_was_renamed(tmp_path: Path) -> None:
    old = opened(tmp_path / "old", text("id,name,x"))
    new = opened(tmp_path / "new", text("id,name,x", changed=12_345), name="s")
    found = diff(old, new, options=LARGE)
    assert [(c.resource, c.kind) for c in found.schema] == [("s", "renamed")]
    assert [(c.resource, dict(c.key)) for c in found.rows] == [("s", {"id": "12345"})]


def test_small_tables_are_looked_at_as_a_whole() -> None:
    assert divisor([], 100) == divisor([0, 100], 100) == 1
    assert divisor([0, 101], 100) == 2


@given(
    one=st.lists(st.text(max_size=2)), other=st.lists(st.text(max_size=2)), one_in=st.integers(1, 5)
)
def test_a_row_is_in_both_samples_or_in_neither(
    one: list[str], other: list[str], one_in: int
) -> None:
    mine, yours = (
        [row["k"] for row in sampled([{"k": k} for k in keys], ["k"], one_in)]
        for keys in (one, other)
    )
    assert set(mine) & set(other) == set(yours) & set(one)
    if one_in == 1:
        assert (mine, yours) == (one, other)
