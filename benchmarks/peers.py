"""The commands that are measured, and scripts for those that are not tools of their own.

Each compares two CSV files by the key `id` as text and writes the changes: complete added and
removed rows, and changed cells with their values before and after. `python benchmarks/peers.py join
OLD NEW OUT [MEMORY]` runs one of the scripts.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BIN: Final = Path(sys.executable).parent
MEMORY: Final = "512MB"
JOIN: Final = "plain DuckDB join"
LIMITED_JOIN: Final = "plain DuckDB join in 512 MB"
COPY: Final = "DuckDB join, JSON by DuckDB"
OURS: Final = "interopwatch"
TRUSTING: Final = "interopwatch --trust-keys"
LIMITED: Final = "interopwatch --memory-limit 512MB"
DIFFLY: Final = "diffly"
DATACOMPY: Final = "datacompy (polars)"
CSV_DIFF: Final = "csv-diff"
DAFF: Final = "daff"
PACKAGES: Final = ("duckdb", "diffly", "datacompy", "csv-diff", "daff", "polars", "frictionless")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and the file for its standard output, unless it writes a file itself."""

    args: tuple[str, ...]
    stdout: Path | None = None


def writing(old: Path, new: Path, out: Path) -> dict[str, Command]:
    """Return the commands that write changes, by name."""
    files = (str(old), str(new))
    key = ("--key", "id")
    # Without unchanged or moved rows, which no other tool writes.
    daff = (str(BIN / "daff.py"), "--id", "id", "--unordered", "--context", "0")
    ours = (*_ours(files), "--format", "jsonl", "--output", str(out))
    return {
        JOIN: _script("join", *files, str(out)),
        LIMITED_JOIN: _script("join", *files, str(out), MEMORY),
        COPY: _script("copy", *files, str(out)),
        OURS: Command(ours),
        TRUSTING: Command((*ours, "--trust-keys")),
        LIMITED: Command((*ours, "--memory-limit", MEMORY)),
        DIFFLY: _script("diffly", *files, str(out)),
        DATACOMPY: _script("datacompy", *files, str(out)),
        CSV_DIFF: Command((str(BIN / "csv-diff"), *files, *key, "--json"), out),
        DAFF: Command((*daff, "--output", str(out), *files)),
    }


def counting(old: Path, new: Path) -> dict[str, Command]:
    """Return the commands that only count changes, by name."""
    files = (str(old), str(new))
    return {
        JOIN: _script("count", *files),
        OURS: Command((*_ours(files), "--format", "stat")),
    }


def _ours(files: tuple[str, ...]) -> tuple[str, ...]:
    return (sys.executable, "-m", "interopwatch", "diff", *files, "--key", "id")


def _script(name: str, *args: str) -> Command:
    return Command((sys.executable, __file__, name, *args))


def _join(old: str, new: str, out: str, memory: str = "") -> None:
    """Run one full outer join; Python writes the differing pairs as JSON."""
    columns = _columns(old, new)
    cells = ", ".join(f"{a}, {b}" for _, a, b in columns)
    added, removed, changed = [], [], []
    query = f"SELECT a.id, b.id, {cells} FROM {_differing(old, new, columns)}"  # noqa: S608 - of names and files of our own
    for key, other, *pairs in _run(query, out, memory):
        before, after = pairs[::2], pairs[1::2]
        if key is None:
            added.append([other, *after])
        elif other is None:
            removed.append([key, *before])
        else:
            names = [name for name, _, _ in columns]
            sides = zip(names, before, after, strict=True)
            changed.append({"id": key, "cells": {n: [w, i] for n, w, i in sides if w != i}})
    found = {"added": added, "removed": removed, "changed": changed}
    Path(out).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def _copy(old: str, new: str, out: str) -> None:
    """Run the same join; DuckDB itself writes the differing pairs as JSON Lines."""
    columns = _columns(old, new)
    cells = ", ".join(
        f"{{'column': '{name}', 'before': {a}, 'after': {b}}}" for name, a, b in columns
    )
    query = f"""
        SELECT
            coalesce(a.id, b.id) AS id,
            CASE WHEN b.id IS NULL THEN a END AS removed,
            CASE WHEN a.id IS NULL THEN b END AS added,
            CASE WHEN a.id IS NOT NULL AND b.id IS NOT NULL
                THEN list_filter([{cells}], lambda c: c.before IS DISTINCT FROM c.after)
            END AS changed
        FROM {_differing(old, new, columns)}
    """  # noqa: S608 - likewise
    _run(f"COPY ({query}) TO '{out}' (FORMAT json)", out)


