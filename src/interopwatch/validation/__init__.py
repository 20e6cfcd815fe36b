"""Checks a data package and its snapshots. What is wrong is told as findings, never raised.

Each module is a family of checks; :mod:`interopwatch.validation.catalogue` lists what
they can find.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from interopwatch.findings import Finding
from interopwatch.package.package import Package
from interopwatch.timeline.snapshots import FOLDER
from interopwatch.validation import committed, sealed
from interopwatch.validation.counts import check_counts
from interopwatch.validation.declarations import check_declarations
from interopwatch.validation.form import check_form
from interopwatch.validation.judge import check_independently
from interopwatch.validation.lenient import Lenient, below
from interopwatch.validation.meanings import check_meanings
from interopwatch.validation.profiles import check_profiles
from interopwatch.validation.rows import check_rows
from interopwatch.validation.templates import check_templates
from interopwatch.validation.usage import check_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from interopwatch.timeline.snapshots import Store

__all__ = ["validate", "validate_package"]

_OF_DESCRIPTOR: Final = (check_profiles, check_meanings, check_templates, check_declarations)
_OF_TABLES: Final = (check_form, check_counts, check_usage)
_SAME_FILE: Final = ("hash-wrong", "bytes-wrong", "snapshot-irreproducible")
"""What goes without saying of a file that is not what was frozen."""


def validate(store: Store) -> tuple[Finding, ...]:
    """Everything that is wrong with a package or one of its snapshots.

    Args:
        store: The package with its snapshots.

    Returns:
        The findings, sorted by file, line and field. Files are named by their path from the
        folder of the package, as in ``snapshots/2014/tables/x.csv``.
    """
    root = store.package.root
    found = [
        *validate_package(store.package),
        *_snapshots(store),
        *sealed.check_folders(store),
        *committed.check_history(root),
    ]
    return _in_order(found)


def validate_package(package: Package) -> tuple[Finding, ...]:
    """Everything that is wrong with one package, its snapshots aside.

    Args:
        package: Any package; one of a snapshot, too.

    Returns:
        The findings, sorted by file, line and field. Files are named by their path in the
        package.
    """
    lenient = Lenient(package)
    found = [finding for check in _OF_DESCRIPTOR for finding in check(lenient)]
    found += check_rows(lenient, tuple(found))
    found += chain.from_iterable(check(lenient) for check in _OF_TABLES)
    found += check_independently(lenient, tuple(found))
    return _in_order(found)


def _snapshots(store: Store) -> Iterator[Finding]:
    opened = {name: sealed.opened(store.folder / name) for name in store.names()}
    found = {n: [*sealed.check_sums(store.folder / n), *_snapshot(p, n)] for n, p in opened.items()}
    broken = [name for name, package in opened.items() if _is_broken(package, found[name])]
    for name, package in opened.items():
        if isinstance(package, Package):
            found[name] += _reconstruction(store, package, broken)
        edited = {f.file for f in found[name] if f.code == "snapshot-edited"}
        for finding in found[name]:
            if not (finding.code in _SAME_FILE and finding.file in edited):
                yield below(f"{FOLDER}/{name}", finding)


def _snapshot(package: Package | Finding, name: str) -> Iterator[Finding]:
    """What is wrong with one snapshot, or why it is none."""
    if isinstance(package, Finding):
        yield package
        return
    yield from validate_package(package)
    yield from sealed.check_frozen(Lenient(package), name)


def _is_broken(package: Package | Finding, found: Iterable[Finding]) -> bool:
    """Whether a snapshot is not fit to make a reconstruction from."""
    if isinstance(package, Finding):
        return True
    return package.is_observed and any(finding.level == "error" for finding in found)


def _reconstruction(store: Store, package: Package, broken: Sequence[str]) -> Iterator[Finding]:
    """How a reconstructed snapshot differs from a fresh reconstruction."""
    if package.is_observed:
        return
    if broken:
        message = f"not compared with a fresh reconstruction: {', '.join(broken)} not in order"
        yield Lenient(package).described(
            ("interopwatch", "basis"), "snapshot-unchecked", message, level="notice"
        )
        return
    yield from sealed.check_reconstruction(store, package)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings)))
