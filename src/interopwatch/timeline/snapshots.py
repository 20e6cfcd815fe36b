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
from interopwatch.updates import locked, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from interopwatch.updates import PackageLock

FOLDER: Final = "snapshots"
WORKING: Final = "tables"
"""What the working edition is called where a snapshot could be named."""
_INSTALLED: Final = Path(__file__).parents[1] / "data"
"""Where an installed copy of this library holds its data."""


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
        """The dates of the snapshots, in order of time.

        Dates that end on one day are ordered from the longest to the shortest:
        ``2023`` comes before ``2023-12-31``.
        """
        if not self.folder.is_dir():
            return ()
        found = (p.name for p in self.folder.iterdir() if p.is_dir() and is_plain(p.name))
        return tuple(sorted(found, key=lambda name: (last_day(name), len(name))))

    def snapshot(self, name: str) -> Package:
        """A snapshot by its date.

        Raises:
            SnapshotError: There is none of that date; the hint lists those there are.
            DescriptorError: Its descriptor is unusable.
        """
        if name not in self.names():
            raise SnapshotError(f"there is no snapshot {name!r}", hint=self._known())
        package = open_package(self.folder / name, name)
        if package.descriptor.frozen is None:
            raise DescriptorError(
                f"{package.root}: the descriptor does not say what it is a snapshot of",
                hint="Restore it from version control: snapshots are never edited.",
            )
        # A snapshot is never edited; in today's words it reads like the editions beside it.
        package.words = self.package.descriptor
        return package

    def snapshots(self) -> tuple[Package, ...]:
        """All snapshots, in order of time."""
        return tuple(self.snapshot(name) for name in self.names())

    def observed(self, until: str = "") -> tuple[Package, ...]:
        """The observed snapshots, in order of time, up to the one named ``until``."""
        names = self.names()
        if until:
            names = names[: names.index(until) + 1]
        every = (self.snapshot(name) for name in names)
        return tuple(package for package in every if package.is_observed)

    def editions(self) -> tuple[Package, ...]:
        """Everything observed, in order of time, and last of all the working edition."""
        return (*self.observed(), self.package)

    @contextmanager
    def opened(
        self, name: str, *, private: bool = False, resources: Collection[str] | None = None
    ) -> Iterator[Package]:
        """A package by what the user calls it, wherever it is, for as long as it is needed.

        Args:
            name: A snapshot's date, ``tables``, or anything that
                :func:`interopwatch.loaders.resolve.opened_package` opens.
            private: Whether to fetch from addresses that are not public, too.
            resources: The resources that are needed; all if not given.

        Raises:
            SnapshotError: It is none of these; the hint lists the snapshots.
            InteropwatchError: What that function raises.
        """
        # A date is a snapshot before it is the name of a file.
        is_path = bool(name) and not is_plain(name) and Path(name).exists()
        if name == WORKING or name in self.names() or not (is_elsewhere(name) or is_path):
            yield adapted(self.resolve(name), resources)
            return
        with opened_package(name, self.package, private=private, resources=resources) as package:
            yield package

    def resolve(self, name: str) -> Package:
        """A package on disk by its name: a snapshot's date, ``tables``, or a path to a folder.

        Raises:
            SnapshotError: It is none of these; the hint lists the snapshots.
            DescriptorError: It is there, and its descriptor is unusable.
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
        f"{name}: this has to be unpacked or fetched first",
        hint="Open it for as long as you need it: `with store.opened(name) as package:`",
    )


def open_store(path: str | Path | None = None) -> Store:
    """Open a package with its snapshots.

    Args:
        path: Its folder or its descriptor. Without it, the nearest one from the current folder
            upwards, as on the command line; failing that, the data that ships with this library.

    Raises:
        DescriptorError: There is no descriptor, or it cannot be read or used.
    """
    return Store(open_package(path or upwards(Path.cwd()) or shipped(), WORKING))


def heads(snapshots: Collection[Package]) -> tuple[Package, ...]:
    """The snapshots that none of the others names as frozen before it.

    They are what git calls the heads of a history; the next snapshot names them.
    """
    frozen = [p.descriptor.frozen for p in snapshots if p.descriptor.frozen is not None]
    named = {name for own in frozen for name in own.previous}
    return tuple(package for package in snapshots if package.label not in named)


@contextmanager
def locked_store(
    path: str | Path, waiting: Callable[[], None] = silent
) -> Iterator[tuple[Store, PackageLock]]:
    """Open a package to write to it, while nobody else does.

    An update of it that was interrupted is completed, and what killed processes have left of
    their writing is removed.

    Args:
        path: Its folder or its descriptor.
        waiting: Called once if another process is writing to it.

    Raises:
        DescriptorError: There is no descriptor, or it cannot be used; or it would have a table
            written over a snapshot or over the descriptor itself.
        OutputError: It is the data that ships with this library, or a snapshot, or cannot be
            written to.
    """
    place = Path(path)
    file = descriptor_in(place) if place.is_dir() else place
    root = file.parent
    if root.resolve().is_relative_to(_INSTALLED.resolve()):
        raise OutputError(
            f"{root}: this is the data that ships with interopwatch, and is never written to",
            hint="Copy the folder, and name the copy: interopwatch --package PATH …",
        )
    # Before a lock is left where no package is.
    if open_package(file, WORKING, recovering=True).descriptor.frozen is not None:
        raise OutputError(
            f"{root}: this is a snapshot, and snapshots are never edited",
            hint="Name the package that it is a snapshot of: interopwatch --package PATH …",
        )
    with locked(root, waiting) as lock:
        declared = _writable(open_package(file, WORKING, recovering=True))
        lock.recover(declared, root / FOLDER)
        yield Store(open_package(file, WORKING)), lock


def _writable(package: Package) -> frozenset[Path]:
    """The files of a package that may be written: its descriptor and its plain tables."""
    for resource in package.descriptor.resources:
        if resource.source is not None:
            continue
        path = package.path(resource.name)
        inside = path.resolve().relative_to(package.root.resolve()).parts
        # In any letter case, as on macOS and Windows that is the same folder.
        if inside[0].lower() == FOLDER or path.resolve() == package.file.resolve():
            what = "over the descriptor" if len(inside) == 1 else f"in {FOLDER}/"
            raise DescriptorError(
                f"{package.file}: the table of resource {resource.name!r} would be written {what}",
                hint="Nothing was changed. Give it a path of its own.",
            )
    return package.tables_on_disk() | {package.file}


def upwards(folder: Path) -> Path | None:
    """The nearest folder, from this one upwards, that holds a data package."""
    here = folder.resolve()
    return next((p for p in (here, *here.parents) if descriptor_in(p).is_file()), None)


def shipped() -> Path:
    """The folder of the data that ships with this library.

    Raises:
        DescriptorError: The installation lacks it.
    """
    # An installed copy holds the data inside it; a source checkout, two folders above.
    for place in (_INSTALLED, _INSTALLED.parents[2]):
        if (place / FILE_NAME).is_file():
            return place
    raise DescriptorError(
        f"{_INSTALLED}: the data that ships with interopwatch is missing",
        hint="Install the package again, or give --package PATH.",
    )
