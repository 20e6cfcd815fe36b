"""Concurrent writers and readers: nothing is lost, and nothing is from two editions.

Each table of the package has the number of its edition in all rows, and the descriptor has its
hash, so that a mixture of two editions is visible.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from attack.child import LIMIT, Ended, run
from attack.tally import Tally
from interopwatch.package.descriptor import dump
from interopwatch.package.package import open_package
from interopwatch.package.tidy import described, tidied
from interopwatch.timeline.snapshots import Store, locked_store
from interopwatch.timeline.sums import verify
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TABLES: Final = ("a", "b", "c")
_ROWS: Final = 40
_READS: Final = (
    ("status",),
    ("show", "tables", "b", "--format", "csv"),
    ("validate",),
    ("diff", "2001", "tables", "--format", "json"),
)
_REFUSED: Final = re.compile(
    r"has been writing to this package|Try again|Run the command again|is still running"
)
_UNTIDY: Final = "[form-not-canonical]"
_EDITION: Final = re.compile(r"edition[0-9]+w[0-9]+")


def text(edition: str) -> str:
    """Return a table that is not in canonical order."""
    return "id,edition\n" + "".join(f"{n:03},{edition}\n" for n in reversed(range(_ROWS)))


def build(root: Path) -> None:
    """Make a package of three tables of one edition, with a snapshot and a log of editions."""
    made = {name: spec(text("edition0w0"), "id") for name in TABLES}
    made["log"] = spec("id\nfirst\n", "id")
    package(made).write(root)
    for file, content in tidied(open_package(root)).items():
        file.write_bytes(content)
    run_here = run(("--package", str(root), "freeze", "2001", "-m", "first"), root.parent / "first")
    assert run_here.status == 0, run_here


def edit(root: Path, edition: str) -> None:
    """Replace all tables by those of another edition, and add its name to the log."""
    with locked_store(root) as (store, lock):
        package = store.package
        contents = {f"tables/{name}.csv": text(edition).encode() for name in TABLES}
        logged = package.path("log").read_bytes() + f"{_logged(edition)}\n".encode()
        contents["tables/log.csv"] = logged
        raw = described(package.descriptor.as_read, {}, contents)
        files = {root / path: content for path, content in contents.items()}
        lock.replace({**files, package.file: dump(raw).encode()})


def _logged(edition: str) -> str:
    """Return the name of an edition in the log, which the search for editions must not match."""
    return edition.removeprefix("edition")


def at_once(writers: int, seconds: float, *, as_commands: bool = False) -> Tally:
    """Run writers and readers on one package concurrently.

    Args:
        writers: The number of writers: half of them write new editions, the others tidy and freeze.
        seconds: How long they start new commands.
        as_commands: Whether each command starts an interpreter.
    """
    how = "as commands" if as_commands else "as processes"
    tally = Tally(f"{writers} writers and 2 readers at once, {how}")
    with TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name)
        root = folder / "home"
        build(root)
        command = _started if as_commands else run
        ends = time.monotonic() + seconds
        workers: list[Callable[[Path], Iterator[str]]] = []
        for number in range(writers):
            if number % 2:
                workers.append(_editing(root, number, ends))
            else:
                workers.append(_tidying(root, number, ends, command))
        workers += [_reading(root, number, ends, command) for number in (0, 2)]
        _together(workers, folder, tally)
        _judge(root, folder, tally)
    return tally


def _started(arguments: tuple[str, ...], log: Path) -> Ended:
    """Run a command in a new interpreter."""
    del log
    try:
        done = subprocess.run(
            [sys.executable, "-m", "interopwatch", *arguments],
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(-signal.SIGALRM, "", "", 0)
    return Ended(done.returncode, done.stdout, done.stderr, 0)


def _together(workers: list[Callable[[Path], Iterator[str]]], folder: Path, tally: Tally) -> None:
    """Run workers in processes of their own; each writes a line for every problem."""
    processes = []
    for number, worker in enumerate(workers):
        child = os.fork()
        if child == 0:
            try:
                told = folder / f"told-{number}"
                with told.open("w", encoding="utf-8") as out:
                    for line in worker(folder / f"said-{number}"):
                        out.write(json.dumps(line) + "\n")
                        out.flush()
            finally:
                os._exit(0)
        processes.append(child)
    for child in processes:
        os.waitpid(child, 0)
    for number in range(len(workers)):
        for line in (folder / f"told-{number}").read_text("utf-8").splitlines():
            kind, _, detail = json.loads(line).partition(" ")
            if kind == "tried":
                tally.tried += 1
            elif kind == "done":
                with (folder / "done").open("a", encoding="utf-8") as done:
                    done.write(f"{detail}\n")
            else:
                tally.wrong(kind, detail)


def _editing(root: Path, number: int, ends: float) -> Callable[[Path], Iterator[str]]:
    def work(said: Path) -> Iterator[str]:
        del said
        turn = 0
        while time.monotonic() < ends:
            turn += 1
            edition = f"edition{turn}w{number}"
            try:
                edit(root, edition)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                refused = _REFUSED.search(str(error))
                yield "tried" if refused else f"tracebacks {type(error).__name__}: {error}"
                continue
            yield "tried"
            yield f"done {edition}"

    return work


def _tidying(
    root: Path, number: int, ends: float, command: Callable[..., Ended]
) -> Callable[[Path], Iterator[str]]:
    def work(said: Path) -> Iterator[str]:
        turn = 0
        while time.monotonic() < ends:
            turn += 1
            date = f"{1000 + number * 100 + turn // 2}"
            words = ("tidy",) if turn % 2 else ("freeze", date, "-m", "x")
            ended = command(("--package", str(root), *words), said)
            yield from _told(ended, words)
            if ended.status == 0 and words[0] == "freeze":
                yield f"done {date}"

    return work


def _reading(
    root: Path, number: int, ends: float, command: Callable[..., Ended]
) -> Callable[[Path], Iterator[str]]:
    def work(said: Path) -> Iterator[str]:
        turn = number
        while time.monotonic() < ends:
            turn += 1
            words = _READS[turn % len(_READS)]
            ended = command(("--package", str(root), *words), said)
            yield from _told(ended, words)
            shown = {e for e in _EDITION.findall(ended.out) if e != "edition0w0"}
            if len(shown) > 1 and words[0] in ("show", "diff"):
                yield f"mixed {words}: {sorted(shown)[:9]}: {ended}"

    return work


def _told(ended: Ended, words: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with how a command ended: it may succeed, wait, or refuse clearly."""
    yield "tried"
    if ended.hung:
        yield f"hangs {words}"
    elif ended.broke:
        yield f"tracebacks {words}: {ended.err[-600:]}"
    elif words == ("validate",) and ended.status == 1:
        errors = [line for line in ended.out.splitlines() if ": error: " in line]
        wrong = [line for line in errors if _UNTIDY not in line]
        if wrong:
            yield f"mixed {words}: {wrong[0]}"
    elif ended.status and not _REFUSED.search(ended.err):
        yield f"lost {words}: {ended}"


