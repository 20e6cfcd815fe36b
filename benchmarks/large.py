"""Compare large tables with this tool and with others that write the same changes, in one run.

A complete run takes some twelve minutes on two idle processors. Select a part with --rows, --kinds
and --cases, and skip the start-up with --no-start. With --write, the results are written to a
document, which is updated after each table.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import peers
import start
import tables
from timing import Timing, machine, table, timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIZES: Final = (10_000, 100_000, 1_000_000, 10_000_000)
COUNTED: Final = 1_000_000
"""The maximum number of rows for the table that only counts."""
ALL_CHANGED: Final = "every row changed"
SAME_ORDER: Final = "same order"
SHUFFLED: Final = "shuffled"
MAIN: Final = (SAME_ORDER, SHUFFLED, ALL_CHANGED)
MEASURED: Final = {
    (10_000, "plain"): (SAME_ORDER,),
    (10_000, "quoted"): (SAME_ORDER,),
    (100_000, "plain"): (SAME_ORDER,),
    (100_000, "quoted"): (SAME_ORDER,),
    (1_000_000, "plain"): MAIN,
    (1_000_000, "quoted"): tuple(tables.CASES),
    (10_000_000, "plain"): (SAME_ORDER, SHUFFLED),
    (10_000_000, "quoted"): (SAME_ORDER, SHUFFLED),
}
"""The cases that are measured by default. In small tables, cases differ less than runs do; with
every row of the largest table changed, the plain join would hold all its output in memory, 2.2 GiB
for each million rows."""
IN_MEMORY: Final = (peers.DATACOMPY, peers.CSV_DIFF, peers.DAFF)
"""Tools that need more memory for the largest tables than most machines have."""
VARIANTS: Final = (peers.LIMITED_JOIN, peers.COPY, peers.TRUSTING, peers.LIMITED)
LARGEST: Final = ((peers.LIMITED, SHUFFLED),)
"""The variants measured on the largest tables, with the case."""
ONCE: Final = 2.0
"""A tool that takes more seconds than this in a table's first case is skipped in the others."""

Timings = dict[str, Timing | str]


