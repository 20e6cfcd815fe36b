"""Regular files: read within size limits and written atomically, even if the process is killed.

New content is written to a temporary name that begins with :data:`INCOMING`, in the target's
folder, and flushed to disk before it is renamed. A rename that is not flushed may reach the disk
before the content does, or never (Pillai et al., "All File Systems Are Not Created Equal", OSDI
2014), so the folder is flushed after it, too. :mod:`interopwatch.updates` replaces several files
as one transaction.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OutputError, TableError, UnreadableError
from interopwatch.file_names import refuse_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from io import BufferedReader, FileIO, TextIOWrapper
    from pathlib import Path

INCOMING: Final = ".incoming-"
"""The prefix of the temporary name of a file or folder that is being written."""
_NAME: Final = rf"(?s){re.escape(INCOMING)}(.+)-([0-9a-f]{{8}})-(\d+)-[0-9a-f]{{8}}"
"""A temporary name: the final name, the machine, and the process that writes it."""
_FORMER: Final = rf"(?s){re.escape(INCOMING)}(.+)|\.(.+)-[a-z0-9_]{{8}}"
"""The temporary names of earlier versions."""
_NO_FILE: Final = frozenset({
    errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EINVAL, errno.ENXIO, errno.ELOOP,
    errno.ENAMETOOLONG, errno.EFBIG,
})  # fmt: skip
"""The errors that say what is at a path. After any other, nothing is known: it is not "missing"."""
_HELD: Final = (5, 32, 33)
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION ("System Error Codes")."""
_LONGEST: Final = 150
"""Bytes of a name that its temporary name keeps: file systems limit names to 255 bytes."""


def open_blocks(path: Path) -> FileIO:
    """Open a regular file unbuffered; a pipe or device is rejected without blocking.

    Raises:
        OSError: It is missing, unreadable, or not a regular file.
    """
    # Without O_NONBLOCK, opening a pipe blocks until somebody writes to it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return io.FileIO(handle)
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "not a regular file", str(path))


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for buffered binary reading, as :func:`open_blocks` does.

    Raises:
        OSError: It is missing, unreadable, or not a regular file.
    """
    return io.BufferedReader(open_blocks(path))


def open_text(path: Path, encoding: str) -> TextIOWrapper:
    """Open a regular file as text, without translating its line ends.

    Raises:
        OSError: It is missing, unreadable, or not a regular file.
        LookupError: The encoding is unknown.
    """
    codecs.lookup(encoding)
    return io.TextIOWrapper(open_regular(path), encoding, newline="")


def sha256_of(content: bytes | BufferedReader) -> str:
    """Return the SHA-256 of bytes, or of the rest of a file, in hexadecimal digits."""
    import hashlib  # loads OpenSSL, which few commands need

    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return hashlib.file_digest(content, "sha256").hexdigest()


def read_regular(path: Path, most: int | None = None) -> bytes:
    """Read a regular file.

    Args:
        path: The file.
        most: The maximum size in bytes; unlimited if not given.

    Raises:
        OSError: It is missing, unreadable, not a regular file, or too large.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        # A sparse file takes no space on disk, but its full size in memory.
        is_larger = most is not None and size > most
        # `read` allocates as many bytes as it is asked for, however few there are.
        content = b"" if is_larger else file.read(-1 if most is None else size + 1)
        if most is not None and len(content) > size:  # it grew, or does not report its size
            content += file.read(most - size)
    if most is not None and (is_larger or len(content) > most):
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
    return content


def unreadable(error: OSError, place: str = "") -> TableError | UnreadableError:
    """Convert an ``OSError`` from reading a file.

    Without a regular file at the path, it becomes a ``TableError``, else an ``UnreadableError``.

    Args:
        error: The error.
        place: The file's name for the message, if not the one in the error.
    """
    kind = TableError if error.errno in _NO_FILE else UnreadableError
    return kind(f"{place or error.filename or 'temporary files'}: {error.strerror or error}")


def what_to_do(error: OSError, otherwise: str) -> str:
    """Return a hint for a file that could not be replaced: on Windows, it may be open."""
    if getattr(error, "winerror", None) in _HELD:
        return "Close the program that has the file open: Windows does not replace open files."
    return otherwise


