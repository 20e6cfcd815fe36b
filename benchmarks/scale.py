"""Measure the cost of large tables by route, for docs/scale.md; writes docs/measured.csv.

Arguments are the numbers of rows (1000000 5000000 by default). The tables are those of tables.py,
with few differing rows, and for the first size also with many. Spark is measured if pyspark and
Java are installed: once, with few differing rows, on two local cores, from CSV and Parquet part
files.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import sys
import tempfile
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import tables
from tables import Shares
from timing import machine, timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEASURED: Final = Path(__file__).parent.parent / "docs" / "measured.csv"
COLUMNS: Final = (
    "route", "rows", "differing", "bytes", "seconds", "peak_bytes", "shuffled_bytes",
)  # fmt: skip
FEW: Final = 1 / 100_000
"""The share of differing rows, if there are few."""
PARTS: Final = 8
KIND: Final = tables.KINDS["plain"]
_CONFIGURATION: Final = """
spark.master local[2]
spark.driver.memory 4g
spark.ui.enabled false
spark.eventLog.enabled true
spark.eventLog.dir {folder}/events
spark.eventLog.compress false
spark.eventLog.rolling.enabled false
spark.local.dir {folder}/local
"""


def made(folder: Path, number: int, few: bool, shuffle: bool) -> int:  # noqa: FBT001 - by place
    """Make two packages of one table each; return the number of differing rows."""
    sides = [folder / side for side in ("old", "new")]
    for side in sides:
        (side / "tables").mkdir(parents=True)
        (side / "datapackage.json").write_text(json.dumps(_described("tables/r.csv")))
    files = [side / "tables" / "r.csv" for side in sides]
    shares = Shares(FEW * 0.8, FEW * 0.1, FEW * 0.1) if few else None
    case = tables.CASES["shuffled" if shuffle else "same order"]
    differing = tables.make(KIND, case, number, *files, shares)
    for side in sides:
        _divide(side)
    return differing


def _described(path: str) -> Mapping[str, object]:
    schema = {"fields": [{"name": name} for name in KIND.columns], "primaryKey": "id"}
    return {"name": "r", "resources": [{"name": "r", "path": path, "schema": schema}]}


def _divide(side: Path) -> None:
    """Write the same table as part files, CSV and Parquet, in packages of their own."""
    import duckdb

    whole = side / "tables" / "r.csv"
    for form in ("csv", "parquet"):
        folder = side.with_name(f"{side.name}-{form}")
        (folder / "r").mkdir(parents=True)
        described = json.loads(json.dumps(_described("r")))
        described["resources"][0]["format"] = form
        (folder / "datapackage.json").write_text(json.dumps(described))
    with whole.open(encoding="utf-8") as lines:
        header = next(lines)
        each = sum(1 for _ in lines) // PARTS + 1
        lines.seek(len(header))
        for part in range(PARTS):
            name = f"part-{part}"
            csv_part = side.with_name(f"{side.name}-csv") / "r" / f"{name}.csv"
            with csv_part.open("w", encoding="utf-8") as out:
                out.writelines([header, *islice(lines, each)])
            parquet = side.with_name(f"{side.name}-parquet") / "r" / f"{name}.parquet"
            duckdb.execute(
                f"COPY (FROM read_csv('{csv_part}', all_varchar = true)) "
                f"TO '{parquet}' (FORMAT parquet)"
            )


def measured(number: int, *, few: bool, runs: int) -> Iterator[tuple[object, ...]]:
    """Yield a row of measurements for each route."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a separate process: a child's peak memory includes what its parent held.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            differing = pool.apply(made, (folder / "a", number, few, False))
            pool.apply(made, (folder / "b", number, few, True))
        for route, place, form, engine in (
            ("scan", "a", "", "local"),
            ("join", "b", "", "local"),
            ("duckdb", "b", "", "duckdb"),
            ("spark csv", "b", "-csv", "spark"),
            ("spark parquet", "b", "-parquet", "spark"),
        ):
            on_spark = engine == "spark"
            if on_spark and (find_spec("pyspark") is None or not few):
                continue
            sides = [folder / place / f"{side}{form}" for side in ("old", "new")]
            size = sum(f.stat().st_size for side in sides for f in side.rglob("*.*") if f.is_file())
            os.environ["SPARK_CONF_DIR"] = str(_configuration(folder / f"{route}-conf"))
            command = [sys.executable, "-m", "interopwatch", "diff", *map(str, sides)]
            # With JSON output, so that the changes are narrated and written, as in real use.
            command += ["--engine", engine, "--format", "json", "--output", str(folder / "out")]
            timing = timed(command, 1 if on_spark else runs)
            shuffled = _shuffled(folder / f"{route}-conf")
            peak = 0 if on_spark else timing.peak  # Spark's memory is configured
            seconds = f"{timing.seconds:.2f}"
            yield route, number, differing, size, seconds, peak, shuffled


def _configuration(folder: Path) -> Path:
    for name in ("events", "local"):
        (folder / name).mkdir(parents=True)
    (folder / "spark-defaults.conf").write_text(_CONFIGURATION.format(folder=folder))
    return folder


def _shuffled(folder: Path) -> int:
    """Return the number of bytes that Spark wrote for other tasks to read, in all runs."""
    found = 0
    for file in (folder / "events").iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerTaskEnd":
                written = event.get("Task Metrics", {}).get("Shuffle Write Metrics", {})
                found += written.get("Shuffle Bytes Written", 0)
    return found


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[1_000_000, 5_000_000])
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {machine()}; the fastest of {options.runs} runs of the complete process\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number in options.rows:
            for few in (True, False) if number == options.rows[0] else (True,):
                for line in measured(number, few=few, runs=options.runs):
                    writer.writerow(line)
                    file.flush()


if __name__ == "__main__":
    main()