def _differing(old: str, new: str, columns: list[tuple[str, str, str]]) -> str:
    """Return a join of both files by key that keeps only the differing pairs."""
    differ = " OR ".join(f"{a} IS DISTINCT FROM {b}" for _, a, b in columns)
    return (
        f"{_csv(old)} AS a FULL OUTER JOIN {_csv(new)} AS b ON a.id = b.id "
        f"WHERE a.id IS NULL OR b.id IS NULL OR {differ}"
    )


def _count(old: str, new: str) -> None:
    """Run one full outer join that counts added and removed rows, and changed cells by column."""
    cells = ", ".join(
        f"count(*) FILTER (a.id IS NOT NULL AND b.id IS NOT NULL AND {a} IS DISTINCT FROM {b})"
        for _, a, b in _columns(old, new)
    )
    counts = f"count(*) FILTER (a.id IS NULL), count(*) FILTER (b.id IS NULL), {cells}"
    tables = f"{_csv(old)} AS a FULL OUTER JOIN {_csv(new)} AS b ON a.id = b.id"
    print(*_run(f"SELECT {counts} FROM {tables}", old))  # noqa: S608, T201 - likewise; for people


def _run(query: str, beside: str, memory: str = "") -> list[tuple[Any, ...]]:
    import duckdb

    # Much faster, and the order of changes does not matter.
    duckdb.execute("SET preserve_insertion_order = false")
    if memory:
        duckdb.execute(f"SET memory_limit = '{memory}'")
        duckdb.execute(f"SET temp_directory = '{Path(beside).parent / 'spilled'}'")
    return duckdb.execute(query).fetchall()


def _csv(path: str) -> str:
    # No text means NULL, so that empty cells stay empty texts.
    text = "all_varchar = true, nullstr = '\\0'"
    return f"""read_csv('{path}', header = true, delim = ',', quote = '"', escape = '"', {text})"""


def _columns(old: str, new: str) -> list[tuple[str, str, str]]:
    """Return each column except the key with its value on both sides; a missing one is empty."""
    olds, news = _header(old), _header(new)
    return [
        (name, f"a.{name}" if name in olds else "''", f"b.{name}" if name in news else "''")
        for name in dict.fromkeys([*olds, *news])
        if name != "id"
    ]


def _header(path: str) -> list[str]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _diffly(old: str, new: str, out: str) -> None:
    """Run diffly with its streaming API, writing CSV."""
    import diffly
    import polars as pl

    frames = (pl.scan_csv(p, infer_schema=False, empty_string_is_null=False) for p in (old, new))
    found = diffly.compare_frames(*frames, primary_key="id")
    _write_frames(out, found.joined_unequal(), found.left_only(), found.right_only())


def _datacompy(old: str, new: str, out: str) -> None:
    """Run datacompy on polars frames with its API, writing CSV."""
    import polars as pl
    from datacompy import PolarsCompare

    read = (pl.read_csv(p, infer_schema=False, empty_string_is_null=False) for p in (old, new))
    found = PolarsCompare(*read, join_columns="id")
    _write_frames(out, found.all_mismatch(), found.df1_unq_rows, found.df2_unq_rows)


def _write_frames(out: str, *frames: object) -> None:
    for name, frame in zip(("changed", "removed", "added"), frames, strict=True):
        whole = frame.collect() if hasattr(frame, "collect") else frame
        whole.write_csv(f"{out}.{name}.csv")


_SCRIPTS: Final[dict[str, Callable[..., None]]] = {
    "join": _join,
    "copy": _copy,
    "count": _count,
    "diffly": _diffly,
    "datacompy": _datacompy,
}

if __name__ == "__main__":
    _SCRIPTS[sys.argv[1]](*sys.argv[2:])
