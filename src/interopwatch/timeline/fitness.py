"""Check that a package is fit to be frozen, and collect the flaws that its snapshot must state."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from interopwatch.compare.plain_files import as_file
from interopwatch.errors import FetchError, SnapshotError, TableError
from interopwatch.package.adapted import adapted, declaring
from interopwatch.package.edtf import last_day
from interopwatch.package.integrity import check_periods, check_rows
from interopwatch.package.keys import keyed
from interopwatch.package.labels import counted
from interopwatch.package.unfinished import check_unfinished
from interopwatch.text import without_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from interopwatch.compare.options import Unread
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package

_EARLIEST_ZONE: Final = timedelta(hours=14)
"""The time zone in which a day begins first (Line Islands, UTC+14)."""
_PROBLEMS: Final = ("problem", "problems")
_SHOWN: Final = 3
"""Problems listed in an error; `interopwatch validate` lists all."""
_OF_KEYS: Final = ("key-duplicate", "cell-required")
"""Findings that show that a key does not distinguish rows."""


def fit(
    package: Package, date: str, key: Sequence[str], unread: Unread | None, *, force: bool
) -> tuple[Package, dict[str, Any]]:
    """Return a package as it can be frozen, and the flaws that its snapshot must state.

    Args:
        package: The package.
        date: The date of the snapshot.
        key: The fields of the primary key.
        unread: Called with each unreadable table and the reason; if not given, that is an error.
        force: Whether to freeze unfinished content.

    Raises:
        SnapshotError: It is not fit to be frozen.
    """
    is_foreign = unread is not None and not package.descriptor.has_meanings
    declared = {r.name: r.primary_key for r in package.descriptor.resources}
    package, lacks, breaks = _as_frozen(package, key, is_foreign=is_foreign)
    found = (*check_rows(package), *check_periods(package))
    problems = [p for p in found if not (p.code == "table-unreadable" and lacks)]
    # A key named by the user must distinguish rows, even in a package of strangers.
    named = {r.path for r in package.descriptor.resources if r.primary_key != declared[r.name]}
    refused = [p for p in problems if not is_foreign or (p.code in _OF_KEYS and p.file in named)]
    if refused:
        shown = "\n".join(f"  {p.place}: {p.message}" for p in refused[:_SHOWN])
        raise SnapshotError(
            f"the tables cannot be frozen: {counted(len(refused), _PROBLEMS)}\n{shown}",
            hint="`interopwatch validate` lists them all.",
        )
    lacks = _without_order(package, problems) | lacks
    missing = _missing_files(package) if is_foreign else {}
    if unread is not None:
        for name, reason in (lacks | missing).items():
            unread(name, reason)
    files = {package.resource(name).path for name in lacks}
    breaks += _folded([p for p in problems if p.file not in files], package.root)
    for name in lacks:
        package = as_file(package, name)
    _refuse_later_sources(package, date)
    unfinished = _unfinished(package, date)
    if unfinished and not force:
        shown = "\n".join(f"  {each}" for each in unfinished[:_SHOWN])
        raise SnapshotError(
            f"the package is not finished: {counted(len(unfinished), _PROBLEMS)}\n{shown}",
            hint="Finish it (`interopwatch validate` lists all but the date), or use --force: the "
            "snapshot then lists what was unfinished.",
        )
    return package, {"lacks": lacks | missing, "forced": [*breaks, *unfinished]}


def _as_frozen(
    package: Package, key: Sequence[str], *, is_foreign: bool
) -> tuple[Package, dict[str, str], list[str]]:
    """Return a package with the description that its snapshot will have.

    Args:
        package: The package.
        key: The fields of the primary key.
        is_foreign: Whether it was not written for this tool, and so is frozen as it is.

    Returns:
        The package, the tables that its snapshot will lack, and the headers that differ from their
        schemas.
    """
    lacks, headers = {}, []
    if is_foreign:
        noted = len(package.descriptor.notes)
        package = adapted(package)
        lacks = _unreadable(package)
        headers = [
            f"{package.resource(name).path}:1: {note}"
            for name, note in package.descriptor.notes[noted:]
        ]
    if key:
        package = keyed(package, key)
        package = package.with_descriptor(declaring(package.descriptor))
    return package, lacks, headers


def _without_order(package: Package, problems: Iterable[Finding]) -> dict[str, str]:
    """Return the tables whose rows cannot be sorted, since key cells are not of their types."""
    found: dict[str, str] = {}
    keys = {r.path: (r.name, r.primary_key) for r in package.descriptor.resources}
    for each in problems:
        name, key = keys[each.file]
        if each.code == "cell-type" and each.field in key:
            found.setdefault(name, f"{each.place}: {each.message}")
    return found


def _folded(problems: Iterable[Finding], root: Path) -> list[str]:
    """Return the first of each kind of problem in each field of a table, and how many follow."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for each in problems:
        groups.setdefault((each.file, each.field, each.code), []).append(each)
    return [
        f"{first.place}: {first.message}".replace(f"{first.file}: {root}{os.sep}", "")
        + (f"; {len(more):,} more like this, to line {more[-1].line}" if more else "")
        for first, *more in groups.values()
    ]


def _unreadable(package: Package) -> dict[str, str]:
    """Return the unreadable tables and the reasons, without the folder of the package."""
    found = {}
    for resource in package.descriptor.resources:
        try:
            package.table(resource.name)
        except (TableError, FetchError) as error:
            found[resource.name] = without_folder(error.message, package.root)
    return found


def _missing_files(package: Package) -> dict[str, str]:
    """Return the resources that are not tables and lack a file, and which file."""
    found = {}
    for resource in package.descriptor.files:
        missing = [p for p in package.paths_of(resource.name) if not package.has_regular_file(p)]
        if missing:
            found[resource.name] = f"{missing[0]}: the file is missing"
    return found


def _refuse_later_sources(package: Package, date: str) -> None:
    day = last_day(date)
    for resource in package.descriptor.resources:
        for row in package.rows(resource.name):
            published = package.published(row)
            if published is not None and published > day:
                raise SnapshotError(
                    f"{resource.path}:{package.table(resource.name).line_of(row)}: this row is "
                    f"from a source published on {published}, after {date}",
                    hint="An observed snapshot holds only what was published by its date. "
                    "Choose a later date, or --basis reconstructed.",
                )


def _unfinished(package: Package, date: str) -> list[str]:
    """Return the unfinished content of an observed snapshot, each with its location."""
    found = [f"{each.place}: {each.message}" for each in check_unfinished(package)]
    # A day is over once it is over anywhere on Earth.
    if last_day(date) > (datetime.now(UTC) + _EARLIEST_ZONE).date():
        found.insert(0, f"{date}: not over yet, and a snapshot describes the end of its date")
    return found
