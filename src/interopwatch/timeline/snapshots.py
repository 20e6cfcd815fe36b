"""The store of dated snapshots: list them, resolve a name, lock the package for writing.

A snapshot is a folder ``snapshots/DATE`` that is a complete data package of its own,
with ``SHA256SUMS`` over every other file in it. :mod:`interopwatch.timeline.freeze` makes them.

A store is found by its path, in a parent folder, or as the data that ships with the library.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import DescriptorError, OutputError, SnapshotError
from interopwatch.loaders.resolve import is_elsewhere, opened_package
from interopwatch.package.adapted import adapted
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.package.edtf import is_plain, last_day
from interopwatch.package.package import Package, descriptor_in, open_package
from interopwatch.updates import do_nothing, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from interopwatch.updates import PackageLock

FOLDER: Final = "snapshots"
WORKING: Final = "tables"
"""The name of the working edition where a snapshot could be named."""
_INSTALLED: Final = Path(__file__).parents[1] / "data"
"""The data of an installed copy of this library."""


class Store(Struct, frozen=True):
    """A package and its snapshots.

    Attributes:
        package: The working edition.
    """

    package: Package

    @property
    def folder(self) -> Path:
        """The folder that holds the snapshots."""
        return self.package.root / FOLDER

    def names(self) -> tuple[str, ...]:
        """Return the dates of the snapshots, in chronological order.

        Dates that end on the same day are ordered from the longest period to the shortest:
        ``2023`` comes before ``2023-12-31``.
        """
        if not self.folder.is_dir():
            return ()
        found = (p.name for p in self.folder.iterdir() if p.is_dir() and is_plain(p.name))
        return tuple(sorted(found, key=lambda name: (last_day(name), len(name))))

    def snapshot(self, name: str) -> Package:
        """Open a snapshot by its date.

        Raises:
            SnapshotError: There is none with this date; the hint lists those there are.
            DescriptorError: Its descriptor is unusable.
        """
        if name not in self.names():
            raise SnapshotError(f"there is no snapshot {name!r}", hint=self._known())
        package = open_package(self.folder / name, name)
        if package.descriptor.frozen is None:
            raise DescriptorError(
                f"{package.root}: the descriptor does not declare it a snapshot",
                hint="Restore it from version control: snapshots are never edited.",
            )
        # A snapshot is never edited; the current vocabulary makes all editions read alike.
        package.words = self.package.descriptor
        return package

    def snapshots(self) -> tuple[Package, ...]:
        """Open all snapshots, in chronological order."""
        return tuple(self.snapshot(name) for name in self.names())

    def observed(self, until: str = "") -> tuple[Package, ...]:
        """Open the observed snapshots, in chronological order, up to the one named ``until``."""
        names = self.names()
        if until:
            names = names[: names.index(until) + 1]
        every = (self.snapshot(name) for name in names)
        return tuple(package for package in every if package.is_observed)

    def last_observed(self) -> Package | None:
        """Open the last observed snapshot, and no older one; ``None`` if there is none."""
        newest_first = map(self.snapshot, reversed(self.names()))
        return next((package for package in newest_first if package.is_observed), None)

    def editions(self) -> tuple[Package, ...]:
        """Return all observed snapshots, in chronological order, then the working edition."""
        return (*self.observed(), self.package)

    @contextmanager
    def opened(
        self, name: str, *, private: bool = False, resources: Collection[str] | None = None
    ) -> Iterator[Package]:
        """Open a package by the user's name for it, wherever it is, while the context lasts.

        Args:
            name: A snapshot's date, ``tables``, or anything that
                :func:`interopwatch.loaders.resolve.opened_package` opens.
            private: Whether to allow fetching from addresses that are not public.
            resources: The resources that are needed; all if not given.

        Raises:
            SnapshotError: It is none of these; the hint lists the snapshots.
            InteropwatchError: As that function raises.
        """
        # A date names a snapshot rather than a file.
        is_path = bool(name) and not is_plain(name) and Path(name).exists()
        if name == WORKING or name in self.names() or not (is_elsewhere(name) or is_path):
            yield adapted(self.resolve(name), resources)
            return
        with opened_package(name, self.package, private=private, resources=resources) as package:
            yield package

    def resolve(self, name: str) -> Package:
        """Open a package on disk by its name: a snapshot's date, ``tables``, or a path to a folder.

        Raises:
            SnapshotError: It is none of these; the hint lists the snapshots.
            DescriptorError: It exists, but its descriptor is unusable.
        """
        if name == WORKING:
            return self.package
        if name in self.names():
            return self.snapshot(name)
        if is_elsewhere(name):
            raise _elsewhere(name)
        if name and Path(name).exists() and not is_plain(name):
            return open_package(name, name)
        raise SnapshotError(f"there is no snapshot or data package {name!r}", hint=self._known())

    def _known(self) -> str:
        names = self.names()
        others = f"`{WORKING}` is the working edition, git:REV a revision of git."
        if not names:
            return f"There are no snapshots yet; {others}"
        return f"Snapshots: {', '.join(names)}; {others}"


def _elsewhere(name: str) -> SnapshotError:
    return SnapshotError(
        f"{name}: this must be unpacked or fetched first",
        hint="Open it for as long as you need it: `with store.opened(name) as package:`",
    )


def open_store(path: str | Path | None = None) -> Store:
    """Open a package with its snapshots.

    Args:
        path: Its folder or its descriptor. If not given, the nearest one from the current folder
            upwards, as on the command line; failing that, the data that ships with this library.

    Raises:
        DescriptorError: There is no descriptor, or it cannot be read or used.
    """
    return Store(open_package(path or enclosing_package(Path.cwd()) or shipped(), WORKING))


def heads(snapshots: Collection[Package]) -> tuple[Package, ...]:
    """Return the snapshots that none of the others names as its predecessor.

    As the heads of a git history, they are the ones that the next snapshot names.
    """
    frozen = [p.descriptor.frozen for p in snapshots if p.descriptor.frozen is not None]
    named = {name for each in frozen for name in each.previous}
    return tuple(package for package in snapshots if package.label not in named)


@contextmanager
def locked_store(
    path: str | Path, waiting: Callable[[], None] = do_nothing
) -> Iterator[tuple[Store, PackageLock]]:
    """Open a package for writing, under its lock.

    An interrupted update is completed, and temporary files of killed processes are removed.

    Args:
        path: Its folder or its descriptor.
        waiting: Called once if another process is writing to it.

    Raises:
        DescriptorError: There is no descriptor, or it cannot be used; or one of its tables would
            overwrite a snapshot or the descriptor itself.
        OutputError: It is the data that ships with this library, or a snapshot, or is not
            writable.
    """
    place = Path(path)
    file = descriptor_in(place) if place.is_dir() else place
    root = file.parent
    if root.resolve().is_relative_to(_INSTALLED.resolve()):
        raise OutputError(
            f"{root}: this is the data that ships with interopwatch, and is read-only",
            hint="Copy the folder, and give the copy: interopwatch --package PATH …",
        )
    # First, so that no lock file is left where there is no package.
    if open_package(file, WORKING, recovering=True).descriptor.frozen is not None:
        raise OutputError(
            f"{root}: this is a snapshot, and snapshots are never edited",
            hint="Give the package that it is a snapshot of: interopwatch --package PATH …",
        )
    with locked(root, waiting) as lock:
        declared = _writable(open_package(file, WORKING, recovering=True))
        lock.recover(declared, root / FOLDER)
        yield Store(open_package(file, WORKING)), lock


def _writable(package: Package) -> frozenset[Path]:
    """Return the files of a package that may be written: its descriptor and its plain tables."""
    for resource in package.descriptor.resources:
        if resource.source is not None:
            continue
        path = package.path(resource.name)
        inside = path.resolve().relative_to(package.root.resolve()).parts
        # In any case, since that is the same folder on macOS and Windows.
        if inside[0].lower() == FOLDER or path.resolve() == package.file.resolve():
            where = "over the descriptor" if len(inside) == 1 else f"in {FOLDER}/"
            raise DescriptorError(
                f"{package.file}: the table of resource {resource.name!r} would be written {where}",
                hint="Nothing was changed. Give it a path of its own.",
            )
    return package.tables_on_disk() | {package.file}


def enclosing_package(folder: Path) -> Path | None:
    """Return the nearest folder that contains a data package, from this one upwards."""
    start = folder.resolve()
    return next((p for p in (start, *start.parents) if descriptor_in(p).is_file()), None)


def shipped() -> Path:
    """Return the folder of the data that ships with this library.

    Raises:
        DescriptorError: The installation lacks it.
    """
    # An installed copy contains the data; a source checkout has it two folders above.
    for place in (_INSTALLED, _INSTALLED.parents[2]):
        if (place / FILE_NAME).is_file():
            return place
    raise DescriptorError(
        f"{_INSTALLED}: the data that ships with interopwatch is missing",
        hint="Install the package again, or give --package PATH.",
    )
