"""Compare one resource of two packages: small tables in memory, large ones as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.compare.match import match, note_wrong_cells
from interopwatch.compare.rows import NONE, Part, TableDiff
from interopwatch.errors import KeyProblemError
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance

    Comparer = Callable[[Package, Package, str, DiffOptions, Tolerance], Generator[Part]]


def diff_resource(
    old: Package, new: Package, name: str, options: DiffOptions, tolerance: Tolerance = NONE
) -> Generator[Part]:
    """Yield the differences of one resource of two packages, in order and in batches.

    See :func:`interopwatch.diff`. Close the generator if you do not exhaust it.
    """
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before is None:
        table = new.table(name)
        note_wrong_cells(table, options.note)
        yield match(Table(new.resource(name), ()), table, note=options.note)
        return
    if after is None:
        yield match(old.table(name), Table(old.resource(name), ()), note=options.note)
        return
    if is_large(old, new, name, options):
        same_bytes, found = yield from _large(old, new, name, options, tolerance)
    else:
        same_bytes, found = old.content(name) == new.content(name), False
        if not (before == after and same_bytes):
            every = match(old.table(name), new.table(name), tolerance, options.note)
            found = every.has_rows
            yield every
        elif not _were_keys_checked(old, new, name):
            table = new.table(name)  # raises if the header does not match the schema
            if after.primary_key and not options.trust_keys:
                _check_keys(table, options)
    # Fields that were added, removed or changed are reported, and explain why the bytes differ.
    if before.by_name == after.by_name and not same_bytes and not found:
        yield TableDiff(form_only=True)


def _check_keys(table: Table, options: DiffOptions) -> None:
    """Check that the keys of a table that both editions share are unique.

    Raises:
        KeyProblemError: They are not, and ``options.note`` is ``None``.
    """
    try:
        _ = table.by_key
    except KeyProblemError as error:
        if options.note is None:
            raise
        options.note(error.message)


def _were_keys_checked(old: Package, new: Package, name: str) -> bool:
    """Whether the keys of two equal files were checked when a snapshot was frozen."""
    return any(package.is_on_disk and package.has_hash(name) for package in (old, new))


def is_large(old: Package, new: Package, name: str, options: DiffOptions) -> bool:
    """Whether two tables are files that are too large to be compared in memory."""
    is_plain = old.is_plain(name) and new.is_plain(name)
    return is_plain and old.size(name) + new.size(name) > options.in_memory


def _files(old: Package, new: Package, name: str) -> tuple[CsvFile, CsvFile, bool]:
    """Return the two files of a resource, and whether their keys are known to be unique.

    They are in frozen snapshots whose hashes match: freezing checked them.
    """
    from interopwatch.compare.csvfile import CsvFile

    mine, yours = old.resource(name), new.resource(name)
    vouched = [package.vouches_for(name) for package in (old, new)]  # both are checked
    same_key = mine.primary_key == yours.primary_key
    if not same_key and all(field in mine.by_name for field in yours.primary_key):
        # Rows are matched by the newer key.
        mine = replace(mine, primary_key=yours.primary_key)
    one, other = (
        CsvFile(old.path(name), mine, old.place(name), old.names(name)),
        CsvFile(new.path(name), yours, new.place(name)),
    )
    return one, other, same_key and all(vouched)


def _large(
    old: Package, new: Package, name: str, options: DiffOptions, tolerance: Tolerance
) -> Generator[Part, None, tuple[bool, bool]]:
    """Compare two files by the fastest strategy, or else as tables in memory.

    Returns:
        Whether the bytes are equal (``False`` if a row differs), and whether any row differs.
    """
    from interopwatch.compare.strategy import diff_files

    one, other, vouched = _files(old, new, name)
    options = replace(options, trust_keys=options.trust_keys or vouched)
    has_key = bool(other.resource.primary_key)
    are_tables = not (has_key or one.has_bytes_of(other))
    any_found = False
    if has_key:
        try:
            with diff_files(one, other, options, tolerance) as found:
                are_tables = found is None
                for some in found or ():
                    any_found = any_found or some.diff.has_rows
                    yield some
        except KeyProblemError:
            # Duplicate and empty keys are found before the first rows are yielded.
            if options.note is None or any_found:
                raise
            are_tables = True
    if are_tables:
        every = match(old.table(name), new.table(name), tolerance, options.note)
        any_found = every.has_rows
        yield every
    return not any_found and one.has_bytes_of(other), any_found