@dataclass
class Run:
    """The selection of measurements, and the results so far."""

    runs: int
    budget: float
    written: dict[tuple[int, str, str], Timings] = field(default_factory=dict)
    counted: dict[tuple[int, str, str], Timings] = field(default_factory=dict)

    def measure(self, number: int, kind: str, case: str) -> Timings:
        """Measure the commands on one pair of tables."""
        with tempfile.TemporaryDirectory() as folder:
            old, new, out = (Path(folder) / name for name in ("old.csv", "new.csv", "out"))
            # In a separate process: a child's peak memory includes what its parent held.
            maker = multiprocessing.get_context("spawn").Process(
                target=tables.make, args=(tables.KINDS[kind], tables.CASES[case], number, old, new)
            )
            maker.start()
            maker.join()
            if maker.exitcode != 0:
                raise RuntimeError("the tables could not be made")
            key = number, kind, case
            commands = peers.writing(old, new, out)
            self.written[key] = {
                name: self._timed(name, commands[name], *key)
                for name in self._chosen(commands, *key)
            }
            if case in (MAIN[0], ALL_CHANGED) and number <= COUNTED:
                self.counted[key] = {
                    name: self._timed(name, command, *key)
                    for name, command in peers.counting(old, new).items()
                }
            return self.written[key]

    def _chosen(self, commands: Mapping[str, object], *key: int | str) -> Iterator[str]:
        """Yield the names of the commands that are worth measuring on one pair of tables."""
        number, kind, case = key
        for name in commands:
            first = self.written.get((number, kind, MAIN[0]), {}).get(name)
            slow = isinstance(first, str) or (first is not None and first.seconds > ONCE)
            if name in IN_MEMORY and (number > COUNTED or (slow and case != MAIN[0])):
                continue
            if name in VARIANTS and case not in (SAME_ORDER, SHUFFLED):
                continue
            # A limit affects only joins of the largest tables; trusted keys save as much with fewer
            # rows.
            if name in VARIANTS and number > COUNTED and (name, case) not in LARGEST:
                continue
            yield name

    def _timed(
        self, name: str, command: peers.Command, number: int, kind: str, case: str
    ) -> Timing | str:
        smaller = {
            n: timings[name]
            for (n, k, c), timings in self.written.items()
            if (k, c) == (kind, case) and n < number and name in timings
        }
        if smaller:
            rows, found = max(smaller.items())  # with fewer rows, most of the time is the start
            if isinstance(found, str):
                return found if found.startswith("not run") else f"not run: {found}"
            if found.seconds * number / rows > self.budget:
                return f"not run: {found.seconds:.1f} s at {rows:,} rows"
        runs = 1 if number > COUNTED else self.runs
        try:
            timing = timed(command.args, runs, budget=self.budget, stdout=command.stdout)
        except RuntimeError:
            return "failed"
        return timing or f"more than {self.budget:.0f} s at {number:,} rows"

    def counts(self) -> str:
        """Return a table of the costs of counting, and the cost of writing a changed row."""
        largest = max((number for number, _, _ in self.counted), default=0)
        lines = [
            f"| {largest:,} rows | {peers.JOIN}, s | {peers.OURS}, s | ratio | MiB | MiB |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for (number, kind, case), timings in self.counted.items():
            one, other = timings[peers.JOIN], timings[peers.OURS]
            if number != largest or isinstance(one, str) or isinstance(other, str):
                continue
            ratio = f"{other.seconds / one.seconds:.2f}"
            seconds = f"{one.seconds:.3f} | {other.seconds:.3f} | {ratio}"
            peaks = f"{one.peak / 2**20:.0f} | {other.peak / 2**20:.0f}"
            lines.append(f"| {kind}, {case} | {seconds} | {peaks} |")
        return "\n".join([*lines, "", *self._costs()])

    def _costs(self) -> Iterator[str]:
        for kind in tables.KINDS:
            for number in sorted({n for n, _, _ in self.counted}, reverse=True):
                key = number, kind, ALL_CHANGED
                told = self.written.get(key, {}).get(peers.OURS)
                only = self.counted.get(key, {}).get(peers.OURS)
                if isinstance(told, Timing) and isinstance(only, Timing):
                    each = (told.seconds - only.seconds) / number * 1e6
                    yield (
                        f"interopwatch takes **{each:.1f} µs** to report a changed row ({kind}): "
                        f"({told.seconds:.3f} s with changes written\n− {only.seconds:.3f} s "
                        f"counted only) / {number:,} rows, {ALL_CHANGED}.\n"
                    )
                    break


def document(run: Run, started: str) -> str:
    """Return the results as a document."""
    versions = ", ".join(f"{name} {version(name)}" for name in peers.PACKAGES)
    parts = [
        f"\n## {number:,} rows, {kind}, {case}\n\n{table(timings, [peers.JOIN, peers.DIFFLY])}"
        for (number, kind, case), timings in run.written.items()
    ]
    counts = f"\n## Counting only\n\n{run.counts()}" if run.counted else ""
    return f"""# Benchmarks

This page is written by `make bench` (`benchmarks/large.py`).

**Task.** Every command compares two CSV files of nine columns by the key `id` and writes the
changes to a file: added and removed rows completely, changed cells with their values before
and after. Only the last section counts the changes instead.

**Measurement.** Times are wall-clock times of the complete process: the fastest of {run.runs}
runs, of fewer if they take more than a few seconds, of one above {COUNTED:,} rows. “Peak” is
the largest total memory of its processes; shared pages count for each of them. Other work on
the machine makes single numbers vary by some tens of percent; the commands in one table ran
one after another.

**Data.** In both kinds of table, one row in 200 is added and as many are removed.

- `plain`: short words and numbers, no quotes, keys of equal length; one cell in 100 is
  changed.
- `quoted`: accents, commas and quotes in cells, a line break in one remark in 100, keys
  counting up from 1; one cell is changed in one row in 100.

**Commands.**

- “plain DuckDB join” is one full outer join in SQL on all processors, from which Python writes
  the differing pairs as JSON; in “JSON by DuckDB”, DuckDB itself writes them. Neither checks
  for duplicate keys.
- `--trust-keys` skips this check in interopwatch, as it does for frozen snapshots, whose hash
  ensures that their keys are unique.
- diffly and datacompy write CSV, csv-diff JSON, daff its own tabular format.
- If columns are added, the join, daff and interopwatch write their cells; the others write
  only differences in the columns that both tables have.
- Tools that hold both tables in memory are not run above {COUNTED:,} rows, nor in further
  cases if the first took more than {ONCE:.0f} s. A command may take {run.budget:.0f} s, and is
  not run if its time on fewer rows, scaled up, exceeds that.

Machine: {machine()}.

Versions: {versions}.
{started}{"".join(parts)}{counts}"""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", type=int, default=SIZES)
    parser.add_argument("--kinds", nargs="+", choices=tables.KINDS, default=list(tables.KINDS))
    parser.add_argument("--cases", nargs="+", choices=tables.CASES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--budget", type=float, default=45.0, help="seconds for a single run")
    parser.add_argument("--no-start", action="store_true", help="do not measure start-up")
    parser.add_argument("--write", type=Path, metavar="FILE")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _cases(number: int, kind: str, chosen: Sequence[str] | None) -> Sequence[str]:
    return chosen or MEASURED.get((number, kind), MAIN)


def main() -> None:
    """Print a table for each size, kind and case."""
    options = _options()
    run = Run(options.runs, options.budget)
    started = ""
    if not options.no_start:
        started = (
            f"\n## Start-up, and the package that ships with interopwatch\n\n{start.measured()}"
        )
        _say(started)
    for number in sorted(options.rows):
        for kind in options.kinds:
            for case in _cases(number, kind, options.cases):
                timings = run.measure(number, kind, case)
                told = table(timings, [peers.JOIN, peers.DIFFLY])
                _say(f"\n## {number:,} rows, {kind}, {case}\n\n{told}")
                if options.write is not None:
                    options.write.write_text(document(run, started), encoding="utf-8")
    if run.counted:
        _say(f"\n## Counting only\n\n{run.counts()}")


if __name__ == "__main__":
    main()
