"""Files scanned by several processes are files scanned, whatever becomes of these processes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import contextmanager
from shutil import which
from typing import IO, TYPE_CHECKING, Any, Final

import pytest
from msgspec.structs import replace

from interopwatch import diff
from interopwatch.compare import worker
from interopwatch.compare.batches import LENGTH
from interopwatch.compare.chunks import Chunk, Span
from interopwatch.compare.csvfile import CsvFile
from interopwatch.compare.fallback import Fallback, SplitRecord
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.compare.parallel import scanned, workers
from interopwatch.compare.worker import Work, compare
from interopwatch.errors import KeyProblemError
from packages import Unheld, package, spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from interopwatch import Package

    Worker = subprocess.Popen[bytes]

SMALL: Final = DiffOptions(in_memory=1 << 40)
SCANNED: Final = DiffOptions(in_memory=-1, workers=3, strategies=frozenset({"scan"}))
TRUSTED: Final = DiffOptions(
    trust_keys=True, in_memory=-1, workers=3, strategies=frozenset({"scan"})
)


class Started:
    """The processes that were started."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def statuses(self) -> list[int | None]:
        return [process.returncode for process in self.processes]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """What is started while a test runs."""
    seen = Started()

    class Seen(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Popen's
            super().__init__(*arguments, **options)
            seen.processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    return seen


def sides(folder: Path, old: str, new: str) -> tuple[Package, Package]:
    types = {"id": "integer", "x": "number", "y": "string"}
    one, other = (
        package({"r": spec(text, types=types)}).write(folder / side, side)
        for side, text in (("old", old), ("new", new))
    )
    return one, other


def unheld(folder: Path, old: str, new: str) -> tuple[Package, Package]:
    one, other = sides(folder, old, new)
    return Unheld(one), Unheld(other)


def table(number: int, *, cell: str = "a", every: int = 1) -> str:
    return "id,x,y\n" + "".join(f"{n},1.0,{cell}\n" for n in range(0, number, every))


def chunk(folder: Path, old: bytes, new: bytes) -> Chunk:
    def span(name: str, content: bytes) -> Span:
        (folder / name).write_bytes(content)
        return Span(str(folder / name), 0, len(content))

    return Chunk(span("old", old), span("new", new), ("k", "x"), ("k",), (True,))


@contextmanager
def running(work: Work, out: int | IO[bytes] = subprocess.DEVNULL) -> Iterator[Worker]:
    """A worker that was told what to do, and whose parent still runs."""
    command = [sys.executable, "-I", "-S", worker.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out) as run:
        assert run.stdin is not None
        packed = worker.packed(work)
        run.stdin.write(len(packed).to_bytes(LENGTH) + packed)
        run.stdin.flush()
        yield run


def test_a_worker_finds_what_is_found_here(tmp_path: Path) -> None:
    both = chunk(tmp_path, b'1,a\n2,"a\nb"\n4,a\n', b"1,a\n2,b\n3,a\n")
    for work in (Work(both, trust_keys=False), Work(both, trust_keys=True, only_keys=True)):
        out = io.BytesIO()
        compare(work, out, lambda _: None)
        path = tmp_path / "found"
        with path.open("wb") as file, running(work, file) as run:
            assert run.wait(10) == 0
        assert path.read_bytes() == out.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "error", "status"),
    [
        (b"2,a\n1,a\n", b"2,a\n1,b\n", Fallback, worker.FALLBACK),
        (b"1,a\n2,a\n", b"1,a\nx,b\n", Fallback, worker.FALLBACK),
        (b"1,a\n2,a\n", b'1,a\n2,"b\n', SplitRecord, worker.SPLIT_RECORD),
    ],
)
def test_a_worker_tells_why_it_cannot_scan(
    tmp_path: Path, old: bytes, new: bytes, error: type[Fallback], status: int
) -> None:
    work = Work(chunk(tmp_path, old, new), trust_keys=False)
    with pytest.raises(Fallback) as caught:
        compare(work, io.BytesIO(), lambda _: None)
    assert caught.type is error
    with running(work) as run:
        assert run.wait(10) == status


def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    span = Span(str(fifo), 0, 9)
    work = Work(Chunk(span, span, ("k", "x"), ("k",), (True,)), trust_keys=False)
    with running(work) as run:
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(0.3)  # it waits for a file that nobody writes
        assert run.stdin is not None
        run.stdin.close()
        assert run.wait(10) == 1