def _judge(root: Path, folder: Path, tally: Tally) -> None:
    """Check what is lost or mixed in the end."""
    with locked_store(root):
        pass
    store = Store(open_package(root))
    done = (folder / "done").read_text("utf-8").split() if (folder / "done").exists() else []
    logged = {row["id"] for row in store.package.rows("log")}
    for each in done:
        if each.startswith("edition"):
            if _logged(each) not in logged:
                tally.wrong("lost", f"{each} was written, and is not there")
        elif each not in store.names():
            tally.wrong("lost", f"snapshot {each} was made, and is not there")
    for each in (*store.names(), ""):
        found = store.snapshot(each) if each else store.package
        seen = {row["edition"] for name in TABLES for row in _rows(found.root, name)}
        if len(seen) != 1:
            tally.wrong("mixed", f"{each or 'tables'} holds {sorted(seen)}")
        if each and (problems := list(verify(found.root))):
            tally.wrong("mixed", f"{each}: {problems[0]}")
    left = [p.name for p in root.rglob(".in*")]
    if left:
        tally.wrong("lost", f"leftovers: {left}")


def _rows(root: Path, name: str) -> list[dict[str, str]]:
    content = (root / "tables" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(content)))


def attacks(seconds: float = 15.0) -> list[Callable[[], Tally]]:
    """Return runs with two and eight writers, as processes and as commands."""
    return [
        lambda: at_once(2, seconds),
        lambda: at_once(8, seconds),
        lambda: at_once(2, seconds, as_commands=True),
        lambda: at_once(8, seconds, as_commands=True),
    ]
