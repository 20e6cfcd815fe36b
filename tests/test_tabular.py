"""A tabular diff is what daff understands: it patches the older table into the newer one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from clubs import world
from interopwatch import Package, diff, open_package
from interopwatch.errors import FormatError, KeyProblemError
from interopwatch.report.tabular import differing, render
from interopwatch.tables import record
from packages import Made, Spec, package, spec
from patching import lines_of, parsed, patched, patched_as_csv
from small_packages import packages, revisions
from test_formats import HOSTILE, SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from commands import Cli
    from interopwatch import ChangeSet

ROOT: Final = Path(__file__).parents[1]
SHELVES: Final = [*sorted(ROOT.glob("snapshots/*/datapackage.json")), ROOT / "datapackage.json"]
MARKS: Final = (
    "...", "....", "->", "-->", "a->b", "a-", ">b", "!", "@@", "@:@", "+++", "---", "+", ":",
    "(a)", "NULL", "_NULL", "__NULL", "null", "undefined", "None", "_", "_a", " // ", "_ // ", "a",
    "a b", "ab", " ab", "ab ", "␣", "→", "1", "1.0", "01", "1e3", "true", "-5", "=1", "", "  ",
    '"', '"NULL"', "'", "\t", "\n", "\r", "\r\n", "x\ny", "x,y", "NOT_FOUND", "日本",
)  # fmt: skip
NAMES: Final = ("a", "b", "c", "_a", "(a)", "+++", "---", "->", "!", "@@", ":", "a b", "x // y")


def names_of(changes: ChangeSet, new: Package) -> dict[str, str]:
    """The resources of either package, with what the older one calls them."""
    was = (~changes.renames.resources).pairs
    gone = [c.resource for c in changes.schema if not c.field and c.kind == "removed"]
    return {name: was.get(name, name) for name in (*new.descriptor.by_name, *gone)}


def is_patched(old: Package, new: Package) -> Counter[str]:
    """See that daff makes every newer table out of the older one; count how it went."""
    changes = diff(old, new)
    counts: Counter[str] = Counter()
    for name, own in names_of(changes, new).items():
        before, after = lines_of(old, own), lines_of(new, name)
        try:
            patch = render(changes, name, old, new)
        except FormatError:
            counts["refused"] += 1
            continue
        by_lists, by_csv = patched(before, patch), patched_as_csv(before, patch)
        assert by_lists[:1] == after[:1]
        assert sorted(by_lists[1:]) == sorted(after[1:])
        # daff's own reader takes a part of “_NULL” away.
        assert sorted(map(_with_null, by_csv)) == sorted(map(_with_null, after))
        counts["in order" if by_lists == after else "in another order"] += 1
    return counts


def _with_null(line: Sequence[str]) -> list[str]:
    return [re.sub("^_+NULL$", "NULL", cell) for cell in line]


# What daff makes of it


@pytest.mark.parametrize(("old", "new"), [*pairwise(SHELVES)], ids=lambda path: path.parent.name)
def test_daff_patches_every_shipped_table(old: Path, new: Path) -> None:
    a, b = open_package(old), open_package(new)
    for one, other in ((a, b), (b, a)):
        counts = is_patched(one, other)
        assert set(counts) == {"in order"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_daff_patches_the_clubs(scenario: str) -> None:
    old, new = SCENARIOS[scenario]()
    assert is_patched(old, new)["refused"] == is_patched(new, old)["refused"] == 0


@given(packages(), packages())
@settings(deadline=None)
def test_daff_patches_any_package_into_any_other(a: Made, b: Made) -> None:
    try:
        counts = is_patched(a.memory("a"), b.memory("b"))
    except KeyProblemError:
        reject()
    assert counts["refused"] == 0


@given(revisions())
@settings(max_examples=200, deadline=None)
def test_daff_patches_what_was_renamed_and_rekeyed(made: tuple[Made, ...]) -> None:
    a, b, c = (each.memory(name) for each, name in zip(made, "abc", strict=True))
    try:
        counts = is_patched(a, b) + is_patched(b, c) + is_patched(c, a)
    except KeyProblemError:
        reject()
    assert counts["refused"] == 0


@st.composite
def hostile(draw: st.DrawFn) -> tuple[Made, Made]:
    """A table full of what looks like marks, and one that was made of it."""
    header = ["id", *draw(st.permutations(NAMES))[: draw(st.integers(1, 7))]]
    cell = st.sampled_from(MARKS)
    ids = draw(st.lists(cell | st.integers(0, 30).map(str), unique=True, max_size=9))
    rows = [{name: draw(cell) for name in header} | {"id": key} for key in ids]
    kept = [
        {name: draw(cell) if draw(st.integers(0, 5)) == 0 else row[name] for name in header}
        | {"id": row["id"]}
        for row in rows
        if draw(st.integers(0, 5))
    ]
    came = draw(st.lists(cell.filter(lambda key: key not in ids), unique=True, max_size=3))
    kept += [{name: draw(cell) for name in header} | {"id": key} for key in came]
    if draw(st.booleans()):
        kept = draw(st.permutations(kept))
    names = [n for n in header if n == "id" or draw(st.integers(0, 4))]
    if draw(st.integers(0, 3)) == 0:
        names = draw(st.permutations(names))
    for name in draw(st.sampled_from([(), (), ("n",), ("n", "m")])):
        names.insert(draw(st.integers(0, len(names))), name)
        kept = [{**row, name: draw(cell)} for row in kept]
    return _made(header, rows), _made(names, kept)


def _made(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Made:
    text = "".join(map(record, [header, *([row[name] for name in header] for row in rows)]))
    schema: dict[str, Any] = {"fields": [{"name": n} for n in header], "primaryKey": ["id"]}
    return package({"r": Spec(text.encode(), {"schema": schema})})


@given(hostile())
@settings(max_examples=3000, deadline=None)
def test_no_cell_and_no_name_misleads_daff(made: tuple[Made, Made]) -> None:
    old, new = made
    is_patched(old.memory("old"), new.memory("new"))
