"""Copy the files that a package needs, and no others, into a folder, within limits."""

from __future__ import annotations

import posixpath
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from interopwatch.errors import DescriptorError, NoPackageError, OriginError
from interopwatch.files import read_regular
from interopwatch.package.descriptor import FILE_NAME, FILE_NAMES, MAX_BYTES, Descriptor
from interopwatch.package.limits import MAX_RATIO, SMALL
from interopwatch.package.package import Package, text_of
from interopwatch.package.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator
    from pathlib import Path

BLOCK: Final = 1 << 20
"""Bytes of a file that are read at a time."""


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """Limits on unpacking: far more than a table is likely to need, less than a disk.

    Attributes:
        file: The maximum size of one file, in bytes.
        total: The maximum size of all files together, in bytes.
        files: The maximum number of files.
        entries: The maximum number of entries in an archive.
        directory: The maximum size of an archive's central directory, in bytes.
        ratio: How many times its own size an archive may unpack to.
        small: The bytes to which an archive may unpack whatever the ratio.
    """

    file: int = 8 << 30
    total: int = 16 << 30
    files: int = 1_000
    entries: int = 10_000
    directory: int = 4 << 20
    ratio: int = MAX_RATIO
    small: int = SMALL


class Loader(Protocol):
    """Reads the files of one package, wherever they are."""

    @property
    def location(self) -> str:
        """The prefix of a file's path in messages."""
        ...

    @property
    def descriptor(self) -> str:
        """The path of the descriptor."""
        ...

    def read(self, path: str) -> Generator[bytes] | None:
        """Return the bytes of a file, block by block; ``None`` if there is no such file.

        Args:
            path: Its path, with slashes, relative to the descriptor and without dot segments.

        Raises:
            InteropwatchError: The file exists, but cannot be read or is not safe to read.
        """
        ...


def unpack(
    loader: Loader,
    folder: Path,
    label: str,
    limits: UnpackLimits | None = None,
    *,
    resources: Collection[str] | None = None,
    fetch: Callable[[str], bytes] | None = None,
) -> Package:
    """Copy a package into a folder and open it.

    A file that the loader lacks is missing from the folder too, and opening that table is an error.

    Args:
        loader: Reads its files.
        folder: An empty folder for the copies.
        label: The package's label in reports.
        limits: How much may be unpacked.
        resources: The resources to copy, if any of them exists; all if not given.
        fetch: Returns the content of an address that the descriptor names.

    Raises:
        NoPackageError: There is no descriptor.
        DescriptorError: The descriptor is unusable.
        InteropwatchError: A file cannot be read, or is not safe to read.
    """
    copy = _Copy(loader, limits or UnpackLimits())
    name, file = _descriptor(loader, copy, folder, label)
    where = loader.location + name
    package = Package(folder, Descriptor("", ()), label)
    package.file, package.fetch = file, fetch
    copied = {file.name}

    def read(path: str) -> str:
        path = path if "://" in path else posixpath.normpath(path)
        if "://" not in path and path not in copied:
            copied.add(path)
            if path.startswith((".", "/")) or not copy(path, folder / path, most=MAX_BYTES):
                raise DescriptorError(f"{loader.location}{path}: there is no such file")
        return text_of(package.file_content(path), path)

    descriptor = parse(text_of(read_regular(file, MAX_BYTES), where), where, read, lenient=True)
    package = package.with_descriptor(descriptor)
    every = (*descriptor.resources, *descriptor.files)
    chosen = [r.name for r in every if resources is not None and r.name in resources]
    places = {file.name: where}
    for resource in every:
        for each in package.paths_of(resource.name):
            path = posixpath.normpath(each)
            places[each] = loader.location + path
            if path not in copied and (not chosen or resource.name in chosen):
                copied.add(path)
                copy(path, folder / path)
    package.places = places
    return package


def _descriptor(loader: Loader, copy: _Copy, folder: Path, label: str) -> tuple[str, Path]:
    """Copy the descriptor; return its path in the package, and the path of the copy."""
    names = FILE_NAMES if loader.descriptor == FILE_NAME else (loader.descriptor,)
    for name in names:
        file = folder / (name if name in FILE_NAMES else FILE_NAME)
        if copy(name, file, most=MAX_BYTES):
            return name, file
    raise NoPackageError(
        f"{loader.location}{loader.descriptor}: there is no data package here",
        hint="Name the folder that holds a datapackage.json"
        + (f": {label}:PATH." if label.startswith("git:") and label.count(":") == 1 else "."),
    )


def unpack_file(loader: Loader, path: str, file: Path, limits: UnpackLimits | None = None) -> None:
    """Copy one file.

    Raises:
        OriginError: There is no such file.
        InteropwatchError: It cannot be read, or is not safe to read.
    """
    if not _Copy(loader, limits or UnpackLimits())(path, file):
        raise OriginError(f"{loader.location}{path}: there is no such file")


class _Copy:
    """Copies files and counts their bytes, since the sizes an archive declares may be false."""

    def __init__(self, loader: Loader, limits: UnpackLimits) -> None:
        self._loader = loader
        self._limits = limits
        self._files = self._total = 0

    def __call__(self, path: str, file: Path, most: int | None = None) -> bool:
        """Copy one file of at most ``most`` bytes; return whether it exists."""
        where = self._loader.location + path
        blocks = self._loader.read(path)
        if blocks is None:
            return False
        self._files += 1
        if self._files > self._limits.files:
            raise _too_large(where, f"a package of more than {self._limits.files:,} files")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Exclusively: a file system that ignores case may take two names for one.
            with closing(blocks), file.open("xb") as out:
                out.writelines(self._counted(blocks, where, most or self._limits.file))
        except (OSError, ValueError) as error:  # a name may be invalid in the machine's encoding
            reason = error.strerror if isinstance(error, OSError) else ""
            raise OriginError(
                f"{where}: cannot be unpacked into a temporary folder: {reason or error}",
                hint="Unpack it yourself and give its folder, or set TMPDIR to one with space.",
            ) from None
        return True

    def _counted(self, blocks: Generator[bytes], where: str, most: int) -> Generator[bytes]:
        size = 0
        for block in blocks:
            size += len(block)
            self._total += len(block)
            if size > most:
                raise _too_large(where, f"a file of more than {_shown(most)}")
            if self._total > self._limits.total:
                raise _too_large(where, f"a package of more than {_shown(self._limits.total)}")
            yield block


def _too_large(where: str, content: str) -> OriginError:
    return OriginError(
        f"{where}: {content} is not unpacked",
        hint="If you trust it, unpack it yourself and give its folder.",
    )


def _shown(size: int) -> str:
    return f"{size >> 20:,} MiB" if size >= 1 << 20 else f"{size:,} bytes"