def write_whole(file: Path, content: Iterable[bytes]) -> None:
    """Write a file atomically, block by block.

    A symbolic link is followed. A pipe or device, which cannot be replaced, is written to directly.

    Raises:
        OutputError: It cannot be written. The file is unchanged, unless the message says otherwise.
    """
    try:
        is_device = file.exists() and not file.is_file() and not file.is_dir()
        if is_device:
            with file.open("wb", buffering=0) as device:
                for block in content:
                    device.write(block)
    except OSError as error:
        raise unwritten(file, error) from None
    if not is_device:
        with made_whole(file) as incoming:
            write_through(incoming, content)


@contextmanager
def made_whole(file: Path) -> Iterator[Path]:
    """Yield a temporary path to write a file to, which then replaces the target atomically.

    The caller opens the path, and must have closed it when the context ends. A symbolic link is
    followed; a pipe or device is rejected.

    Raises:
        OutputError: It cannot be written. The file is unchanged, unless the message says otherwise.
    """
    try:
        if file.is_symlink():
            file = file.resolve()
        _refuse_others(file)
        remove_leftovers(file.parent, [file.name])
        incoming = incoming_path(file)
        try:
            yield incoming
            flush_file(incoming)
            if file.exists():
                incoming.chmod(stat.S_IMODE(file.stat().st_mode))
            renamed(incoming, file)
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritten(file, error) from None
    confirm(file, [file.parent])


@contextmanager
def made_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder to write files to, which is then renamed to its final name.

    Raises:
        OutputError: Something exists there already, or it cannot be written. Nothing is left
            behind, unless the message says otherwise.
    """
    refuse_existing(folder)
    try:
        with new_folder(folder) as incoming:
            yield incoming
    except OSError as error:
        raise unwritten(folder, error) from None


def refuse_existing(folder: Path) -> None:
    """Refuse to make a folder where something exists.

    Raises:
        OutputError: Something exists there.
    """
    if folder.exists() or folder.is_symlink() or not folder.name:
        raise OutputError(
            f"{folder}: exists already, and is not overwritten",
            hint="Choose another folder, or remove this one.",
        )


@contextmanager
def new_folder(place: Path, put: Callable[[Path, Path], None] | None = None) -> Iterator[Path]:
    """Yield a temporary folder to write files to, which is flushed and then put in its place.

    Args:
        place: The final path.
        put: Moves the folder to its final path; :func:`renamed` if not given.

    Raises:
        OSError: It cannot be written, or exists. Nothing is left behind.
        OutputError: It was put in place, but the disk did not confirm that it will stay.
    """
    remove_leftovers(place.parent, [place.name])
    incoming = incoming_path(place)
    try:
        incoming.mkdir()
        yield incoming
        inside = sorted((incoming, *incoming.rglob("*")), reverse=True)
        for file in (each for each in inside if each.is_file()):
            flush_file(file)
        # Inner folders first, so that each is flushed after its content.
        for folder in (each for each in inside if each.is_dir()):
            flush_folder(folder)
        (put or renamed)(incoming, place)
    except BaseException:  # an interrupt must leave nothing behind, either
        remove(incoming)
        raise
    confirm(place, [place.parent])


def _refuse_others(file: Path) -> None:
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(file))


def unwritten(
    place: object, error: OSError, hint: str = "Choose another place, or make its folder writable."
) -> OutputError:
    """Convert an OSError from writing something.

    Args:
        place: What was being written.
        error: The error.
        hint: What to do, unless a program has the file open.
    """
    message = f"{place}: cannot be written: {error.strerror or error}"
    return OutputError(message, hint=what_to_do(error, hint))


def place_folder(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Make a folder with its files atomically.

    Args:
        folder: The parent folder.
        name: The name of the new folder.
        files: Its files, by path in it.

    Raises:
        OSError: It cannot be written, or exists. Nothing is left behind.
        OutputError: A file name is not portable; or the folder is in place, but the disk did not
            confirm that it will stay.
    """
    refuse_names(files)
    with new_folder(folder / name) as incoming:
        for path, content in files.items():
            file = incoming / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as out:
                out.write(content)


