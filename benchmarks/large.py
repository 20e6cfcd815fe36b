"""Large tables: this tool beside others, on the same files, in one run.

Each command only counts what differs between two CSV files of nine columns, by key. Choose
the numbers of rows with --rows and the cases with --cases. A tool that takes longer than
--budget seconds is given up, and left out where there are more rows. With --write, what is
printed becomes a document, written anew after each case.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import subprocess
import sys
import tempfile
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import start
from timing import Timing, machine, table, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BIN: Final = Path(sys.executable).parent
COLUMNS: Final = ("id", "name", "city", "amount", "date", "flag", "code", "note", "score")
WORDS: Final = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india")
OURS: Final = "interopwatch"
TRUSTING: Final = "interopwatch --trust-keys"
LIMITED: Final = "interopwatch --memory-limit 512MB"
JOIN: Final = "plain DuckDB join"
LIMITED_JOIN: Final = "plain DuckDB join in 512 MB"
DIFFLY: Final = "diffly"
PACKAGES: Final = ("duckdb", "diffly", "datacompy", "csv-diff", "daff")
IN_MEMORY: Final = ("datacompy (polars)", "csv-diff", "daff")
"""Tools that would take more memory than most machines have for the largest tables."""
MAIN: Final = ("same order", "shuffled", "every row changed")
"""The cases of the largest tables, unless others are asked for."""
_DISTINCT: Final = 1_000_000
"""After so many rows, their cells repeat under other keys: making more would take minutes."""

_CELLS: Final = 0.01
"""The share of cells that change."""
_ROWS: Final = 0.005
"""The share of rows that are added, and of those that are removed."""

Row = list[str]

_JOIN = f"""
import duckdb, sys
columns = {COLUMNS[1:]!r}
differs = ", ".join(
    f"count(*) FILTER (a.id IS NOT NULL AND b.id IS NOT NULL AND a.{{c}} IS DISTINCT FROM b.{{c}})"
    for c in columns
)
if sys.argv[3:]:
    duckdb.execute(f"SET memory_limit = '{{sys.argv[3]}}'")
print(duckdb.execute(
    f"SELECT count(*) FILTER (a.id IS NULL), count(*) FILTER (b.id IS NULL), {{differs}} "
    "FROM read_csv(?, all_varchar = true) a FULL OUTER JOIN read_csv(?, all_varchar = true) b "
    "ON a.id = b.id", sys.argv[1:3]).fetchall())
