"""Large tables: this tool beside others, on the same files, in one run.

Each command only counts what differs between two CSV files of nine columns, by key. Give
the numbers of rows as arguments (10000 100000 1000000 if none), and choose the cases with
--case. Tools that take long are left out above the size where they do.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from timing import Timing, machine, table, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BIN: Final = Path(sys.executable).parent
COLUMNS: Final = ("id", "name", "city", "amount", "date", "flag", "code", "note", "score")
WORDS: Final = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india")
OURS: Final = "interopwatch"
TRUSTING: Final = "interopwatch --trust-keys"
JOIN: Final = "plain DuckDB join"

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


def edited(number: int, *, every_row: bool = False) -> Iterator[tuple[Row | None, Row | None]]:
    """Pairs of rows, some of their cells changed, some of the rows added and removed."""
    chance = random.Random(2)  # noqa: S311 - the same edits each time
    for row in rows(number):
        fate = chance.random()
        after = [c + "x" if i and chance.random() < _CELLS else c for i, c in enumerate(row)]
        if every_row:
            after[-1] = row[-1] + "x"
        yield (None if fate < _ROWS else row), (None if fate > 1 - _ROWS else after)


def same_order(number: int, old: Path, new: Path) -> None:
    """Both files sorted by key."""
    _write(((a, b) for a, b in edited(number)), old, new)


def every_row(number: int, old: Path, new: Path) -> None:
    """Every row changed."""
    _write(((a, b) for a, b in edited(number, every_row=True)), old, new)


def identical(number: int, old: Path, new: Path) -> None:
    """The same bytes twice."""
    _write(((row, row) for row in rows(number)), old, new)


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


def _write(pairs: Iterator[tuple[Row | None, Row | None]], old: Path, new: Path) -> None:
    with old.open("w", encoding="utf-8") as one, new.open("w", encoding="utf-8") as other:
        header = ",".join(COLUMNS) + "\n"
        one.write(header)
        other.write(header)
        for before, after in pairs:
            if before is not None:
                one.write(",".join(before) + "\n")
            if after is not None:
                other.write(",".join(after) + "\n")


CASES: Final[dict[str, Callable[[int, Path, Path], None]]] = {
    "same order": same_order,
    "identical": identical,
    "shuffled": shuffled,
    "block moved": block_moved,
    "every row changed": every_row,
}


def commands(old: Path, new: Path, number: int) -> dict[str, Sequence[str]]:
    """What to time, by name."""
    files = (str(old), str(new))
    ours = (str(BIN / "interopwatch"), "diff", *files, "--key", "id", "--format", "stat")
    found: dict[str, Sequence[str]] = {
        JOIN: (sys.executable, "-c", _JOIN, *files),
        OURS: ours,
        TRUSTING: (*ours, "--trust-keys"),
        "diffly": (sys.executable, "-c", _DIFFLY, *files),
        "datacompy (polars)": (sys.executable, "-c", _DATACOMPY, *files),
        "GNU diff (no keys)": ("diff", *files),
    }
    if number <= 1_000_000:  # noqa: PLR2004 - beyond that they take minutes
        found["csv-diff"] = (str(BIN / "csv-diff"), *files, "--key", "id")
    if number <= 10_000:  # noqa: PLR2004 - likewise
        found["daff"] = (str(BIN / "daff.py"), "--id", "id", *files)
    return found


def measured(number: int, case: str, runs: int) -> dict[str, Timing]:
    """The timings of one case."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old.csv", Path(folder) / "new.csv"
        # In a process of its own: a child's peak memory includes what its parent held.
        maker = multiprocessing.get_context("spawn").Process(
            target=CASES[case], args=(number, old, new)
        )
        maker.start()
        maker.join()
        return {n: timed(c, runs) for n, c in commands(old, new, number).items()}


def main() -> None:
    """Print a table for each size and case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    sys.stdout.write(f"{machine()}; the least of {options.runs} runs of the whole process.\n")
    for number in options.rows:
        for case in options.case or CASES:
            sys.stdout.write(f"\n## {number:,} rows, {case}\n\n")
            sys.stdout.write(table(measured(number, case, options.runs), JOIN))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
