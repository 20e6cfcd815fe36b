"""The calculations in docs/scale.md: the cost of a billion rows, from measurements."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cog

MEASURED: Final = Path(__file__).parent / "measured.csv"
ROWS: Final = 1_000_000_000
"""The number of rows in each of the two tables for which costs are calculated."""
LOCAL_CORES: Final = 2
"""The number of cores that Spark had in the measurements."""
CORES: Final = (64, 256)
CORES_OF_A_NODE: Final = 16
NETWORK: Final = 10e9 / 8
"""The bandwidth of a node in bytes per second: 10 Gbit/s."""
MEMORY: Final = 64 * 2**30
"""The memory of the process that holds the changes, in bytes."""
GB: Final = 1e9
_HOUR: Final = 3600
_MINUTE: Final = 60
NAMES: Final = {
    "scan": "scan, same order",
    "join": "join, another order",
    "duckdb": "`--engine duckdb`, another order",
    "spark csv": "`--engine spark`, part files of CSV",
    "spark parquet": "`--engine spark`, Parquet",
}


@dataclass(frozen=True)
class Measurement:
    """One row of the table of measurements."""

    route: str
    rows: int
    differing: int
    bytes: int
    seconds: float
    peak_bytes: int
    shuffled_bytes: int


def measurements() -> tuple[str, list[Measurement]]:
    """Return a description of the machine, and its measurements."""
    first, *lines = MEASURED.read_text(encoding="utf-8").splitlines()
    found = [
        Measurement(r["route"], *(int(r[n]) for n in ("rows", "differing", "bytes")),
                    float(r["seconds"]), int(r["peak_bytes"]), int(r["shuffled_bytes"]))
        for r in csv.DictReader(lines)
    ]  # fmt: skip
    return first.removeprefix("# "), found


def show_measurements() -> None:
    """Write the table of measurements."""
    machine, found = measurements()
    cog.outl(f"{machine}.")
    cog.outl("")
    cog.outl("| strategy | rows | differing rows | tables | seconds | peak memory | shuffled |")
    cog.outl("|---|---:|---:|---:|---:|---:|---:|")
    for m in found:
        peak = f"{m.peak_bytes / 2**20:,.0f} MiB" if m.peak_bytes else "as configured"
        shuffled = f"{m.shuffled_bytes / 1e6:,.0f} MB" if m.shuffled_bytes else "–"
        cog.outl(
            f"| {NAMES[m.route]} | {m.rows:,} | {m.differing:,} | {m.bytes / 1e6:,.0f} MB | "
            f"{m.seconds:.2f} | {peak} | {shuffled} |"
        )


def _few(route: str) -> tuple[Measurement, Measurement]:
    """Return the smallest and the largest measurement of a route with few differing rows."""
    found = [m for m in measurements()[1] if m.route == route]
    sizes = sorted({m.rows for m in found})
    least = {n: min((m for m in found if m.rows == n), key=lambda m: m.differing) for n in sizes}
    return least[sizes[0]], least[sizes[-1]]


def show_sums() -> None:
    """Write the cost of a billion rows on each route, with each calculation in full."""
    cog.outl("| strategy | seconds per additional million rows | a billion rows |")
    cog.outl("|---|---|---:|")
    for route, name in NAMES.items():
        small, large = _few(route)
        millions = (large.rows - small.rows) / 1e6
        each = (large.seconds - small.seconds) / millions
        sum_ = f"({large.seconds:.2f} − {small.seconds:.2f}) / {millions:g} = {each:.2f}"
        cog.outl(f"| {name} | {sum_} | × {ROWS / 1e6:,.0f} = {_time(each * ROWS / 1e6)} |")
    cog.outl("")
    for route, name in (("scan", "CSV"), ("spark parquet", "Parquet")):
        _, large = _few(route)
        size = large.bytes / large.rows
        cog.outl(
            f"- {name}: {large.bytes / 1e6:,.0f} MB / {large.rows:,} rows × {ROWS:,} = "
            f"**{size * ROWS / GB:,.0f} GB** to read, both tables together."
        )


def show_memory() -> None:
    """Write the memory that each differing row costs."""
    found = [m for m in measurements()[1] if m.route == "duckdb"]
    many = max(found, key=lambda m: m.differing)
    few = min((m for m in found if m.rows == many.rows), key=lambda m: m.differing)
    each = (many.peak_bytes - few.peak_bytes) / (many.differing - few.differing)
    most = MEMORY / each
    cog.outl(
        f"({many.peak_bytes / 2**20:,.0f} − {few.peak_bytes / 2**20:,.0f}) MiB / "
        f"({many.differing:,} − {few.differing:,}) rows = **{each / 1024:.1f} KiB** for each "
        f"differing row. In {MEMORY / 2**30:.0f} GiB, that is {MEMORY / 2**30:.0f} GiB / "
        f"{each / 1024:.1f} KiB ≈ **{most / 1e6:.0f} million** rows, "
        f"{most / ROWS:.1%} of a billion rows."
    )


def show_cluster() -> None:
    """Write what a cluster needs, with each calculation in full."""
    for route in ("spark csv", "spark parquet"):
        small, large = _few(route)
        millions = (large.rows - small.rows) / 1e6
        work = (large.seconds - small.seconds) * LOCAL_CORES / millions
        total = work * ROWS / 1e6
        shuffled = large.shuffled_bytes / large.rows * ROWS
        cog.outl(f"{NAMES[route].partition(', ')[2]}:")
        cog.outl("")
        cog.outl(
            f"- work: ({large.seconds:.2f} − {small.seconds:.2f}) s × {LOCAL_CORES} cores / "
            f"{millions:g} million rows × {ROWS / 1e6:,.0f} = {total:,.0f} core-seconds"
        )
        cog.outl(
            f"- disk and network: {large.shuffled_bytes / 1e6:,.0f} MB shuffled / "
            f"{large.rows:,} rows × {ROWS:,} = {shuffled / GB:,.0f} GB"
        )
        for cores in CORES:
            nodes = cores // CORES_OF_A_NODE
            away = shuffled * (nodes - 1) / nodes
            sent = away / nodes / NETWORK
            cog.outl(
                f"- on {cores} cores: {total:,.0f} / {cores} = **{_time(total / cores)}**; "
                f"on {nodes} nodes of {CORES_OF_A_NODE}, {shuffled / GB:,.0f} GB × {nodes - 1}/"
                f"{nodes} cross the network, {away / nodes / GB:.1f} GB from each node, "
                f"{_time(sent)} at 10 Gbit/s, and {shuffled / nodes / GB:.1f} GB are on the "
                "disks of each"
            )
        cog.outl("")


def _time(seconds: float) -> str:
    if seconds >= _HOUR:
        return f"{seconds / _HOUR:.1f} hours"
    return f"{seconds / _MINUTE:.0f} minutes" if seconds >= 2 * _MINUTE else f"{seconds:.0f} s"