def test_a_worker_loads_little() -> None:
    code = (
        "import sys, runpy\n"
        "try: runpy.run_path(sys.argv[1])['_main']()\n"
        "except (ValueError, EOFError): pass\n"
        "print(*sorted(n for n in sys.modules if n.partition('.')[0] in "
        "('interopwatch', 'dataclasses', 'click', 'duckdb', 'json')))"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", code, worker.__file__],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    names = run.stdout.split()
    assert "interopwatch.compare.chunks" in names
    assert all(name.startswith("interopwatch") for name in names)
    assert len(names) < 10


@pytest.mark.parametrize("options", [SCANNED, TRUSTED])
@pytest.mark.parametrize(
    ("old", "new", "statuses"),
    [
        (table(3000), table(3000, every=3), [0, 0]),
        (table(3000), table(3000).replace("1.0", "1"), [0, 0]),
        (table(3000), table(3000).replace("5,1.0", "5,2"), [0, 0]),
        (table(0), table(3000), []),
    ],
)
def test_workers_make_no_difference(
    tmp_path: Path,
    started: Started,
    old: str,
    new: str,
    statuses: list[int],
    options: DiffOptions,
) -> None:
    expected = diff(*sides(tmp_path, old, new), options=SMALL)
    counts = count(*sides(tmp_path, old, new), options=SMALL)
    assert started.statuses == []
    assert diff(*unheld(tmp_path, old, new), options=options) == expected
    assert started.statuses == statuses
    assert count(*unheld(tmp_path, old, new), options=options) == counts
    assert started.statuses == 2 * statuses


@pytest.mark.parametrize("options", [SCANNED, TRUSTED])
@pytest.mark.parametrize("cell", ['"b\n7,1,c"', '"b\n3000,1,c"', '"\n\n"'])
def test_a_chunk_that_is_cut_within_a_record_makes_no_difference(
    tmp_path: Path, cell: str, options: DiffOptions
) -> None:
    texts = table(3000, cell=cell), table(3000)
    expected = [find(*sides(tmp_path, *texts), options=SMALL) for find in (diff, count)]
    assert [find(*unheld(tmp_path, *texts), options=options) for find in (diff, count)] == expected
    options = replace(options, strategies=None)
    expected = [find(*sides(tmp_path, *texts[::-1]), options=SMALL) for find in (diff, count)]
    found = [find(*sides(tmp_path, *texts[::-1]), options=options) for find in (diff, count)]
    assert found == expected


def test_a_worker_that_ends_within_a_record_is_done_without(
    tmp_path: Path, started: Started
) -> None:
    lines = [f"{n},1.0,a\n" for n in range(3000)]
    lines[2000] = '2000,1.0,"' + "2000,1.0,a\n" * 900 + '"\n'  # the second half is within it
    old = "".join(["id,x,y\n", *lines])
    texts = old, old.replace("7,1.0", "7,2")
    expected = diff(*sides(tmp_path, *texts), options=SMALL)
    assert diff(*unheld(tmp_path, *texts), options=replace(SCANNED, workers=2)) == expected
    assert len(started.processes) == 1
    assert started.statuses != [0]


@pytest.mark.parametrize("place", [1, 1000, 2999])
def test_a_key_that_stands_twice_is_found_in_any_chunk(tmp_path: Path, place: int) -> None:
    lines = table(3000).splitlines(keepends=True)
    new = "".join([*lines[: place + 1], f"{place},2.0,b\n", *lines[place + 1 :]])
    with pytest.raises(KeyProblemError, match="stands already"):
        diff(*sides(tmp_path, table(3000), new), options=SCANNED)


@pytest.mark.parametrize("python", ["/nowhere/python", "false"])
def test_a_worker_that_fails_is_done_without(
    tmp_path: Path, started: Started, monkeypatch: pytest.MonkeyPatch, python: str
) -> None:
    old, new = table(3000), table(3000).replace("5,1.0", "5,2")
    expected = diff(*sides(tmp_path, old, new), options=SMALL)
    monkeypatch.setattr(sys, "executable", which(python) or python)
    assert diff(*unheld(tmp_path, old, new), options=SCANNED) == expected
    assert started.statuses == ([] if which(python) is None else [1, 1])


def test_workers_end_when_their_parent_is_interrupted(tmp_path: Path, started: Started) -> None:
    def interrupt(what: str, share: float | None) -> None:
        raise KeyboardInterrupt(what, share)

    options = replace(SCANNED, watch=interrupt)
    with pytest.raises(KeyboardInterrupt):
        count(*sides(tmp_path, table(3000), table(3000, cell="b")), options=options)
    assert len(started.statuses) == 2
    assert None not in started.statuses


def csv_file(folder: Path, name: str, text: str) -> CsvFile:
    made = package({"r": spec(text, types={"id": "integer"})}).write(folder / name)
    return CsvFile(made.path("r"), made.resource("r"))


def test_chunks_that_do_not_follow_on_each_other_are_not_scanned(tmp_path: Path) -> None:
    # Each half ascends by itself, and the second one begins with a key of the first.
    half = [f"{n},a\n" for n in range(1000)]
    for second in (0, 999):
        lines = ["id,x\n", *half, *(f"{n + second},b\n" for n in range(1000))]
        one = csv_file(tmp_path, "old", "".join(lines))
        other = csv_file(tmp_path, "new", "".join([*lines, "5000,c\n"]))
        for options in (SCANNED, TRUSTED):
            with (
                pytest.raises(Fallback, match="ascend"),
                scanned(one, other, replace(options, workers=2)),
            ):
                pass


@pytest.mark.parametrize("processors", [1, 8])
def test_few_bytes_need_no_worker(monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    assert workers(1 << 20) == 1
    assert (workers(1 << 40) > 1) is (processors > 1)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert workers(1 << 40) == 1