"""

_DATACOMPY = """
import sys, polars, datacompy
read = lambda path: polars.read_csv(path, infer_schema=False)
old, new = map(read, sys.argv[1:3])
found = datacompy.PolarsCompare(old, new, join_columns="id")
print(len(found.df1_unq_rows), len(found.df2_unq_rows), found.intersect_rows.shape)
"""

_DIFFLY = """
import sys, polars, diffly
read = lambda path: polars.read_csv(path, infer_schema=False)
old, new = map(read, sys.argv[1:3])
found = diffly.compare_frames(old, new, primary_key="id")
print(found.num_rows_left_only(), found.num_rows_right_only(), found.num_rows_joined_unequal())
"""


def rows(number: int, seed: int = 1) -> Iterator[Row]:
    """Rows of a table, sorted by their key."""
    chance = random.Random(seed)  # noqa: S311 - the same rows each time
    pick = chance.choice
    for i in range(number):
        yield [
            f"{i:09d}", f"{pick(WORDS)}{chance.randrange(1000)}", pick(WORDS),
            f"{chance.random() * 1000:.2f}",
            f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02d}-01",
            pick(("true", "false")), f"C{chance.randrange(10000):04d}",
            f"{pick(WORDS)} {pick(WORDS)}", str(chance.randrange(100)),
        ]  # fmt: skip


def edited(number: int, *, every_row: bool = False) -> Iterator[tuple[str | None, str | None]]:
    """Pairs of lines, some of their cells changed, some of the rows added and removed."""
    chance = random.Random(2)  # noqa: S311 - the same edits each time
    made: list[tuple[str | None, str | None]] = []
    for row in rows(min(number, _DISTINCT)):
        fate = chance.random()
        after = [c + "x" if i and chance.random() < _CELLS else c for i, c in enumerate(row)]
        if every_row:
            after[-1] = row[-1] + "x"
        pair = (None if fate < _ROWS else row, None if fate > 1 - _ROWS else after)
        made.append(tuple(None if r is None else ",".join(r[1:]) + "\n" for r in pair))
    for i in range(number):
        yield tuple(None if r is None else f"{i:09d},{r}" for r in made[i % len(made)])


def same_order(number: int, old: Path, new: Path) -> None:
    """Both files sorted by key."""
    _write(edited(number), old, new)


def every_row(number: int, old: Path, new: Path) -> None:
    """Every row changed."""
    _write(edited(number, every_row=True), old, new)


def identical(number: int, old: Path, new: Path) -> None:
    """The same bytes twice."""
    _write(((one, one) for one, _ in edited(number)), old, new)


def columns_added(number: int, old: Path, new: Path) -> None:
    """Two columns more, which hold something in one row of a hundred."""
    same_order(number, old, new)
    header, *lines = new.read_text("utf-8").splitlines()
    more = (",1,x\n" if i % 100 == 0 else ",,\n" for i in range(len(lines)))
    with new.open("w", encoding="utf-8") as file:
        file.write(f"{header},rank,remark\n")
        file.writelines(line + cells for line, cells in zip(lines, more, strict=True))


def shuffled(number: int, old: Path, new: Path) -> None:
    """The newer file in another order."""
    same_order(number, old, new)
    header, *lines = new.read_bytes().splitlines(keepends=True)
    random.Random(3).shuffle(lines)  # noqa: S311 - the same order each time
    new.write_bytes(header + b"".join(lines))


def block_moved(number: int, old: Path, new: Path) -> None:
    """A tenth of the newer file moved from its beginning to its end."""
    same_order(number, old, new)
    header, *lines = new.read_bytes().splitlines(keepends=True)
    tenth = len(lines) // 10
    new.write_bytes(header + b"".join(lines[tenth:] + lines[:tenth]))


def _write(pairs: Iterator[tuple[str | None, str | None]], old: Path, new: Path) -> None:
    with old.open("w", encoding="utf-8") as one, new.open("w", encoding="utf-8") as other:
        header = ",".join(COLUMNS) + "\n"
        one.write(header)
        other.write(header)
        while some := list(islice(pairs, 10_000)):
            one.writelines(before for before, _ in some if before is not None)
            other.writelines(after for _, after in some if after is not None)


CASES: Final[dict[str, Callable[[int, Path, Path], None]]] = {
    "same order": same_order,
    "shuffled": shuffled,
    "every row changed": every_row,
    "block moved": block_moved,
    "identical": identical,
    "columns added": columns_added,
}


def commands(old: Path, new: Path) -> dict[str, Sequence[str]]:
    """What to time, by name."""
    files = (str(old), str(new))
    ours = (sys.executable, "-m", OURS, "diff", *files, "--key", "id", "--format", "stat")
    return {
        JOIN: (sys.executable, "-c", _JOIN, *files),
        LIMITED_JOIN: (sys.executable, "-c", _JOIN, *files, "512MB"),
        OURS: ours,
        TRUSTING: (*ours, "--trust-keys"),
        LIMITED: (*ours, "--memory-limit", "512MB"),
        DIFFLY: (sys.executable, "-c", _DIFFLY, *files),
        "datacompy (polars)": (sys.executable, "-c", _DATACOMPY, *files),
        "csv-diff": (str(BIN / "csv-diff"), *files, "--key", "id"),
        "daff": (str(BIN / "daff.py"), "--id", "id", *files),
        "GNU diff (no keys)": ("diff", *files),
    }


class Peers:
    """Times commands, and remembers which took too long."""

    def __init__(self, runs: int, budget: float) -> None:
        self._runs, self._budget = runs, budget
        self._slow: dict[str, int] = {}

    def measured(self, number: int, case: str) -> dict[str, Timing | str]:
        """The timings of one case."""
        with tempfile.TemporaryDirectory() as folder:
            old, new = Path(folder) / "old.csv", Path(folder) / "new.csv"
            # In a process of its own: a child's peak memory includes what its parent held.
            maker = multiprocessing.get_context("spawn").Process(
                target=CASES[case], args=(number, old, new)
            )
            maker.start()
            maker.join()
            return {n: self._timed(n, c, number) for n, c in commands(old, new).items()}

    def _timed(self, name: str, command: Sequence[str], number: int) -> Timing | str:
        if number >= self._slow.get(name, number + 1):
            return f"not run: more than {self._budget:.0f} s at {self._slow[name]:,} rows"
        if number > _DISTINCT and name in IN_MEMORY:
            return "not run: it holds both tables in memory"
        budget = None if name in (JOIN, LIMITED_JOIN, OURS, TRUSTING, LIMITED) else self._budget
        try:
            timing = timed(command, self._runs, budget=budget)
        except RuntimeError:
            return "failed"
        if timing is None:
            self._slow[name] = number
            return f"given up after {self._budget:.0f} s"
        return timing


def versions() -> str:
    """The versions of the tools, in one line."""
    told = [f"{name} {version(name)}" for name in (*PACKAGES, "polars")]
    diff = subprocess.run(["diff", "--version"], capture_output=True, text=True, check=False)  # noqa: S607 - whichever diff there is
    return ", ".join([*told, diff.stdout.partition("\n")[0]])


def document(parts: Sequence[str], runs: int) -> str:
    """What was measured, as a document."""
    return f"""# Benchmarks

Written by `benchmarks/large.py`, which `make bench` runs. A command compares two CSV files of
nine columns by the key `id` and counts what differs. Timed is the whole process, from its start
to its end: the least of {runs} runs after one that does not count, or a single run where that
took more than a few seconds. “Peak” is the most memory that its processes held together; pages
that they share count for each of them. One cell in a hundred is changed, and one row in a
hundred added or removed, if not said otherwise.

`--trust-keys` is what a frozen snapshot earns by its hash: its keys are vouched for. The plain
DuckDB join is one full outer join in SQL that counts the cells that differ, on all processors;
it does not look for keys that stand twice. Other work on the machine makes single numbers
differ by some tens of percent; the commands in one table ran one after another.

Machine: {machine()}.

Versions: {versions()}.
""" + "".join(parts)


def main() -> None:
    """Print a table for each size and case."""
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = [10_000, 100_000, 1_000_000, 10_000_000]
    parser.add_argument("--rows", nargs="+", type=int, default=sizes)
    parser.add_argument("--cases", nargs="+", choices=CASES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for a single run")
    parser.add_argument("--write", type=Path, metavar="FILE")
    options = parser.parse_args()
    peers = Peers(options.runs, options.budget)
    parts = [f"\n## The package that ships with interopwatch\n\n{start.measured()}"]
    sys.stdout.write(parts[0])
    for number in sorted(options.rows):
        for case in options.cases or (MAIN if number > _DISTINCT else CASES):
            told = table(peers.measured(number, case), [JOIN, DIFFLY])
            parts.append(f"\n## {number:,} rows, {case}\n\n{told}")
            sys.stdout.write(parts[-1])
            sys.stdout.flush()
            if options.write is not None:
                options.write.write_text(document(parts, options.runs), encoding="utf-8")


if __name__ == "__main__":
    main()
