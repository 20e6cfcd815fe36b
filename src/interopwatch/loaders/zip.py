"""A data package in a zip archive, which may be hostile.

Only entries that the descriptor names are extracted, under the names that the descriptor gives. The
archive is still refused if another tool might unpack it to a different place or with different
content (OWASP, “Zip Slip”; PKWARE APPNOTE 6.3, 4.4.17), and the sizes that it declares are never
trusted.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from interopwatch.errors import OriginError
from interopwatch.file_names import within_files
from interopwatch.loaders.unpack import BLOCK, UnpackLimits
from interopwatch.package.descriptor import FILE_NAME, FILE_NAMES

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

SUFFIX: Final = ".zip"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Unlike the others, these two can be unpacked in blocks, however large the content."""
_ENCRYPTED: Final = 0x1
"""The flag of an encrypted entry (APPNOTE 4.4.4)."""
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_MACOS: Final = "__MACOSX"
"""A folder that macOS adds to archives, not needed elsewhere."""
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError, struct.error,
)  # fmt: skip
"""The exceptions that :mod:`zipfile` raises for damaged archives."""


class ZipLoader:
    """The files of a package in a zip archive."""

    descriptor = FILE_NAME

    def __init__(
        self, archive: zipfile.ZipFile, size: int, name: str, limits: UnpackLimits
    ) -> None:
        self._archive = archive
        self._limits = limits
        self._most = max(limits.small, size * limits.ratio)
        self._unpacked = 0
        self._entries = _entries(archive, name, limits.entries)
        self._name = name
        self._top = _top(self._entries)
        self.location = f"{name}:{self._top}"

    def read(self, path: str) -> Generator[bytes] | None:
        """Return the bytes of an entry, block by block; ``None`` if there is none."""
        name = normalize("NFC", self._top + path)
        self._refuse_links(name)
        entry = self._entries.get(name)
        if entry is None or entry.is_dir():
            return None
        where = self.location + path
        if entry.flag_bits & _ENCRYPTED:
            raise OriginError(
                f"{where}: it is encrypted", hint="Unpack it yourself and name its folder."
            )
        if entry.compress_type not in _METHODS:
            raise OriginError(
                f"{where}: its compression method is not supported",
                hint="Compress it with deflate, or unpack it and give its folder.",
            )
        return self._blocks(entry, where)

    def _refuse_links(self, name: str) -> None:
        parts = name.split("/")
        for n in range(1, len(parts) + 1):
            entry = self._entries.get("/".join(parts[:n]))
            # The upper half is a Unix mode, if the packer wrote one (APPNOTE 4.4.15).
            if entry is not None and stat.S_ISLNK(entry.external_attr >> 16):
                raise OriginError(
                    f"{self._name}:{'/'.join(parts[:n])}: it is a symbolic link, "
                    "which is not followed",
                    hint="Put the file itself into the archive.",
                )

    def _blocks(self, entry: zipfile.ZipInfo, where: str) -> Generator[bytes]:
        try:
            with self._archive.open(entry) as source:
                while block := source.read(BLOCK):
                    self._unpacked += len(block)
                    if self._unpacked > self._most:
                        raise OriginError(
                            f"{where}: the archive unpacks to more than {self._limits.ratio} times "
                            "its size",
                            hint="If you trust it, unpack it and give its folder.",
                        )
                    yield block
        except _BROKEN as error:
            raise _damaged(where, error) from None


@contextmanager
def open_archive(file: Path, name: str, limits: UnpackLimits | None = None) -> Iterator[ZipLoader]:
    """Open an archive.

    Args:
        file: Its path.
        name: Its name in messages.
        limits: How much may be unpacked.

    Raises:
        OriginError: It is not a zip archive, is damaged, or is not safe.
    """
    limits = limits or UnpackLimits()
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(_BoundedFile(file, limits.directory))
            archive = stack.enter_context(zipfile.ZipFile(stream))
            size = stream.seek(0, io.SEEK_END)
        except _BROKEN as error:
            raise _damaged(name, error) from None
        yield ZipLoader(archive, size, name, limits)


class _BoundedFile(io.FileIO):
    """A file that refuses large reads.

    :mod:`zipfile` reads the central directory at once, whatever length the archive declares, and
    makes an object of each entry: a few megabytes of archive would fill the memory.
    """

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(file)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise zipfile.BadZipFile(f"its central directory is larger than {self._most:,} bytes")
        return super().read(-1 if size is None else size) or b""


def _damaged(where: str, error: Exception) -> OriginError:
    reason = str(error) or type(error).__name__
    return OriginError(
        f"{where}: not a zip archive, or damaged: {reason}",
        hint="Download or create it again; `unzip -t` tests an archive.",
    )


def _entries(archive: zipfile.ZipFile, name: str, most: int) -> Mapping[str, zipfile.ZipInfo]:
    """Return the entries by path, with slashes, in NFC (macOS decomposes letters)."""
    listed = archive.infolist()
    if len(listed) > most:
        raise OriginError(
            f"{name}: it has {len(listed):,} entries, more than the limit of {most:,}",
            hint="Unpack it yourself and name the folder of the package.",
        )
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        # Not `filename`, which zipfile truncates at a null character.
        path = normalize("NFC", entry.orig_filename.replace("\\", "/"))
        if _is_outside(path):
            raise OriginError(
                f"{name}: its entry {entry.orig_filename!r} has a path outside of it",
                hint="This does not happen by accident: do not trust the archive.",
            )
        path = path.rstrip("/")
        if path in found:
            raise OriginError(
                f"{name}: duplicate entry {path!r}",
                hint="Create it again with one entry per path.",
            )
        found[path] = entry
    files = {path for path, entry in found.items() if not entry.orig_filename.endswith(("/", "\\"))}
    for path, file in within_files(files):
        raise OriginError(
            f"{name}: its entry {file!r} is a file, but {path!r} is an entry below it",
            hint="Create it again without one of them.",
        )
    return found


def _is_outside(name: str) -> bool:
    r"""Return whether unpacking an entry of this name might write outside of the folder.

    >>> [_is_outside(name) for name in ("a/b.csv", "../b", "/b", "C:b", "a/../../b", "a\0b", "")]
    [False, True, True, True, True, True, True]
    """
    parts = name.split("/")
    return parts[0] == "" or ".." in parts or "\0" in name or _DRIVE.match(name) is not None


def _top(entries: Mapping[str, zipfile.ZipInfo]) -> str:
    """Return the folder of the package with a slash: empty, or the only one at the top."""
    tops = {name.split("/")[0] for name in entries} - {_MACOS}
    top = posixpath.join(*tops, "") if len(tops) == 1 else ""
    if top and tops.isdisjoint(FILE_NAMES) and any(name.startswith(top) for name in entries):
        return top
    return ""
