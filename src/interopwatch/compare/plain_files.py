"""Compare resources that are not tables, and tables that cannot be read, by their bytes.

An unreadable table does not prevent the comparison of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.changeset.metadata import merged
from interopwatch.changeset.model import FileChange, FileState
from interopwatch.compare.resources import is_large
from interopwatch.errors import (
    FetchError,
    InteropwatchError,
    KeyProblemError,
    OriginError,
    TableError,
)
from interopwatch.package.descriptor import TableSource
from interopwatch.package.encodings import encoding_warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from interopwatch.compare.options import DiffOptions, Unread
    from interopwatch.compare.pairs import PackagePair
    from interopwatch.package.package import Package

UNREADABLE = (TableError, OriginError, FetchError)
"""The errors that prevent the comparison of one table, but not of the others."""


def file_changes(
    old: Package, new: Package, names: Collection[str] | None = None
) -> tuple[FileChange, ...]:
    """Return the changed files of resources that are plain files in either package.

    Args:
        old: The package before.
        new: The package after.
        names: The resources to compare; all of them if not given.
    """
    every = merged(list(old.descriptor.files_by_name), list(new.descriptor.files_by_name))
    chosen = [name for name in every if names is None or name in names]
    return tuple(change for name in chosen for change in changes_of(old, new, name))


def changes_of(old: Package, new: Package, name: str) -> Iterator[FileChange]:
    """Yield the changed files of one resource; a single file may have changed its path, too."""
    was, now = (_states(side, name) for side in (old, new))
    if len(was) == len(now) == 1:
        before, after = was[min(was)], now[min(now)]
        if before != after:
            yield FileChange(name, before, after)
        return
    for path in merged(list(was), list(now)):
        if was.get(path) != now.get(path):
            yield FileChange(name, was.get(path), now.get(path))


def _states(package: Package, name: str) -> dict[str, FileState]:
    """Return the existing files of a resource, by path."""
    if not (name in package.descriptor.by_name or name in package.descriptor.files_by_name):
        return {}
    found = {}
    for path in package.paths_of(name):
        try:
            found[path] = FileState(path, package.file_content(path))
        except TableError:
            continue  # it is missing: reported as removed or added, and noted
    return found


def without_files(old: Package, new: Package, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of some resources that have no file in either package, and are not compared."""
    return tuple(name for name in names if not (_states(old, name) or _states(new, name)))


def as_file(package: Package, name: str) -> Package:
    """Return a package in which a table is turned into a plain file."""
    descriptor = package.descriptor
    resource = descriptor.by_name.get(name)
    if resource is None:
        return package
    paths = package.paths_of(name)
    plain = replace(resource, format="file", source=TableSource(paths))
    return package.with_descriptor(
        replace(
            descriptor,
            resources=tuple(r for r in descriptor.resources if r.name != name),
            files=(*descriptor.files, plain),
        )
    )


class BrokenTables:
    """Collects tables that prove unreadable during the comparison, and compares them as files.

    Attributes:
        files: Their changed files.
    """

    def __init__(self, pair: PackagePair, others: Collection[str]) -> None:
        """Start without any.

        Args:
            pair: The packages, with tables already known to be unreadable turned into files.
            others: The resources that are not tables.
        """
        self.files: list[FileChange] = []
        self._pair = pair
        self._first: InteropwatchError | None = None
        self._left = len(pair.names) + len(others)

    def add(self, name: str, error: InteropwatchError) -> None:
        """Report why a table is not compared, and compare its files.

        Raises:
            InteropwatchError: The first error, if it cannot be reported or nothing can be compared.
        """
        self._left -= 1
        self._first = self._first or error
        options = self._pair.options
        if options.unread is None or not (self._left or options.may_read_nothing):
            raise self._first
        options.unread(name, error.message)
        self.files += changes_of(self._pair.old, self._pair.new, name)


def other_files(old: Package, new: Package, names: Collection[str] | None) -> frozenset[str]:
    """Return the resources to compare that are plain files in either package."""
    found = {*old.descriptor.files_by_name, *new.descriptor.files_by_name}
    return frozenset(name for name in found if names is None or name in names)