def incoming_path(place: Path) -> Path:
    """Return a new temporary path beside a target.

    Its name includes the machine and the process, for :func:`remove_leftovers`.
    """
    name = os.fsdecode(os.fsencode(place.name)[:_LONGEST])
    return place.with_name(f"{INCOMING}{name}-{_machine()}-{os.getpid()}-{os.urandom(4).hex()}")


def _machine() -> str:
    import platform
    import zlib

    # Enough to distinguish machines that share a folder, without revealing their names.
    return f"{zlib.crc32(platform.node().encode()):08x}"


def write_through(file: Path, content: Iterable[bytes]) -> None:
    """Write a new file and flush it to disk.

    Raises:
        OSError: It cannot be written, or exists.
    """
    with file.open("xb") as out:
        out.writelines(content)
        out.flush()
        os.fsync(out.fileno())


def flush_file(file: Path) -> None:
    """Flush a file that another library wrote.

    Raises:
        OSError: The disk refuses.
    """
    # Opened for writing, since Windows does not flush it otherwise.
    handle = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def renamed(incoming: Path, place: Path) -> None:
    """Rename a file or folder; success is judged by the result on disk.

    Raises:
        OSError: It was not renamed.
    """
    try:
        incoming.replace(place)
    except OSError:
        # On a network drive, the response to a successful rename may be lost.
        if os.path.lexists(incoming) or not os.path.lexists(place):
            raise


def confirm(place: Path, folders: Iterable[Path]) -> None:
    """Flush folders after a rename in them.

    Raises:
        OutputError: They cannot be flushed; the rename itself has been done.
    """
    try:
        for folder in folders:
            flush_folder(folder)
    except OSError as error:
        raise OutputError(
            f"{place}: was written, but could not be flushed to disk: {error.strerror or error}",
            hint="Check the disk, then run `interopwatch validate`.",
        ) from None


def flush_folder(folder: Path) -> None:
    """Flush the entries of a folder to disk, where the system supports it: Windows does not.

    Raises:
        OSError: The disk refuses.
    """
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(path: Path) -> None:
    """Remove a file or a folder with its content, if it exists; a symbolic link is not followed."""
    if path.is_dir() and not path.is_symlink():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def leftovers(folder: Path, names: Collection[str], *, locked: bool = False) -> Iterator[Path]:
    """Yield the temporary files and folders left by processes that no longer run.

    Args:
        folder: The folder.
        names: The final names to look for.
        locked: Whether the caller holds the lock, so that no other process can be writing them.
    """
    prefixes = {os.fsdecode(os.fsencode(name)[:_LONGEST]) for name in names}
    return _leftovers(folder, lambda name: name in prefixes, locked=locked)


def snapshot_leftovers(folder: Path, *, locked: bool = False) -> Iterator[Path]:
    """Yield the temporary folders left in a folder of snapshots, as :func:`leftovers` does."""
    return _leftovers(folder, lambda name: name[:1].isdigit(), locked=locked)


def _leftovers(folder: Path, matches: Callable[[str], bool], *, locked: bool) -> Iterator[Path]:
    try:
        entries = sorted(path.name for path in folder.iterdir())
    except OSError:
        return  # a missing folder has none, and an unreadable one is reported elsewhere
    for entry in entries:
        found = re.fullmatch(_NAME, entry)
        if found is not None:
            if matches(found[1]) and (locked or not _is_running(found[2], int(found[3]))):
                yield folder / entry
        elif (former := re.fullmatch(_FORMER, entry)) is not None and matches(
            former[1] or former[2]
        ):
            yield folder / entry


def _is_running(machine: str, process: int) -> bool:
    """Return whether a process may still be writing; unknown for another machine's, so true."""
    # On Windows, signal 0 is Ctrl-C instead of a query.
    if machine != _machine() or os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it runs, as another user
    return True


def remove_leftovers(folder: Path, names: Collection[str]) -> None:
    """Remove temporary files and folders left by processes that no longer run."""
    for leftover in leftovers(folder, names):
        remove(leftover)
