"""Validate a data package and its snapshots. Problems are returned as findings, never raised.

Each module is a family of checks; :mod:`interopwatch.validation.catalogue` lists their findings.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.compare.options import unwatched
from interopwatch.validation.counts import check_counts
from interopwatch.validation.descriptor import check_constraints, check_names
from interopwatch.validation.file_names import check_file_names
from interopwatch.validation.form import check_form, check_keys
from interopwatch.validation.frictionless_checks import check_with_frictionless
from interopwatch.validation.git_history import read_history
from interopwatch.validation.leftovers import check_leftovers
from interopwatch.validation.pictures import check_pictures
from interopwatch.validation.profiles import check_faults, check_gaps, check_profiles
from interopwatch.validation.readable import ReadablePackage
from interopwatch.validation.rows import check_headers, check_rows, invalid_fields
from interopwatch.validation.snapshots import check_folders, check_snapshots
from interopwatch.validation.templates import check_templates
from interopwatch.validation.usage import check_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.compare.options import Watch
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store

__all__ = ["validate", "validate_package"]

_OF_DESCRIPTOR: Final = (
    check_faults,
    check_gaps,
    check_profiles,
    check_names,
    check_file_names,
    check_templates,
    check_pictures,
    check_constraints,
)
_OF_TABLES: Final = (check_form, check_keys, check_counts, check_usage)


def validate(
    store: Store, *, thorough: bool = False, watch: Watch = unwatched
) -> tuple[Finding, ...]:
    """Validate a package and its snapshots.

    A snapshot that is unchanged since its first commit to git is not checked again
    (:mod:`interopwatch.validation.snapshots` defines unchanged), and only the package itself
    is also checked by frictionless.

    Args:
        store: The package with its snapshots.
        thorough: Whether to check everything regardless, and by frictionless, too.
        watch: Called with what is being checked.

    Returns:
        The findings, sorted by file, line and field. Files are named by their path in the
        folder of the package, as in ``snapshots/2014/tables/x.csv``.

    Raises:
        MissingExtraError: A thorough check is requested, and frictionless is not installed.
    """

    def check_snapshot(package: ReadablePackage) -> tuple[Finding, ...]:
        return validate_package(package, thorough=True) if thorough else _own_checks(package)

    root = store.package.root
    watch("checking the tables", None)
    found = list(validate_package(store.package, thorough=thorough))
    history = read_history(root)
    names = () if thorough else store.names()
    committed = [name for name in names if history.has_unchanged(root, name)]
    new = history.uncommitted(store.names())
    found += check_snapshots(store, check_snapshot, committed, watch, new=new)
    # Reported once: a file that does not match its sums differs from the last commit, too.
    edited = {finding.file for finding in found if finding.code == "snapshot-edited"}
    changed = (f for f in history.differences(root) if f.file not in edited)
    others = (
        check_folders(store),
        check_leftovers(store),
        history.rewritten,
        history.unchecked,
        changed,
    )
    return _in_order(chain(found, *others))


def validate_package(package: Package, *, thorough: bool = False) -> tuple[Finding, ...]:
    """Validate one package, without its snapshots.

    Args:
        package: Any package, including that of a snapshot.
        thorough: Whether frictionless should check large tables and foreign keys, too.

    Returns:
        The findings, sorted by file, line and field. Files are named by their path in the
        package.

    Raises:
        MissingExtraError: A thorough check is requested, and frictionless is not installed.
    """
    package = ReadablePackage.of(package)
    found = _own_checks(package)
    others = check_with_frictionless(package.under_headers, found, thorough=thorough)
    return _in_order(_located(package, chain(found, others)))


def _located(package: ReadablePackage, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; those about inline rows get their location in the descriptor."""
    items = package.descriptor.raw.get("resources", ())
    places = {item.get("name"): place for place, item in enumerate(items)}
    inline = {
        resource.path: places[resource.name]
        for resource in package.descriptor.resources
        if resource.source is not None and not resource.source.paths and resource.name in places
    }
    for one in findings:
        if one.file not in inline:
            yield one
            continue
        row = f"row {one.line - 1}" if one.line > 1 else ""
        where = ", ".join(filter(None, (row, one.field)))
        message = f"{where}: {one.message}" if where else one.message
        file, line, at = package.in_descriptor_at(("resources", inline[one.file], "data"))
        yield replace(one, file=file, line=line, field=at, message=message)


def _own_checks(package: ReadablePackage) -> tuple[Finding, ...]:
    found = [finding for check in _OF_DESCRIPTOR for finding in check(package)]
    # Invalidly declared fields: checking their cells would repeat the same problem.
    invalid = invalid_fields(package, found)
    package = package.under_headers
    found += check_headers(package)
    found += check_rows(package, invalid)
    found += chain.from_iterable(check(package) for check in _OF_TABLES)
    return tuple(found)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings)))
