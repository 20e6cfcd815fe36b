"""Whatever the way two tables are compared, the result is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interopwatch import diff
from interopwatch.compare import counting, route, sorting
from interopwatch.compare import resources as comparing
from interopwatch.compare import strategy as differing
from interopwatch.compare.counting import Counts, counts_of
from interopwatch.compare.csvfile import File
from interopwatch.compare.options import Terms
from interopwatch.compare.packages import count
from interopwatch.compare.route import Route, choose
from interopwatch.compare.rows import match
from interopwatch.errors import KeyProblemError, TableError
from packages import Spec, package, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from interopwatch import ChangeSet, Package

TYPES: Final = {"id": "integer", "x": "number", "y": "string"}


def opened(folder: Path, text: str) -> Package:
    return package({"r": spec(text, types=TYPES)}).store(folder).package


def compared(folder: Path, old: str, new: str, *, trust_keys: bool = False) -> ChangeSet:
    one, other = opened(folder / "old", old), opened(folder / "new", new)
    one.label, other.label = "old", "new"
    return diff(one, other, trust_keys=trust_keys)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table counts as large."""
    monkeypatch.setattr(comparing, "SMALL", -1)


def forced(way: Route) -> Callable[..., Route]:
    """The decision for one way, as long as it leads anywhere, and else for the whole match."""

    def choose_it(old: File, new: File, given_up: Collection[Route] = ()) -> Route:
        bare = None not in (old.bare_lines, new.bare_lines)
        possible = way is not Route.LINES or (bare and old.has_form_of(new))
        return way if possible and way not in given_up else Route.MATCH

    return choose_it


def table(rows: dict[int, tuple[str, str]], order: list[int]) -> str:
    lines = "".join(f'{key},{rows[key][0]},"{rows[key][1]}"\n' for key in order)
    return f"id,x,y\n{lines}"


cells = st.tuples(st.sampled_from(["", "1", "1.0", "2"]), st.text("ab\n,é", max_size=3))
rows = st.dictionaries(st.integers(0, 30), cells, max_size=25)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(old=rows, new=rows, data=st.data())
def test_every_route_finds_the_same(
    old: dict[int, tuple[str, str]],
    new: dict[int, tuple[str, str]],
    data: st.DataObject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shuffled = data.draw(st.permutations(sorted(new)))
    texts = table(old, sorted(old)), table(new, data.draw(st.sampled_from([sorted(new), shuffled])))
    monkeypatch.setattr(comparing, "SMALL", 1 << 30)
    expected = compared(tmp_path, *texts)
    monkeypatch.setattr(comparing, "SMALL", -1)
    assert compared(tmp_path, *texts) == expected
    assert compared(tmp_path, *texts, trust_keys=True) == expected
    one, other = (opened(tmp_path / side, text) for side, text in zip("ab", texts, strict=True))
    for trust_keys in (False, True):
        matched = match(one.table("r"), other.table("r"))  # what is counted is matched by key
        assert count(one, other, terms=Terms(trust_keys))["r"] == counts_of([matched])
    for way in (Route.LINES, Route.CELLS):
        monkeypatch.setattr(differing, "choose", forced(way))
        assert compared(tmp_path, *texts) == expected
    monkeypatch.undo()


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("trust_keys", [False, True])
def test_tables_in_another_order_are_counted(tmp_path: Path, *, trust_keys: bool) -> None:
    lines = [f"{key},{key % 7}\n" for key in range(20_000)]
    texts = ("".join(["id,x\n", *lines]), "".join(["id,x\n", *lines[10_000:], *lines[1:10_000]]))
    one, other = (
        package({"r": text}).store(tmp_path / side).package
        for side, text in zip("ab", texts, strict=True)
    )
    assert count(one, other, terms=Terms(trust_keys))["r"] == Counts(0, 1, 0, {})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id,x,y\n1,2,a\n", "id,x,y\n1,2,a\n", Route.SAME),
        ("id,x,y\n1,2,a\n", "id,x,y\n1,2,b\n", Route.SCAN),
        ("id,x,y\r\n1,2,a\r\n", "id,x,y\n1,2,b\n", Route.CELLS),
        ("id,y,x\n1,a,2\n", "id,x,y\n1,2,a\n", Route.CELLS),
    ],
)
def test_the_route(tmp_path: Path, old: str, new: str, expected: Route) -> None:
    one, other = opened(tmp_path / "old", old), opened(tmp_path / "new", new)
    files = [File(p.path("r"), p.resource("r")) for p in (one, other)]
    assert choose(files[0], files[1]) is expected


