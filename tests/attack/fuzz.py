"""Random inputs made from valid ones, the same for each seed.

Whatever it reads, a command must end with a documented exit status and a message: without a
traceback, and within a limit of processor time.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import traceback
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import editions
from attack.child import DOCUMENTED, run_here
from attack.mutations import mutated
from attack.server import serving
from attack.tally import Tally
from attack.worlds import HOME, PAGE, REPOSITORY, clubs
from interopwatch.changeset.serialise import to_json, to_lines
from interopwatch.compare.packages import diff
from interopwatch.package.package import open_package
from interopwatch.timeline.snapshots import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SECONDS: Final = 10
"""Processor seconds for one input: most take a hundredth of a second."""


@dataclass(frozen=True)
class Target:
    """A kind of input.

    Attributes:
        name: What is fuzzed.
        file: The path of the input in the world.
        seeds: Valid inputs.
        commands: The commands that read it, in a world; one of them is drawn for each input.
        is_json: Whether to change its values, too, and not only its bytes.
    """

    name: str
    file: str
    seeds: tuple[bytes, ...]
    commands: Callable[[Path], Sequence[Sequence[str]]]
    is_json: bool = False


def fuzzed(which: int, number: int, seed: int) -> Tally:
    """Try a number of inputs of one kind.

    They are read by a process that is replaced if an input crashes or stalls it.
    """
    with TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name)
        with serving(lambda _: [(folder / "answer").read_bytes()]) as port:
            target = _targets(folder, port)[which]
            tally = Tally(f"fuzzed {target.name}")
            begin = 0
            while begin < number:
                begin = _some(target, folder, seed, range(begin, number), tally)
    return tally


def _some(target: Target, folder: Path, seed: int, numbers: range, tally: Tally) -> int:
    """Try inputs in a process; return the number of the first that it has not read."""
    said = folder / "said.jsonl"
    child = os.fork()
    if child == 0:
        try:
            with said.open("w", encoding="utf-8") as out:
                for number in numbers:
                    out.write(json.dumps([number, ""]) + "\n")
                    out.flush()
                    problem = _tried(target, folder, f"{seed} {target.name} {number}")
                    out.write(json.dumps([number, problem or "fine"]) + "\n")
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    last, finished = numbers.start, False
    for line in said.read_text("utf-8").splitlines():
        last, problem = json.loads(line)
        finished = bool(problem)
        if problem:
            tally.tried += 1
        if problem not in ("", "fine"):
            tally.wrong("tracebacks", f"input {last}: {problem}")
    if not finished:
        tally.tried += 1
        tally.wrong("hangs", f"input {last}: ended by {status}")
    return last + 1


def _tried(target: Target, folder: Path, seed: str) -> str:
    """Return what was wrong with how a command read an input; empty if nothing."""
    random = Random(seed)
    content = mutated(random, target.seeds, is_json=target.is_json)
    (folder / target.file).write_bytes(content)
    words = random.choice(target.commands(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The hard limit kills: exceeding the soft limit could be caught.
    most = int(used.ru_utime + used.ru_stime) + _SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    try:
        ended = run_here(words)
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        return f"{' '.join(words)}: {traceback.format_exc(limit=-4)}"
    if ended.status not in DOCUMENTED or (ended.status == 2 and not ended.err.strip()):
        return f"{' '.join(words)}: {ended}"
    return ""


def _targets(folder: Path, port: int) -> tuple[Target, ...]:
    """Return the kinds of input, after building a world in which they are read."""
    clubs(folder)
    home = folder / HOME
    for name in ("fuzz", "base"):
        shutil.copytree(home, folder / name)
    shutil.rmtree(folder / "fuzz" / "snapshots")
    store = Store(open_package(home))
    changes = diff(store.snapshot("2020-06-30"), store.snapshot("2024-03-07"))
    own = str(folder / "fuzz")
    tables = sorted(home.glob("tables/*.csv"))
    at = ("--package", own)

    def reading(world: Path) -> Sequence[Sequence[str]]:
        old = str(world / "base")
        return (
            ("diff", old, own), ("diff", own, old, "--format", "json"), ("report", old, own),
            (*at, "validate"), (*at, "show", "tables"), (*at, "show", "tables", "clubs"),
            (*at, "as-of", "2021"), (*at, "history", "Alpha"), (*at, "tidy", "--check"),
            ("diff", old, own, "--format", "jsonl", "--key", "clubs=club"),
        )  # fmt: skip

    def changing(world: Path) -> Sequence[Sequence[str]]:
        file, good = str(world / "changes"), str(world / "good.json")
        there = ("--package", str(world / HOME))
        new = str(world / f"none-{os.getpid()}" / "new")
        return (
            ("invert", file), ("compose", file, good), ("compose", good, file),
            (*there, "apply", file, "2020-06-30", "-o", new),
        )  # fmt: skip

    def capturing(world: Path) -> Sequence[Sequence[str]]:
        words = ("--package", str(REPOSITORY), "capture", str(world / PAGE), "--dry-run")
        return (words, (*words, "--format", "json"))

    def fetching(world: Path) -> Sequence[Sequence[str]]:
        place = f"http://127.0.0.1:{port}/"
        at = ("--allow-private", "--package", str(world / HOME))
        return (
            (*at, "show", f"{place}datapackage.json"), (*at, "diff", f"{place}a.csv", place),
            (*at, "diff", f"{place}a.csv", f"{place}b.csv", "--key", "club"),
        )  # fmt: skip

    (folder / "good.json").write_text(to_json(changes), encoding="utf-8")
    lines = to_lines(changes).encode()
    return (
        Target(
            "descriptors", "fuzz/datapackage.json",
            ((home / "datapackage.json").read_bytes(),
             (home / "snapshots/2024-03-07/datapackage.json").read_bytes()),
            reading, is_json=True,
        ),
        Target("tables", "fuzz/tables/clubs.csv", tuple(f.read_bytes() for f in tables), reading),
        Target("change sets", "changes", (to_json(changes).encode(),), changing, is_json=True),
        Target("change sets in lines", "changes", (lines,), changing),
        Target("pages", PAGE, _pages(), capturing),
        Target("answers", "answer", _answers(home), fetching),
    )  # fmt: skip


def _pages() -> tuple[bytes, ...]:
    return (
        editions.mcc().text("2025").encode(),
        editions.pii().text("2025").encode(),
        editions.mcc().html("new").encode(),
        editions.pii().html("new").encode(),
    )


def _answers(home: Path) -> tuple[bytes, ...]:
    """Return responses with a descriptor and a table: plain, compressed, and in chunks."""
    descriptor = (home / "datapackage.json").read_bytes()
    rows = (home / "tables" / "clubs.csv").read_bytes()
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
    packed = gzip.compress(rows, mtime=0)
    return (
        head + b"Content-Length: %d\r\n\r\n" % len(descriptor) + descriptor,
        head + b"Content-Type: text/csv; charset=utf-8\r\n\r\n" + rows,
        head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed,
        head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(rows), rows),
        b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
    )


_NUMBERS: Final = (6_000, 6_000, 3_500, 1_500, 2_000, 1_500)
"""The number of inputs of each kind: pages take the longest to read."""


def attacks(parts: int = 4, seed: int = 11) -> list[Callable[[], Tally]]:
    """Return all kinds of input, in parts."""
    return [
        partial(fuzzed, which, number // parts, seed * 1_000 + part)
        for which, number in enumerate(_NUMBERS)
        for part in range(parts)
    ]
