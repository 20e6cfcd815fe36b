"""Several processes do the same as one, whatever happens to the others."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import pytest
from msgspec.structs import replace

from interopwatch import diff
from interopwatch.compare import processes
from interopwatch.compare.csvfile import CsvFile
from interopwatch.compare.fallback import Fallback
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.compare.parallel import scanned
from interopwatch.errors import KeyProblemError
from packages import Unheld, package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package

SMALL: Final = DiffOptions(in_memory=1 << 40)
SCANNED: Final = DiffOptions(in_memory=-1, workers=3, strategies=frozenset({"scan"}))
TRUSTED: Final = DiffOptions(
    trust_keys=True, in_memory=-1, workers=3, strategies=frozenset({"scan"})
)


@pytest.fixture
def statuses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the exit statuses of this process's forks during a test."""
    seen: list[int] = []
    wait = os.waitpid

    def waited(pid: int, options: int) -> tuple[int, int]:
        found = wait(pid, options)
        seen.append(os.waitstatus_to_exitcode(found[1]))
        return found

    monkeypatch.setattr(os, "waitpid", waited)
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


@pytest.mark.parametrize("options", [SCANNED, TRUSTED])
@pytest.mark.parametrize(
    ("old", "new", "others"),
    [
        (table(3000), table(3000, every=3), 2),
        (table(3000), table(3000).replace("1.0", "1"), 2),
        (table(3000), table(3000).replace("5,1.0", "5,2"), 2),
        (table(0), table(3000), 0),
    ],
)
def test_other_processes_make_no_difference(
    tmp_path: Path,
    statuses: list[int],
    old: str,
    new: str,
    others: int,
    options: DiffOptions,
) -> None:
    expected = diff(*sides(tmp_path, old, new), options=SMALL)
    counts = count(*sides(tmp_path, old, new), options=SMALL)
    assert statuses == []
    assert diff(*unheld(tmp_path, old, new), options=options) == expected
    assert statuses == others * [0]
    assert count(*unheld(tmp_path, old, new), options=options) == counts
    assert statuses == 2 * others * [0]


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


def test_a_process_that_ends_within_a_record_is_done_without(
    tmp_path: Path, statuses: list[int]
) -> None:
    lines = [f"{n},1.0,a\n" for n in range(3000)]
    lines[2000] = '2000,1.0,"' + "2000,1.0,a\n" * 900 + '"\n'  # the second half is inside it
    old = "".join(["id,x,y\n", *lines])
    texts = old, old.replace("7,1.0", "7,2")
    expected = diff(*sides(tmp_path, *texts), options=SMALL)
    assert diff(*unheld(tmp_path, *texts), options=replace(SCANNED, workers=2)) == expected
    assert len(statuses) == 1


@pytest.mark.parametrize("place", [1, 1000, 2999])
def test_a_key_that_stands_twice_is_found_in_any_chunk(tmp_path: Path, place: int) -> None:
    lines = table(3000).splitlines(keepends=True)
    new = "".join([*lines[: place + 1], f"{place},2.0,b\n", *lines[place + 1 :]])
    with pytest.raises(KeyProblemError, match="is already used"):
        diff(*sides(tmp_path, table(3000), new), options=SCANNED)


@pytest.mark.parametrize("room", [True, False])
def test_a_process_that_fails_is_done_without(
    tmp_path: Path, statuses: list[int], monkeypatch: pytest.MonkeyPatch, *, room: bool
) -> None:
    def refused() -> int:
        raise OSError(errno.EAGAIN, "no process can be made")

    old, new = table(3000), table(3000).replace("5,1.0", "5,2")
    expected = diff(*sides(tmp_path, old, new), options=SMALL)
    if room:  # so that it has no pipe for its result
        monkeypatch.setattr(os, "write", lambda *_: os._exit(1))
    else:
        monkeypatch.setattr(os, "fork", refused)
    assert diff(*unheld(tmp_path, old, new), options=SCANNED) == expected
    assert statuses == ([1, 1] if room else [])


def test_processes_end_when_their_parent_is_interrupted(
    tmp_path: Path, statuses: list[int]
) -> None:
    def interrupt(what: str, share: float | None) -> None:
        raise KeyboardInterrupt(what, share)

    options = replace(SCANNED, watch=interrupt)
    with pytest.raises(KeyboardInterrupt):
        count(*sides(tmp_path, table(3000), table(3000, cell="b")), options=options)
    assert len(statuses) == 2