@pytest.mark.parametrize("kind", ["date", "yearmonth", "any", "string", "integer", "number"])
def test_which_keys_need_not_be_read_to_be_told_apart(tmp_path: Path, kind: str) -> None:
    one, other = (
        package({"r": spec(f"id,x\n{x},1\n", types={"id": kind})}).store(tmp_path / x).package
        for x in "ab"
    )
    old, new = (File(p.path("r"), p.resource("r")) for p in (one, other))
    assert choose(old, new) is (Route.MATCH if kind == "number" else Route.SCAN)


def test_dates_of_another_format_are_other_keys(tmp_path: Path) -> None:
    fields = [{"name": "id", "type": "date", "format": form} for form in ("default", "any")]
    files = []
    for at, field in enumerate(fields):
        text = f"id,x\n2024-01-0{at},1\n"
        schema = {"fields": [field, {"name": "x"}], "primaryKey": ["id"]}
        made = package({"r": Spec(text.encode(), {"schema": schema})}).store(tmp_path / str(at))
        files.append(File(made.package.path("r"), made.package.resource("r")))
    assert choose(files[0], files[1]) is Route.MATCH


def counted(number: int, cell: str, key: str = "{}") -> str:
    """A table of texts in the order of their numbers, some rows left out."""
    lines = (f"{key.format(n)},{n % 7},{cell}\n" for n in range(number) if n % 97 or cell == "a")
    return "".join(["id,x,y\n", *lines])


@pytest.mark.parametrize("held", [50_000, 100])
@pytest.mark.parametrize("key", [("id",), ("x", "id")])
def test_texts_in_the_order_of_their_numbers_are_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, key: tuple[str, ...]
) -> None:
    ways: list[Route] = []

    def seen(old: File, new: File, given_up: Collection[Route] = ()) -> Route:
        ways.append(choose(old, new, given_up))
        return ways[-1]

    monkeypatch.setattr(differing, "choose", seen)
    monkeypatch.setattr(sorting, "_HELD", held)
    texts = [counted(3000, "a"), counted(3000, "b")]
    if key != ("id",):  # two parts, of which the first has few values
        texts = ["".join(sorted(text.splitlines(keepends=True), key=_by_x)) for text in texts]
    one, other = (
        package({"r": spec(text, key=key)}).store(tmp_path / side).package
        for side, text in zip("ab", texts, strict=True)
    )
    monkeypatch.setattr(comparing, "SMALL", 1 << 30)
    expected = diff(one, other), count(one, other)
    monkeypatch.setattr(comparing, "SMALL", -1)
    assert (diff(one, other), count(one, other)) == expected
    assert ways == [Route.SCAN]


def _by_x(line: str) -> tuple[int, ...]:
    number, x, _ = line.split(",")
    return (-1, -1) if x == "x" else (int(x), int(number))


def test_texts_that_are_one_number_are_two_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{n},1,a\n" for n in range(5000)]
    texts = ("".join(["id,x,y\n", *lines]), "".join(["id,x,y\n", *lines, "4999,1,c\n04999,1,b\n"]))
    one, other = (
        package({"r": spec(text)}).store(tmp_path / side).package
        for side, text in zip("ab", texts, strict=True)
    )
    monkeypatch.setattr(comparing, "SMALL", -1)
    with pytest.raises(KeyProblemError, match="id='4999' stands already on line 5001"):
        diff(one, other)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("way", [Route.SAME, Route.SCAN, Route.CELLS])
