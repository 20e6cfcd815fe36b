"""The result of a comparison does not depend on the strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from interopwatch import diff
from interopwatch.compare.counts import Counts, counts_of
from interopwatch.compare.csvfile import CsvFile
from interopwatch.compare.match import match
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.compare.strategy import Strategy, choose
from interopwatch.errors import KeyProblemError, TableError
from packages import Made, Spec, Unheld, package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import ChangeSet, Package

TYPES: Final = {"id": "integer", "x": "number", "y": "string"}
SMALL: Final = DiffOptions(in_memory=1 << 40)
LARGE: Final = DiffOptions(in_memory=-1)
TRUSTED: Final = DiffOptions(trust_keys=True, in_memory=-1)


def only(*strategies: Strategy) -> DiffOptions:
    """Return options by which every table counts as large, for these strategies or matching."""
    return replace(LARGE, strategies=frozenset(strategies))


def opened(folder: Path, text: str) -> Package:
    return package({"r": spec(text, types=TYPES)}).write(folder, folder.name)


def compared(folder: Path, old: str, new: str, options: DiffOptions) -> ChangeSet:
    return diff(opened(folder / "old", old), opened(folder / "new", new), options=options)


def written(folder: Path, old: Made | Spec, new: Made | Spec) -> tuple[Package, Package]:
    one, other = (
        (side if isinstance(side, Made) else package({"r": side})).write(folder / name, name)
        for name, side in (("old", old), ("new", new))
    )
    return one, other


def files(sides: tuple[Package, Package]) -> tuple[CsvFile, CsvFile]:
    old, new = (CsvFile(side.path("r"), side.resource("r")) for side in sides)
    return old, new


def table(rows: dict[int, tuple[str, str]], order: list[int]) -> str:
    lines = "".join(f'{key},{rows[key][0]},"{rows[key][1]}"\n' for key in order)
    return f"id,x,y\n{lines}"


cells = st.tuples(st.sampled_from(["", "1", "1.0", "2"]), st.text("ab\n,é", max_size=3))
rows = st.dictionaries(st.integers(0, 30), cells, max_size=25)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(old=rows, new=rows, data=st.data())
def test_every_strategy_finds_the_same(
    old: dict[int, tuple[str, str]],
    new: dict[int, tuple[str, str]],
    data: st.DataObject,
    tmp_path: Path,
) -> None:
    shuffled = data.draw(st.permutations(sorted(new)))
    texts = table(old, sorted(old)), table(new, data.draw(st.sampled_from([sorted(new), shuffled])))
    expected = compared(tmp_path, *texts, SMALL)
    for options in (LARGE, TRUSTED, only(Strategy.JOIN_CELLS), only(Strategy.JOIN_LINES)):
        assert compared(tmp_path, *texts, options) == expected
    one, other = (opened(tmp_path / side, text) for side, text in zip("ab", texts, strict=True))
    matched = match(one.table("r"), other.table("r"))  # counted rows are matched by key
    for options in (LARGE, TRUSTED):
        assert count(one, other, options=options)["r"] == counts_of([matched])


@pytest.mark.parametrize("options", [LARGE, TRUSTED])
def test_tables_in_another_order_are_counted(tmp_path: Path, options: DiffOptions) -> None:
    lines = [f"{key},{key % 7}\n" for key in range(20_000)]
    texts = ("".join(["id,x\n", *lines]), "".join(["id,x\n", *lines[10_000:], *lines[1:10_000]]))
    one, other = written(tmp_path, *map(spec, texts))
    assert count(one, other, options=options)["r"] == Counts(0, 1, 0, {})


def test_a_row_that_only_moved_is_one_row_where_keys_are_trusted(tmp_path: Path) -> None:
    # Beyond the sample that detects the order of a file.
    first = [f"{key:06},{'x' * 40}\n" for key in range(3000)]
    ends = ("004000,a\n005000,a\n003500,a\n", "005000,a\n003500,a\n004000,b\n")
    texts = ("".join(["id,x\n", *first, end, "006000,a\n"]) for end in ends)
    one, other = written(tmp_path, *map(spec, texts))
    assert count(one, other, options=TRUSTED)["r"] == Counts(0, 0, 1, {"x": 1})
    (change,) = diff(one, other, options=TRUSTED).rows
    assert (change.before, change.after) == (
        {"id": "004000", "x": "a"},
        {"id": "004000", "x": "b"},
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id,x,y\n1,2,a\n", "id,x,y\n1,2,a\n", Strategy.EQUAL),
        ("id,x,y\n1,2,a\n", "id,x,y\n1,2,b\n", Strategy.SCAN),
        ("id,x,y\r\n1,2,a\r\n", "id,x,y\n1,2,b\n", Strategy.JOIN_CELLS),
        ("id,y,x\n1,a,2\n", "id,x,y\n1,2,a\n", Strategy.JOIN_CELLS),
    ],
)
def test_the_quickest_strategy_that_may_work_is_chosen(
    tmp_path: Path, old: str, new: str, expected: Strategy
) -> None:
    sides = files((opened(tmp_path / "old", old), opened(tmp_path / "new", new)))
    assert choose(*sides) is expected


def test_what_was_given_up_is_not_chosen_again(tmp_path: Path) -> None:
    texts = "id,x,y\n1,2,a\n", "id,x,y\n1,2,b\n"
    sides = files(written(tmp_path, *map(spec, texts)))
    seen: list[Strategy] = []
    while Strategy.MATCH not in seen:
        seen.append(choose(*sides, seen))
    assert seen == [Strategy.SCAN, Strategy.JOIN_LINES, Strategy.JOIN_CELLS, Strategy.MATCH]


@pytest.mark.parametrize("kind", ["date", "yearmonth", "any", "string", "integer", "number"])
def test_which_keys_need_not_be_read_to_be_told_apart(tmp_path: Path, kind: str) -> None:
    one, other = (spec(f"id,x\n{x},1\n", types={"id": kind}) for x in "ab")
    strategy = choose(*files(written(tmp_path, one, other)))
    assert strategy is (Strategy.MATCH if kind == "number" else Strategy.SCAN)


def test_dates_of_another_format_are_other_keys(tmp_path: Path) -> None:
    made = []
    for at, form in enumerate(("default", "any")):
        fields = [{"name": "id", "type": "date", "format": form}, {"name": "x"}]
        text = f"id,x\n2024-01-0{at},1\n"
        made.append(Spec(text.encode(), {"schema": {"fields": fields, "primaryKey": ["id"]}}))
    assert choose(*files(written(tmp_path, *made))) is Strategy.MATCH


def in_order_of_numbers(number: int, cell: str) -> str:
    """Return a table of texts in the order of their numbers, with some rows left out."""
    lines = (f"{n},{n % 7},{cell}\n" for n in range(number) if n % 97 or cell == "a")
    return "".join(["id,x,y\n", *lines])


@pytest.mark.parametrize("sorted_in_memory", [20_000, 100])
@pytest.mark.parametrize("key", [("id",), ("x", "id")])
@pytest.mark.parametrize("workers", [1, 3])
def test_texts_in_the_order_of_their_numbers_are_scanned(
    tmp_path: Path, key: tuple[str, ...], sorted_in_memory: int, workers: int
) -> None:
    texts = [in_order_of_numbers(3000, cell) for cell in "ab"]
    if key != ("id",):  # two parts, the first of which has few values
        texts = ["".join(sorted(text.splitlines(keepends=True), key=_by_x)) for text in texts]
    one, other = written(tmp_path, *(spec(text, key=key) for text in texts))
    expected = diff(one, other, options=SMALL), count(one, other, options=SMALL)
    options = replace(
        only(Strategy.SCAN), sorted_in_memory=sorted_in_memory, workers=workers, held=10
    )
    sides = Unheld(one), Unheld(other)
    assert (diff(*sides, options=options), count(*sides, options=options)) == expected


def _by_x(line: str) -> tuple[int, ...]:
    number, x, _ = line.split(",")
    return (-1, -1) if x == "x" else (int(x), int(number))


def test_texts_that_are_one_number_are_two_keys(tmp_path: Path) -> None:
    lines = [f"{n},1,a\n" for n in range(5000)]
    texts = ("".join(["id,x,y\n", *lines]), "".join(["id,x,y\n", *lines, "4999,1,c\n04999,1,b\n"]))
    sides = written(tmp_path, *map(spec, texts))
    with pytest.raises(KeyProblemError, match="id='4999' is already used on line 5001"):
        diff(*sides, options=LARGE)


@pytest.mark.parametrize("strategy", [Strategy.EQUAL, Strategy.SCAN, Strategy.JOIN_CELLS])
def test_a_key_that_stands_twice_is_found_in_rows_that_are_shared(
    tmp_path: Path, strategy: Strategy
) -> None:
    old = "id,x,y\n1,2,a\n2,2,a\n2,2,a\n"
    new = old if strategy is Strategy.EQUAL else f"{old}3,4,b\n"
    with pytest.raises(KeyProblemError, match=r"r\.csv.*id='2'"):
        compared(tmp_path, old, new, only(strategy))


@pytest.mark.parametrize("line", ["2,5", "2,5,a,b", '2,5,"a'])
def test_a_record_that_does_not_fit_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(TableError, match=r"r\.csv"):
        compared(tmp_path, "id,x,y\n1,2,a\n", f"id,x,y\n1,2,b\n{line}\n", LARGE)


@pytest.mark.parametrize("options", [LARGE, TRUSTED])
@pytest.mark.parametrize("line", ["1,nope,b", "1,2", "1,2,b,c", '1,2,"b'])
def test_counting_names_a_record_that_does_not_fit(
    tmp_path: Path, line: str, options: DiffOptions
) -> None:
    one = opened(tmp_path / "old", "id,x,y\n1,2,a\n")
    other = opened(tmp_path / "new", f"id,x,y\n{line}\n")
    with pytest.raises(TableError, match=r"r\.csv"):
        count(one, other, options=options)


def test_line_ends_that_change_within_a_file_are_form(tmp_path: Path) -> None:
    # Beyond the sample that detects how a file is written.
    plain = ["id,x,y\n", *(f"{key},1,a\n" for key in range(10_000, 30_000))]
    mixed = [*plain[:-2], *(line.replace("\n", "\r\n") for line in plain[-2:])]
    one, other = (opened(tmp_path / side, "".join(t)) for side, t in (("a", plain), ("b", mixed)))
    changes = diff(one, other, options=LARGE)
    assert (changes.rows, changes.form) == ((), ("r",))
    assert not count(one, other, options=LARGE)["r"]


def test_a_record_too_short_for_its_key_is_named(tmp_path: Path) -> None:
    sides = written(tmp_path, *(spec(t, key=("id", "x")) for t in ("id,x\n1,2\n", "id,x\n1\n")))
    with pytest.raises(TableError, match=r"r\.csv"):
        diff(*sides, options=TRUSTED)


def test_two_spellings_of_one_key_are_one_key(tmp_path: Path) -> None:
    with pytest.raises(KeyProblemError, match="id='01' is already used on line 2"):
        compared(tmp_path, "id,x,y\n1,2,a\n01,2,a\n", "id,x,y\n1,2,a\n01,2,a\n3,3,c\n", LARGE)


@pytest.mark.parametrize("order", ["id,x,y\n5,2,a\n1,2,b\n", "id,x,y\n1,2,b\n5,2,a\n"])
def test_form_alone_is_told_of_large_tables_too(tmp_path: Path, order: str) -> None:
    changes = compared(tmp_path, "id,x,y\n1,2,b\n5,2,a\n", order, LARGE)
    assert not changes
    assert changes.form == (("r",) if order.startswith("id,x,y\n5") else ())


def test_small_tables_need_no_engine_by_default() -> None:
    assert DiffOptions().in_memory > 1 << 20


@pytest.mark.parametrize("strategies", [set(Strategy), {Strategy.JOIN_CELLS}])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id,x\nb,1\na,1\nb,1\n", "id,x\nb,1\na,1\n"),  # in one of two that share it
        ("id,x\nb,1\na,1\n", "id,x\na,1\nb,1\na,2\n"),
        ("id,x\nb,1\na,1\nb,2\n", "id,x\nb,1\nb,2\na,1\n"),  # in both
        ("id,x\nb,1\na,1\nb,2\n", "id,x\na,1\n"),  # in one, and not in the other at all
        ("id,x\na,1\n", "id,x\nc,1\na,1\nc,1\n"),
    ],
)
def test_the_engine_finds_a_key_that_stands_twice_while_it_counts(
    tmp_path: Path, old: str, new: str, strategies: set[Strategy]
) -> None:
    one, other = written(tmp_path, spec(old), spec(new))
    with pytest.raises(KeyProblemError, match=r"csv:\d: the key id='.' is already used on line \d"):
        count(Unheld(one), Unheld(other), options=only(*strategies))


@pytest.mark.parametrize("strategy", [Strategy.JOIN_LINES, Strategy.JOIN_CELLS])
def test_tables_in_another_order_are_compared_without_holding_them(
    tmp_path: Path, strategy: Strategy
) -> None:
    one, other = written(tmp_path, spec("id,x\nb,1\na,1\nc,1\n"), spec("id,x\na,2\nd,1\nb,1\n"))
    found = count(Unheld(one), Unheld(other), options=only(strategy))
    assert found["r"] == Counts(1, 1, 1, {"x": 1})


@pytest.mark.parametrize("others", ["", "\x02\x03", "".join(map(chr, {*range(1, 32)} - {10, 13}))])
def test_cells_with_bytes_that_hardly_any_text_has_are_told_apart(
    tmp_path: Path, others: str
) -> None:
    old = f'id,x,y\nb,p\x01,q\na,"{others}",\x01\nc,\x01,\n'
    new = f'id,x,y\nc,,\x01\nb,p,\x01q\na,"{others}",\x01\n'
    changes = diff(*written(tmp_path, spec(old), spec(new)), options=only(Strategy.JOIN_CELLS))
    assert [(c.key["id"], c.before, c.after) for c in changes.rows] == [
        ("b", {"id": "b", "x": "p\x01", "y": "q"}, {"id": "b", "x": "p", "y": "\x01q"}),
        ("c", {"id": "c", "x": "\x01", "y": ""}, {"id": "c", "x": "", "y": "\x01"}),
    ]


@pytest.mark.parametrize("blank", ["\n", "\n\n"])
@pytest.mark.parametrize("key", [("id",), ("id", "x")])
def test_blank_lines_are_no_rows_in_any_order(
    tmp_path: Path, blank: str, key: tuple[str, ...]
) -> None:
    old, new = f"id,x\nb,1\n{blank}a,1\n", "id,x\na,1\nb,1\n"
    for name, texts in (("one", (old, new)), ("both", (old, f"{new}{blank}"))):
        sides = written(tmp_path / name, *(spec(text, key=key) for text in texts))
        assert not diff(*sides, options=LARGE).rows
