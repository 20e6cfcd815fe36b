"""A data package in a zip archive, which may be hostile.

Only entries that the descriptor names are taken out, under names that the descriptor gives. The
archive is refused all the same where another tool might unpack it elsewhere or otherwise
(OWASP, "Zip Slip"; PKWARE APPNOTE 6.3, 4.4.17), and nothing is believed of its sizes.
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
from interopwatch.loaders.unpack import BLOCK
from interopwatch.package.descriptor import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

SUFFIX: Final = ".zip"
MAX_ENTRIES: Final = 10_000
MAX_RATIO: Final = 250
"""How many times its own size an archive may unpack to; tables shrink to a tenth or so."""
SMALL: Final = 64 << 20
"""An archive may always unpack to as many bytes as this, whatever the ratio."""
_MAX_DIRECTORY: Final = 4 << 20
"""An archive with a larger list of entries is not even listed."""
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Unlike the others, these two can be unpacked by the block, however much a block holds."""
_ENCRYPTED: Final = 0x1
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_NOT_OURS: Final = "__MACOSX"
"""A folder that macOS adds to archives, of no use elsewhere."""
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError, struct.error,
)  # fmt: skip
"""What :mod:`zipfile` raises for an archive that is damaged in one way or another."""


class Zip:
    """The files of a zip archive; see :class:`~interopwatch.loaders.unpack.Origin`."""

    descriptor = FILE_NAME

    def __init__(self, archive: zipfile.ZipFile, size: int, place: str) -> None:
        """Look at the entries of an archive.

        Args:
            archive: The archive.
            size: Its size in bytes.
            place: What to call it in messages.

        Raises:
            OriginError: Its entries are not those of a sound archive.
        """
        self._archive = archive
        self._most = max(SMALL, size * MAX_RATIO)
        self._unpacked = 0
        self._entries = _entries(archive, place)
        self._archive_place = place
        self._top = _top(self._entries)
        self.place = f"{place}:{self._top}"

    def blocks(self, path: str) -> Generator[bytes] | None:
        """The bytes of an entry, some at a time; ``None`` if there is none."""
        name = normalize("NFC", self._top + path)
        self._refuse_links(name)
        entry = self._entries.get(name)
        if entry is None or entry.is_dir():
            return None
        place = self.place + path
        if entry.flag_bits & _ENCRYPTED:
            raise OriginError(
                f"{place}: it is encrypted", hint="Unpack it yourself and name its folder."
            )
        if entry.compress_type not in _METHODS:
            raise OriginError(
                f"{place}: it is compressed by a method that is not read here",
                hint="Pack it by the usual one, deflate, or unpack it and name its folder.",
            )
        return self._read(entry, place)

    def _refuse_links(self, name: str) -> None:
        parts = name.split("/")
        for n in range(1, len(parts) + 1):
            entry = self._entries.get("/".join(parts[:n]))
            if entry is not None and stat.S_ISLNK(entry.external_attr >> 16):
                raise OriginError(
                    f"{self._archive_place}:{'/'.join(parts[:n])}: it is a symbolic link, "
                    "which is not followed",
                    hint="Pack the file that it leads to in its place.",
                )

    def _read(self, entry: zipfile.ZipInfo, place: str) -> Generator[bytes]:
        try:
            with self._archive.open(entry) as source:
                while block := source.read(BLOCK):
                    self._unpacked += len(block)
                    if self._unpacked > self._most:
                        raise OriginError(
                            f"{place}: the archive unpacks to more than {MAX_RATIO} times its size",
                            hint="If it is really what you want, unpack it and name its folder.",
                        )
                    yield block
        except _BROKEN as error:
            raise _damaged(place, error) from None


@contextmanager
def opened(file: Path, place: str) -> Iterator[Zip]:
    """Open an archive.

    Args:
        file: Where it is.
        place: What to call it in messages.

    Raises:
        OriginError: It is no zip archive, is damaged, or is not safe.
    """
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(_Guarded(file))
            archive = stack.enter_context(zipfile.ZipFile(stream))
            size = stream.seek(0, io.SEEK_END)
        except _BROKEN as error:
            raise _damaged(place, error) from None
        yield Zip(archive, size, place)


class _Guarded(io.FileIO):
    """A file of which nobody reads very much at once.

    :mod:`zipfile` reads the list of entries in one go, as long as the archive says that it is,
    and makes an object of each: a few megabytes of archive would fill the memory.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"its list of entries has more than {_MAX_DIRECTORY:,} bytes")
        return super().read(-1 if size is None else size) or b""


def _damaged(place: str, error: Exception) -> OriginError:
    told = str(error) or type(error).__name__
    return OriginError(
        f"{place}: not a zip archive, or damaged: {told}",
        hint="Fetch or pack it again; `unzip -t` tests an archive.",
    )


def _entries(archive: zipfile.ZipFile, place: str) -> Mapping[str, zipfile.ZipInfo]:
    """The entries by name, with slashes, its letters composed (macOS decomposes them)."""
    listed = archive.infolist()
    if len(listed) > MAX_ENTRIES:
        raise OriginError(
            f"{place}: it has {len(listed):,} entries, and {MAX_ENTRIES:,} are read at most",
            hint="Unpack it yourself and name the folder of the package.",
        )
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        name = normalize("NFC", entry.orig_filename.replace("\\", "/"))
        if _leaves(name):
            raise OriginError(
                f"{place}: its entry {entry.orig_filename!r} would lie outside of it",
                hint="Archives are not packed like that by accident: do not trust this one.",
            )
        name = name.rstrip("/")
        if name in found:
            raise OriginError(
                f"{place}: its entry {name!r} stands twice",
                hint="Pack it again: nobody can tell which of the two is meant.",
            )
        found[name] = entry
    return found


def _leaves(name: str) -> bool:
    r"""Whether unpacking an entry of this name might write outside of a folder.

    >>> [_leaves(name) for name in ("a/b.csv", "../b", "/b", "C:b", "a/../../b", "a\0b", "")]
    [False, True, True, True, True, True, True]
    """
    parts = name.split("/")
    return parts[0] == "" or ".." in parts or "\0" in name or _DRIVE.match(name) is not None


def _top(entries: Mapping[str, zipfile.ZipInfo]) -> str:
    """The folder of the package, with a slash: none, or the only one at the top."""
    tops = {name.split("/")[0] for name in entries} - {_NOT_OURS}
    if FILE_NAME not in tops and len(tops) == 1:
        return posixpath.join(*tops, "")
    return ""