def test_a_key_that_stands_twice_is_found_in_rows_that_are_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Route
) -> None:
    old = "id,x,y\n1,2,a\n2,2,a\n2,2,a\n"
    new = old if way is Route.SAME else f"{old}3,4,b\n"
    monkeypatch.setattr(differing, "choose", forced(way))
    with pytest.raises(KeyProblemError, match=r"r\.csv.*id='2'"):
        compared(tmp_path, old, new)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("line", ["2,5", "2,5,a,b", '2,5,"a'])
def test_a_record_that_does_not_fit_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(TableError, match=r"r\.csv"):
        compared(tmp_path, "id,x,y\n1,2,a\n", f"id,x,y\n1,2,b\n{line}\n")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("trust_keys", [False, True])
@pytest.mark.parametrize("line", ["1,nope,b", "1,2", "1,2,b,c", '1,2,"b'])
def test_counting_names_a_record_that_does_not_fit(
    tmp_path: Path, line: str, *, trust_keys: bool
) -> None:
    one = opened(tmp_path / "old", "id,x,y\n1,2,a\n")
    other = opened(tmp_path / "new", f"id,x,y\n{line}\n")
    with pytest.raises(TableError, match=r"r\.csv"):
        count(one, other, terms=Terms(trust_keys))


@pytest.mark.usefixtures("large")
def test_line_ends_that_change_within_a_file_are_form(tmp_path: Path) -> None:
    # Beyond what is looked at to tell how a file is written.
    plain = ["id,x,y\n", *(f"{key},1,a\n" for key in range(10_000, 30_000))]
    mixed = [*plain[:-2], *(line.replace("\n", "\r\n") for line in plain[-2:])]
    changes = compared(tmp_path, "".join(plain), "".join(mixed))
    assert (changes.rows, changes.form) == ((), ("r",))
    one, other = (opened(tmp_path / side, "".join(t)) for side, t in (("a", plain), ("b", mixed)))
    assert not count(one, other)["r"]


@pytest.mark.usefixtures("large")
def test_a_record_too_short_for_its_key_is_named(tmp_path: Path) -> None:
    texts = ("id,x\n1,2\n", "id,x\n1\n")
    one, other = (
        package({"r": spec(text, key=("id", "x"))}).store(tmp_path / side).package
        for side, text in zip("ab", texts, strict=True)
    )
    with pytest.raises(TableError, match=r"r\.csv"):
        diff(one, other, trust_keys=True)


@pytest.mark.usefixtures("large")
def test_two_spellings_of_one_key_are_one_key(tmp_path: Path) -> None:
    with pytest.raises(KeyProblemError, match="id='01' stands already on line 2"):
        compared(tmp_path, "id,x,y\n1,2,a\n01,2,a\n", "id,x,y\n1,2,a\n01,2,a\n3,3,c\n")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("order", ["id,x,y\n5,2,a\n1,2,b\n", "id,x,y\n1,2,b\n5,2,a\n"])
def test_form_alone_is_told_of_large_tables_too(tmp_path: Path, order: str) -> None:
    changes = compared(tmp_path, "id,x,y\n1,2,b\n5,2,a\n", order)
    assert not changes
    assert changes.form == (("r",) if order.startswith("id,x,y\n5") else ())


def test_a_small_table_needs_no_engine() -> None:
    assert route.SMALL > 1 << 20


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
    tmp_path: Path, old: str, new: str
) -> None:
    made = [
        package({"r": text}).store(tmp_path / side).package
        for side, text in zip("ab", (old, new), strict=True)
    ]
    one, other = (File(p.path("r"), p.resource("r")) for p in made)
    with pytest.raises(KeyProblemError, match=r"csv:\d: the key id='.' stands already on line \d"):
        counting.count(one, other, Terms())
