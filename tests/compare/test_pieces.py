"""Two files compared piece by piece, in several processes, are two files compared."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interopwatch import diff
from interopwatch.compare import helper, helping, pieces, side_by_side
from interopwatch.compare import resources as comparing
from interopwatch.compare.comparing import (
    COUNTS,
    KEYS,
    PAIRS,
    Outcome,
    Work,
    compare,
    outcome_in,
    pairs_in,
)
from interopwatch.compare.options import Terms
from interopwatch.compare.packages import count
from interopwatch.compare.pieces import Part, Piece, cut
from interopwatch.compare.records import Torn
from interopwatch.compare.rising import NotRising
from interopwatch.compare.route import NotThisWay
from interopwatch.errors import KeyProblemError
from interopwatch.package.descriptor import Field, Resource
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from interopwatch import Package
    from interopwatch.compare.records import Pair

HEADER = ("k", "x")


def whole(folder: Path, old: bytes, new: bytes) -> Piece:
    """Two files without headers."""

    def part(name: str, content: bytes) -> Part:
        path = folder / name
        path.write_bytes(content)
        return Part(str(path), 0, len(content))

    return Piece(part("old", old), part("new", new), HEADER, ("k",), (True,))


def lines(keys: Sequence[int], cell: str = "a") -> bytes:
    return "".join(f"{key},{cell}\n" for key in keys).encode()


def found(piece: Piece) -> list[Pair]:
    out = io.BytesIO()
    compare(Work(piece, PAIRS, trust_keys=False), out, lambda _: None)
    return [pair for pairs in pairs_in(out) for pair in pairs]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    old=st.sets(st.integers(-5, 2000), max_size=300),
    new=st.sets(st.integers(-5, 2000), max_size=300),
    number=st.integers(1, 6),
    cell=st.sampled_from(["a", "long " * 9, '"b\nc"', '"d\n5,e\n"', '"f\n\n\n\ng"']),
    end=st.sampled_from([b"\n", b""]),
    look=st.sampled_from([40, 1 << 16]),
)
def test_pieces_hold_what_the_whole_holds(
    tmp_path: Path, old: set[int], new: set[int], number: int, cell: str, end: bytes, look: int
) -> None:
    contents = (lines(sorted(old), cell), lines(sorted(new), cell[::-1]))
    piece = whole(tmp_path, *(content.removesuffix(b"\n") + end for content in contents))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_LOOK", look)
        patch.setattr(pieces, "_TRIES", 2 if look == 40 else 64)
        made = cut(piece, number)
    assert len(made) <= number
    for side in ("old", "new"):
        parts = [getattr(each, side) for each in made]
        assert [part.begin for part in parts[1:]] == [part.end for part in parts[:-1]]
        assert (parts[0].begin, parts[-1].end) == getattr(piece, side)[1:3]
        assert [part.is_cut for part in parts] == [part.end < parts[-1].end for part in parts]
    try:
        each = [pair for one in made for pair in found(one)]
    except Torn:
        assert "\n" in cell  # what looked like a record was none
        return
    assert each == found(piece)


def test_a_file_is_cut_in_halves_of_about_one_size(tmp_path: Path) -> None:
    piece = whole(tmp_path, lines(range(100_000)), lines(range(0, 100_000, 2)))
    sizes = [each.old.end - each.old.begin for each in cut(piece, 2)]
    assert len(sizes) == 2
    assert abs(sizes[0] - sizes[1]) < 100
    (_, one), (_, other) = ((p.old, p.new) for p in cut(piece, 2))
    assert one.end < other.end  # half as many rows, up to the same key
    records = [(tmp_path / side).read_bytes() for side in ("old", "new")]
    first, second = cut(piece, 2)
    key = records[0][second.old.begin :].partition(b",")[0]
    after = records[1][second.new.begin :].partition(b",")[0]
    before = records[1][: second.new.begin].splitlines()[-1].partition(b",")[0]
    assert int(before) < int(key) <= int(after)
    assert first.old.end == second.old.begin


@pytest.mark.parametrize("content", [b"", b"1,a\n", b"x,a\n" * 9, b"no comma\n" * 9])
def test_what_cannot_be_cut_is_one_piece(tmp_path: Path, content: bytes) -> None:
    piece = whole(tmp_path, content, content)
    assert [each._replace(old=piece.old, new=piece.new) for each in cut(piece, 3)] == [piece]


def test_work_can_be_packed(tmp_path: Path) -> None:
    work = Work(whole(tmp_path, b"", b""), COUNTS, trust_keys=True, resources=b"x")
    assert Work.unpacked(work.packed()) == work


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"1,a\n2,a\n", b"1,a\n2,b\n", 0),
        (b"2,a\n1,a\n", b"2,a\n1,b\n", helper.NOT_THIS_WAY),
        (b"1,a\n2,a\n", b"1,a\nx,b\n", helper.NOT_THIS_WAY),
        (b"1,a\n2,a\n", b'1,a\n2,"b\n', helper.TORN),
    ],
)
@pytest.mark.parametrize("find", [PAIRS, COUNTS, KEYS])
@pytest.mark.parametrize("is_typed", [False, True])
def test_a_helper_finds_what_is_found_here(
    tmp_path: Path, old: bytes, new: bytes, status: int, find: str, *, is_typed: bool
) -> None:
    fields = (Field("k", "integer"), Field("x", "string" if status else "any"))
    resource = Resource("r", "r.csv", fields, ("k",))
    resources = pickle.dumps((resource, resource)) if is_typed else b""
    work = Work(whole(tmp_path, old, new), find, trust_keys=False, resources=resources)
    if find == KEYS and new.endswith((b"x,b\n", b'"b\n')):
        status = 0  # it looks at the older file only
    with helping.Helper(work) as one:
        assert one._process is not None
        assert one._process.wait() == status
        if not status:
            out = io.BytesIO()
            compare(work, out, lambda _: None)
            one.found.seek(0)
            assert one.found.read() == out.getvalue()


def test_a_helper_ends_with_its_parent(tmp_path: Path) -> None:
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    part = Part(str(fifo), 0, 9)
    packed = Work(Piece(part, part, HEADER, ("k",), (True,)), PAIRS, trust_keys=False).packed()
    command = [sys.executable, "-I", "-S", helper.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as run:
        assert run.stdin is not None
        run.stdin.write(len(packed).to_bytes(helper.LENGTH) + packed)
        run.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(0.3)  # it waits for a file that nobody writes
        run.stdin.close()
        assert run.wait(10) == 1


def test_a_helper_loads_little() -> None:
    code = (
        "import sys, runpy\n"
        "try: runpy.run_path(sys.argv[1])['main']()\n"
        "except (ValueError, EOFError): pass\n"
        "print(*sorted(n for n in sys.modules if n.partition('.')[0] in "
        "('interopwatch', 'dataclasses', 'click', 'duckdb', 'json')))"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", code, helper.__file__],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    names = run.stdout.split()
    assert "interopwatch.compare.scan" in names
    assert all(name.startswith("interopwatch") for name in names)
    assert len(names) < 15


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> list[Piece]:
    """Every table counts as large, and as worth three processes; the pieces it is cut into."""
    monkeypatch.setattr(comparing, "SMALL", -1)
    monkeypatch.setattr(side_by_side, "processes", lambda _: 3)
    made: list[Piece] = []

    def cut_here(piece: Piece, number: int) -> list[Piece]:
        made[:] = cut(piece, number)
        return made

    def compare_it(*_: object) -> None:
        raise AssertionError("a helper failed")

    monkeypatch.setattr(side_by_side, "cut", cut_here)
    monkeypatch.setattr(helping, "compare", compare_it)
    return made


def sides(folder: Path, old: str, new: str) -> tuple[Package, Package]:
    types = {"id": "integer", "x": "number", "y": "string"}
    one, other = (
        package({"r": spec(text, types=types)}).store(folder / side).package
        for side, text in (("old", old), ("new", new))
    )
    return one, other


def table(number: int, *, cell: str = "a", every: int = 1) -> str:
    return "id,x,y\n" + "".join(f"{n},1.0,{cell}\n" for n in range(0, number, every))


@pytest.mark.parametrize("trust_keys", [False, True])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (table(3000), table(3000, every=3)),
        (table(3000), table(3000).replace("1.0", "1")),
        (table(3000), table(3000, cell='"b\n7,1,c"')),
        (table(3000), table(3000).replace("5,1.0", "5,2")),
        (table(0), table(3000)),
    ],
)
def test_helpers_make_no_difference(
    tmp_path: Path, helped: list[Piece], old: str, new: str, *, trust_keys: bool
) -> None:
    one, other = sides(tmp_path, old, new)
    changes, counts = diff(one, other, trust_keys=trust_keys), count(one, other)
    assert (len(helped) > 1) is (old != table(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "SMALL", 1 << 30)
        assert changes == diff(*sides(tmp_path, old, new))
        assert counts == count(*sides(tmp_path, old, new))


@pytest.mark.usefixtures("helped")
@pytest.mark.parametrize("place", [1, 1000, 2999])
def test_a_key_that_stands_twice_is_found_in_any_piece(tmp_path: Path, place: int) -> None:
    lines = table(3000).splitlines(keepends=True)
    new = "".join([*lines[: place + 1], f"{place},2.0,b\n", *lines[place + 1 :]])
    with pytest.raises(KeyProblemError, match="stands already"):
        diff(*sides(tmp_path, table(3000), new))


def test_a_helper_that_fails_is_done_without(
    tmp_path: Path, helped: list[Piece], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = table(3000), table(3000).replace("5,1.0", "5,2")
    expected = diff(*sides(tmp_path, old, new))
    assert len(helped) == 3
    monkeypatch.setattr(helping, "compare", compare)
    for python in ("/nowhere/python", "false"):
        monkeypatch.setattr(sys, "executable", python)
        assert diff(*sides(tmp_path, old, new)) == expected


def test_helpers_end_with_what_they_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[helping.Helper] = []

    class Seen(helping.Helper):
        def __init__(self, work: Work) -> None:
            super().__init__(work)
            started.append(self)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(comparing, "SMALL", -1)
    monkeypatch.setattr(side_by_side, "processes", lambda _: 2)
    monkeypatch.setattr(side_by_side, "Helper", Seen)
    monkeypatch.setattr(side_by_side, "compare", interrupted)
    with pytest.raises(KeyboardInterrupt):
        count(*sides(tmp_path, table(3000), table(3000, cell="b")), terms=Terms())
    (one,) = started
    assert one.found.closed
    assert one._process is not None
    assert one._process.returncode is not None


def test_pieces_that_do_not_follow_on_each_other_are_refused() -> None:
    outcomes = [Outcome(edges, None) for edges in ((1, 5), None, (5, 9))]
    with pytest.raises(NotThisWay):
        side_by_side._check_order(outcomes)
    side_by_side._check_order(outcomes[:2])


def test_only_keys_can_be_looked_at(tmp_path: Path) -> None:
    out = io.BytesIO()
    compare(
        Work(whole(tmp_path, lines(range(9)), b""), KEYS, trust_keys=False), out, lambda _: None
    )
    assert outcome_in(out).edges == (0, 8)
    with pytest.raises(NotRising):
        compare(Work(whole(tmp_path, lines([1, 1]), b""), KEYS, trust_keys=False), out, print)


def test_few_bytes_need_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "processors", lambda: 8)
    assert helping.processes(1 << 20) == 1
    assert helping.processes(1 << 40) > 1
    monkeypatch.setattr(helping, "processors", lambda: 1)
    assert helping.processes(1 << 40) == 1
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert helping.processes(1 << 40) == 1


def test_a_place_is_looked_for_among_records_only(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b'1,"a\nb\nc"\n2,d\n')
    with path.open("rb") as file:
        assert pieces._record(file, 1, 99, 2) == (10, b"2,d")
        assert pieces._record(file, 1, 9, 2) is None


@pytest.mark.parametrize("place", [0, 7, 4999, 9998, 20_000])
def test_the_first_record_that_does_not_sort_before_a_place(tmp_path: Path, place: int) -> None:
    content = lines(range(0, 10_000, 2))
    path = tmp_path / "f"
    path.write_bytes(content)
    part = Part(str(path), 0, len(content))
    keys = whole(tmp_path, b"", b"").keys
    with path.open("rb") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_LOOK", 64)
        found = pieces._lowest(file, part, place, keys.place, 2)
    rest = lines(range(place + place % 2, 10_000, 2))
    assert found == len(content) - len(rest)
