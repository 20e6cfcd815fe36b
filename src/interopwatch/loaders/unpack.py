"""Takes out of an origin the files that a package needs, and no others, within limits."""

from __future__ import annotations

import posixpath
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from interopwatch.errors import DescriptorError, OriginError
from interopwatch.package import descriptor as descriptors
from interopwatch.package import parse as reader
from interopwatch.package.package import Package

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be unpacked: far more than a table is likely to have, less than a disk.

    Attributes:
        file: The most bytes of one file.
        total: The most bytes of all files together.
        files: The most files.
    """

    file: int = 8 << 30
    total: int = 16 << 30
    files: int = 1_000


class Origin(Protocol):
    """Where the files of a package come from."""

    @property
    def place(self) -> str:
        """What stands before a file's path when a message names it."""
        ...

    @property
    def descriptor(self) -> str:
        """The path of the descriptor."""
        ...

    def blocks(self, path: str) -> Generator[bytes] | None:
        """The bytes of a file, some at a time; ``None`` if there is no such file.

        Args:
            path: Its path, with slashes, relative to the descriptor and without dots in it.

        Raises:
            InteropwatchError: It is there and cannot be read, or is not safe to read.
        """
        ...


def unpack(origin: Origin, folder: Path, label: str, limits: Limits | None = None) -> Package:
    """A package whose files come from somewhere else.

    A file that the origin lacks is missing from the folder too, and whoever asks for that
    table is told so.

    Args:
        origin: Where they come from.
        folder: An empty folder to put them into.
        label: What to call the package in reports.
        limits: How much may be unpacked.

    Raises:
        DescriptorError: The descriptor is missing or unusable.
        InteropwatchError: A file cannot be read, or is not safe to read.
    """
    file = folder / descriptors.FILE_NAME
    meter = _Meter(limits or Limits())
    where = origin.place + origin.descriptor
    if not _copy(origin, origin.descriptor, file, meter, most=descriptors.MAX_BYTES):
        raise DescriptorError(
            f"{where}: there is no data package here",
            hint="Name the folder that holds a datapackage.json.",
        )
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DescriptorError(f"{where}: byte {error.start} is not UTF-8") from None
    descriptor = reader.parse(text, where)
    places: dict[str, str] = {}
    taken = {descriptors.FILE_NAME}
    for resource in descriptor.resources:
        path = posixpath.normpath(resource.path)
        places[resource.path] = origin.place + path
        if path not in taken:
            taken.add(path)
            _copy(origin, path, folder / path, meter)
    return Package(folder, descriptor, label, places=places)


def unpack_file(origin: Origin, path: str, file: Path, limits: Limits | None = None) -> None:
    """Take one file out of an origin.

    Raises:
        OriginError: The origin does not have it.
        InteropwatchError: It cannot be read, or is not safe to read.
    """
    if not _copy(origin, path, file, _Meter(limits or Limits())):
        raise OriginError(f"{origin.place}{path}: there is no such file")


class _Meter:
    """Counts what is unpacked while it is: what an archive says of itself need not be true."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files = 0
        self._total = 0

    def begin(self, place: str) -> None:
        self._files += 1
        if self._files > self._limits.files:
            raise _too_large(place, f"a package of more than {self._limits.files:,} files")

    def count(self, place: str, size: int, so_far: int, most: int | None) -> None:
        """Count one more block of a file that had ``so_far`` bytes before."""
        self._total += size
        most = min(most or self._limits.file, self._limits.file)
        if so_far + size > most:
            raise _too_large(place, f"a file of more than {_shown(most)}")
        if self._total > self._limits.total:
            raise _too_large(place, f"a package of more than {_shown(self._limits.total)}")


def _too_large(place: str, what: str) -> OriginError:
    return OriginError(
        f"{place}: {what} is not unpacked",
        hint="If it is really that large, unpack it yourself and name its folder.",
    )


def _shown(size: int) -> str:
    return f"{size >> 20:,} MiB" if size >= 1 << 20 else f"{size:,} bytes"


def _copy(origin: Origin, path: str, file: Path, meter: _Meter, most: int | None = None) -> bool:
    """Write one file; whether the origin has it."""
    place = origin.place + path
    blocks = origin.blocks(path)
    if blocks is None:
        return False
    with closing(blocks):
        meter.begin(place)
        size = 0
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Exclusively: two names may be one to a file system that ignores case.
            out = file.open("xb")
        except (OSError, ValueError) as error:  # a name may be none in the machine's encoding
            raise _not_unpacked(place, error) from None
        with out:
            for block in blocks:
                meter.count(place, len(block), size, most)
                size += len(block)
                try:
                    out.write(block)
                except OSError as error:
                    raise _not_unpacked(place, error) from None
    return True


def _not_unpacked(place: str, error: OSError | ValueError) -> OriginError:
    told = error.strerror if isinstance(error, OSError) else ""
    return OriginError(
        f"{place}: cannot be unpacked into a temporary folder: {told or error}",
        hint="Unpack it yourself and name its folder, or set TMPDIR to a folder with room.",
    )