def csv_file(folder: Path, name: str, text: str) -> CsvFile:
    made = package({"r": spec(text, types={"id": "integer"})}).write(folder / name)
    return CsvFile(made.path("r"), made.resource("r"))


def test_chunks_that_do_not_follow_on_each_other_are_not_scanned(tmp_path: Path) -> None:
    # Each half is sorted, and the second one begins with a key of the first.
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


@pytest.mark.parametrize("usable", [1, 8])
def test_little_work_needs_no_process(monkeypatch: pytest.MonkeyPatch, usable: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)), raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert processes.number(1, 1 << 20) == 1
    assert (processes.number(1 << 40, 1 << 20) > 1) is (usable > 1)


def test_a_process_with_threads_is_not_copied() -> None:
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(done.wait)
        assert processes.number(1 << 40, 1) == 1
        done.set()


@pytest.mark.parametrize("fails", [False, True])
def test_a_result_of_any_length_comes_back(*, fails: bool) -> None:
    here = os.getpid()

    def work(question: bytes) -> bytes:
        if fails and os.getpid() != here:
            raise ValueError(fails)
        return question * 3

    with processes.worker(work) as worker:
        for question in (b"", b"x", b"y" * (1 << 20)):
            worker.ask(question)
            assert worker.answer() == work(question)


def test_all_questions_are_answered_by_one_process() -> None:
    with processes.worker(lambda _: str(os.getpid()).encode()) as worker:
        answers = set()
        for _ in range(3):
            worker.ask()
            answers.add(worker.answer())
    assert len(answers) == 1
    assert answers != {str(os.getpid()).encode()}


def test_a_process_that_ends_between_two_questions_is_done_without() -> None:
    def work(question: bytes) -> bytes:
        if question == b"end" and os.getpid() != here:
            os._exit(1)
        return question

    here = os.getpid()
    with processes.worker(work) as worker:
        for question in (b"a", b"end", b"b", b"c"):
            worker.ask(question)
            assert worker.answer() == question


def test_a_process_that_is_not_asked_does_not_begin(statuses: list[int]) -> None:
    with processes.worker(bytes):
        pass
    assert statuses == []


def test_a_process_ends_though_its_answer_is_not_waited_for(statuses: list[int]) -> None:
    def work(question: bytes) -> bytes:
        time.sleep(3600)
        return question

    with processes.worker(work) as worker:
        worker.ask()
    assert len(statuses) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGCHLD"), reason="only POSIX tells how others end")
def test_a_result_comes_back_where_nobody_asks_how_others_end() -> None:
    was = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        here = os.getpid()
        with processes.worker(lambda _: str(os.getpid() != here).encode()) as worker:
            worker.ask()
            assert worker.answer() == b"True"
    finally:
        signal.signal(signal.SIGCHLD, was)


def test_what_goes_wrong_there_is_raised_here() -> None:
    def work(question: bytes) -> bytes:
        raise ValueError(question)

    with processes.worker(work) as worker:
        worker.ask(b"wrong")
        with pytest.raises(ValueError, match="wrong"):
            worker.answer()


ORPHAN: Final = """
import os, sys, time
from interopwatch.compare import processes
def work(question, parent=os.getpid()):
    print(os.getpid(), flush=True)
    while sys.argv[1] == "works":
        processes.end_with(parent)
        time.sleep(0.01)
    return bytes(question[0] << 20)
with processes.worker(work) as one, processes.worker(work) as other:
    for worker in (one, other):
        worker.ask(bytes([sys.argv[1] != "waits for a question"]))
    if sys.argv[1] == "waits for a question":
        one.answer()
        other.answer()
    sys.stdin.read(1)
    os._exit(0)
"""


@pytest.mark.parametrize(
    "what", ["works", "waits until its result is read", "waits for a question"]
)
def test_processes_end_with_their_parent(what: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", ORPHAN, what], stdin=pipe, stdout=pipe) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        assert run.stdout.readline() != run.stdout.readline()
        run.stdin.close()
        assert run.stdout.read() == b""  # no process that could write to it is left