def readable_tables(
    old: Package, new: Package, names: Collection[str] | None, options: DiffOptions
) -> tuple[Package, Package]:
    """Return two packages in which unreadable tables are turned into plain files.

    The reasons are reported to ``options.unread``. If that is ``None``, the packages are returned
    unchanged, and reading such a table raises an error.

    Raises:
        InteropwatchError: Nothing can be read though the files exist, and no option allows that.
    """
    if options.unread is None:
        return old, new
    sides = (old, new)
    every = merged(list(old.descriptor.by_name), list(new.descriptor.by_name))
    chosen = [name for name in every if names is None or name in names]
    most = {name: -1 if _are_large(sides, name, options) else options.in_memory for name in chosen}
    found = {name: [_problem(side, name, most[name]) for side in sides] for name in chosen}
    problems = {name: [each for each in both if each] for name, both in found.items()}
    is_nothing_read = chosen and all(problems.values()) and not other_files(old, new, names)
    if is_nothing_read and not options.may_read_nothing:
        every_problem = [each for both in problems.values() for each in both]
        if not any(is_gone for _, is_gone in every_problem):
            raise every_problem[0][0]
    for name in chosen:
        if reasons := [error.message for error, _ in problems[name]]:
            options.unread(name, "; ".join(dict.fromkeys(reasons)))
            sides = (as_file(sides[0], name), as_file(sides[1], name))
    _note_doubts((old, new), [name for name in chosen if not problems[name]], options)
    for package in (old, new):
        for name in package.descriptor.files_by_name:
            if names is None or name in names:
                _note_missing(package, name, options.unread)
    return sides


def tables_as_compared(
    old: Package, new: Package, names: Collection[str] | None, options: DiffOptions
) -> tuple[Package, Package]:
    """Return the packages of :func:`readable_tables` again, without reporting any problem."""
    if options.unread is None:
        return old, new
    return readable_tables(old, new, names, replace(options, unread=_unheard, note=None))


def _unheard(resource: str, reason: str) -> None:
    """Report nothing: the comparison already has."""
    del resource, reason


def _note_doubts(sides: Iterable[Package], names: Iterable[str], options: DiffOptions) -> None:
    """Report the tables that are probably in another encoding than the declared one."""
    if options.note is None:
        return
    for name in names:
        there = [side for side in sides if name in side.descriptor.by_name]
        for doubt in dict.fromkeys(encoding_warning(side, name) for side in there):
            if doubt:
                options.note(f"{name}: {doubt}")


def _note_missing(package: Package, name: str, unread: Unread) -> None:
    """Report the files of a plain resource that are missing, or not fetched."""
    there = _states(package, name)
    source = package.descriptor.files_by_name[name].source
    for path in source.paths if source else ():
        if path not in there:
            why = "URLs of other files are not fetched"
            if "://" not in path:
                is_folder = (package.root / path).is_dir()
                why = "it is a folder, and not a file" if is_folder else "it is missing"
            unread(name, f"{package.places.get(path, path)}: {why}")


def _are_large(sides: tuple[Package, Package], name: str, options: DiffOptions) -> bool:
    """Whether both tables of a resource are files too large to be compared in memory."""
    if not all(name in side.descriptor.by_name and side.is_readable(name) for side in sides):
        return False
    try:
        return is_large(*sides, name, options)
    except UNREADABLE:
        return False


def _problem(package: Package, name: str, most: int) -> tuple[InteropwatchError, bool] | None:
    """Return the error that reading a table raises, and whether its file is missing.

    ``None`` if it can be read, or has more than ``most`` bytes and is not tried. Nor is a frozen
    table, which was read when it was frozen.
    """
    is_readable = name in package.descriptor.by_name and package.is_readable(name)
    if name not in package.descriptor.by_name or (package.address and not is_readable):
        return None
    try:
        if package.size(name) <= most and is_readable and not _was_read(package, name):
            package.table(name)
    except KeyProblemError:
        return None
    except UNREADABLE as error:
        return error, not all(_is_there(package, path) for path in package.paths_of(name))
    return None


def _was_read(package: Package, name: str) -> bool:
    """Whether a table was read when its package was frozen."""
    frozen = package.descriptor.frozen
    return frozen is not None and name not in frozen.lacks and package.has_hash(name)


def _is_there(package: Package, path: str) -> bool:
    if package.files is not None and path in package.files:
        return True
    return (package.root / path).exists()
