"""Every strategy treats a header, and a cell that is too long, in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from interopwatch import diff, open_package
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.compare.strategy import Strategy
from interopwatch.errors import TableError
from interopwatch.loaders.csv import open_csv
from packages import Spec, package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import ChangeSet, Package

ROUTES: Final = {
    "in memory": DiffOptions(in_memory=1 << 40),
    "any": DiffOptions(in_memory=-1),
    "trusted": DiffOptions(in_memory=-1, trust_keys=True),
    **{s.value: DiffOptions(in_memory=-1, strategies=frozenset([s])) for s in Strategy},
}
every_route = pytest.mark.parametrize("options", ROUTES.values(), ids=ROUTES.keys())


def bare(folder: Path, *texts: str) -> list[Package]:
    found = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.csv"
        path.write_text(text)
        found.append(open_csv(path, ("id",), label=path.name))
    return found


def described(folder: Path, *texts: str) -> list[Package]:
    """Return packages whose descriptor states the delimiter, so that it is not detected."""
    said = spec("id,v\n").described
    return [
        package({"table": Spec(text.encode(), said)}).write(folder / str(number))
        for number, text in enumerate(texts)
    ]


def compared(folder: Path, old: str, new: str, options: DiffOptions) -> ChangeSet:
    one, other = bare(folder, old, new)
    return compared_packages(one, other, options)


def compared_packages(one: Package, other: Package, options: DiffOptions) -> ChangeSet:
    found = diff(one, other, options=options)
    counts = count(one, other, options=options)["table"]
    assert (counts.added, counts.changed) == (found.count("added"), found.count("changed"))
    return found


@every_route
@pytest.mark.parametrize("new", ["id,v,v\n1,a,b\n2,a,c\n", "id,v,v\n1,a,b\n2,a,b\n", "id,v,v\n"])
def test_a_column_name_that_stands_twice_is_refused(
    tmp_path: Path, new: str, options: DiffOptions
) -> None:
    old = "id,v,v\n1,a,b\n2,a,b\n"
    with pytest.raises(TableError, match=r"0\.csv:1: the field 'v' stands twice in the header"):
        compared(tmp_path, old, new, options)
    sides = []
    for name, text in (("old", old), ("new", new)):
        fields = [{"name": each, "type": "string"} for each in ("id", "v")]
        made = Spec(text.encode(), {"schema": {"fields": fields, "primaryKey": "id"}})
        sides.append(package({"r": made}).write(tmp_path / name))
    with pytest.raises(TableError, match=r"r\.csv:1: the field 'v' stands twice in the header"):
        diff(sides[0], sides[1], options=options)


@every_route
@pytest.mark.parametrize(
    "header",
    [
        ",".join(f"{'indicator' * 50}_{number:03}" for number in range(150)),  # over 64 KiB
        '"v\nw",x',
        '"v, w","x ""y"""',
    ],
    ids=["wide", "of two lines", "quoted"],
)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_header_is_the_first_record_however_it_is_written(
    tmp_path: Path, header: str, options: DiffOptions, *, is_reversed: bool
) -> None:
    more = "," * (header.count(",") - header.count(", "))
    lines = [f"{number},a{more}\n" for number in range(1, 4)]
    changed = [*lines[:1], f"2,b{more}\n", *lines[2:], f"4,a{more}\n"]
    if is_reversed:
        changed.reverse()
    old, new = ("".join([f"id,{header}\n", *some]) for some in (lines, changed))
    found = compared(tmp_path, old, new, options)
    assert [(c.kind, dict(c.key)) for c in found.rows] == [
        ("changed", {"id": "2"}),
        ("added", {"id": "4"}),
    ]


@every_route
@pytest.mark.parametrize("header", ["id,v", '"id","v"', "id,v\r\n"])
def test_a_header_without_a_line_feed_at_its_end(
    tmp_path: Path, header: str, options: DiffOptions
) -> None:
    assert compared(tmp_path, header, "id,v\n1,a\n", options).count("added") == 1
    assert not compared(tmp_path, header, "id,v\n", options)


@every_route
@pytest.mark.parametrize("header", ["id,v,w", "id", "id,w"])
def test_a_header_that_its_schema_does_not_know_is_refused(
    tmp_path: Path, header: str, options: DiffOptions
) -> None:
    text = header + "\n1" + ",a" * header.count(",") + "\n"
    said = spec("id,v\n").described
    one, other = (
        package({"r": Spec(each.encode(), said)}).write(tmp_path / name)
        for name, each in (("old", "id,v\n1,a\n"), ("new", text))
    )
    for sides in ((one, other), (other, one), (other, other)):
        with pytest.raises(TableError, match=r"r\.csv:1: the header (lacks|also has)"):
            diff(*sides, options=options)


@pytest.fixture(scope="module", params=[("", False), ("", True), ("\n", False), ("\n", True)])
def last_lines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Return a package, in two orders, without a last line, with a long one and a broken one."""
    end, is_reversed = request.param
    folder = tmp_path_factory.mktemp("last_lines")
    lines = ["1,a\n", "2,a\n"]
    old = "".join(["id,v\n", *(reversed(lines) if is_reversed else lines)])
    new = "".join(["id,v\n", *lines])
    # 9 MB, more than the largest buffer of 8; few letters, as CSV is read letter by letter.
    long = "𝄞" * 2_250_000
    described(folder, old, f"{new}3,{long}{end}", f"{new}{long}{end}")
    return folder, long


@every_route
def test_a_last_line_longer_than_any_buffer_is_no_less_a_record(
    last_lines: tuple[Path, str], options: DiffOptions
) -> None:
    folder, long = last_lines
    old, new, broken = (folder / name for name in "012")
    found = compared_packages(open_package(old), open_package(new), options)
    assert [(c.kind, c.row["v"]) for c in found.rows] == [("added", long)]
    with pytest.raises(TableError, match="1 cell, but the header has 2"):
        compared_packages(open_package(old), open_package(broken), options)


@pytest.fixture(scope="module")
def too_long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return packages without a too long cell, with one, and with one before another row."""
    folder = tmp_path_factory.mktemp("too_long")
    for name, quote in (("bare", ""), ("quoted", '"')):
        long = f"id,v\n1,a\n2,{quote}{'x' * ((16 << 20) + 1)}{quote}\n"
        described(folder / name, "id,v\n1,a\n", long, f"{long}3,a\n")
    return folder


@pytest.mark.parametrize(("number", "options"), [*enumerate(ROUTES.values())], ids=ROUTES.keys())
def test_a_cell_that_is_too_long_is_refused(
    too_long: Path, number: int, options: DiffOptions
) -> None:
    # Half of all combinations: each strategy gets each pair of sides, and both forms of the cell.
    for at, sides in enumerate([(0, 1), (1, 0), (1, 2)]):
        folder = too_long / ("bare", "quoted")[(number + at) % 2]
        one, other = (open_package(folder / str(side)) for side in sides)
        with pytest.raises(TableError, match=r"csv:3: a cell has more than 16,777,216 characters"):
            compared_packages(one, other, options)


@every_route
def test_a_long_cell_is_compared(tmp_path: Path, options: DiffOptions) -> None:
    old, new = (f'id,v\n1,a\n2,"{"x" * 200_000}{end}"\n3,b\n' for end in "yz")
    assert compared(tmp_path, old, new, options).count("changed") == 1
