"""How one resource differs between two packages: small tables are held, large ones are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs
from msgspec.structs import replace

from interopwatch.compare.rows import NONE, TableDiff, match
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Generator

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance


def diff_resource(
    old: Package, new: Package, name: str, options: DiffOptions, tolerance: Tolerance = NONE
) -> Generator[TableDiff]:
    """What differs in one resource of two packages, in order, some at a time.

    See :func:`interopwatch.diff`. Close it if you do not exhaust it.
    """
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before is None:
        yield match(Table(new.resource(name), ()), new.table(name))
        return
    if after is None:
        yield match(old.table(name), Table(old.resource(name), ()))
        return
    if _is_large(old, new, name, options):
        same_bytes, found = yield from _large(old, new, name, options, tolerance)
    else:
        same_bytes, found = old.content(name) == new.content(name), False
        if not (before == after and same_bytes):
            every = match(old.table(name), new.table(name), tolerance)
            found = every.tells
            yield every
        elif not _were_keys_checked(old, new, name):
            table = new.table(name)  # raises for a header that is not as said
            if after.primary_key and not options.trust_keys:
                _ = table.by_key  # raises for a key that stands twice
    # Where fields came, went or changed, the bytes differ for a reason that is told.
    if before.by_name == after.by_name and not same_bytes and not found:
        yield TableDiff(form_only=True)


def _were_keys_checked(old: Package, new: Package, name: str) -> bool:
    """Whether freezing checked the keys of two equal files that have been read."""
    return any(package.is_on_disk and package.has_hash(name) for package in (old, new))


def _is_large(old: Package, new: Package, name: str, options: DiffOptions) -> bool:
    on_disk = old.is_on_disk and new.is_on_disk
    return on_disk and old.size(name) + new.size(name) > options.in_memory


def _files(old: Package, new: Package, name: str) -> tuple[CsvFile, CsvFile, bool]:
    """The two files of a resource, and whether something vouches for their keys.

    A frozen snapshot whose hash holds does: freezing checked them.
    """
    from concurrent.futures import ThreadPoolExecutor

    from interopwatch.compare.csvfile import CsvFile

    mine, yours = old.resource(name), new.resource(name)
    with ThreadPoolExecutor(2) as pool:  # each checks its hash, if it was frozen
        vouched = list(pool.map(lambda package: package.vouches_for(name), (old, new)))
    same_key = mine.primary_key == yours.primary_key
    if not same_key and all(field in mine.by_name for field in yours.primary_key):
        mine = structs.replace(
            mine, primary_key=yours.primary_key
        )  # rows are matched by the newer key
    one, other = (
        CsvFile(old.path(name), mine, old.place(name), old.names(name)),
        CsvFile(new.path(name), yours, new.place(name)),
    )
    return one, other, same_key and all(vouched)


def _large(
    old: Package, new: Package, name: str, options: DiffOptions, tolerance: Tolerance
) -> Generator[TableDiff, None, tuple[bool, bool]]:
    """Compare files that are better not held in memory.

    Returns:
        Whether their bytes are the same, and whether anything differs.
    """
    from interopwatch.compare.strategy import diff_files

    one, other, vouched = _files(old, new, name)
    any_found = False
    options = replace(options, trust_keys=options.trust_keys or vouched)
    with diff_files(one, other, options, tolerance) as found:
        for some in (
            (match(old.table(name), new.table(name), tolerance),) if found is None else found
        ):
            any_found |= some.tells
            yield some
    return not any_found and one.has_bytes_of(other), any_found
