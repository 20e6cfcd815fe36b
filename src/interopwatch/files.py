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
"""How the name of a file or folder begins while it is being written."""
_NAME: Final = rf"(?s){re.escape(INCOMING)}(.+)-([0-9a-f]{{8}})-(\d+)-[0-9a-f]{{8}}"
"""What is written, on which machine, and by which process."""
_FORMER: Final = rf"(?s){re.escape(INCOMING)}(.+)|\.(.+)-[a-z0-9_]{{8}}"
"""The names that earlier versions gave to what they were writing."""
_NO_FILE: Final = frozenset({
    errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EINVAL, errno.ENXIO, errno.ELOOP,
    errno.ENAMETOOLONG, errno.EFBIG,
})  # fmt: skip
"""The errors that say what is there. By any other, nothing is known of it: it is not missing."""
_HELD: Final = (5, 32, 33)
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION ("System Error Codes")."""
_LONGEST: Final = 150
"""Bytes of a name that are kept in an incoming one, which file systems limit to 255."""


def open_blocks(path: Path) -> FileIO:
    """Open a regular file for who reads it in blocks; a pipe or device is refused at once.

    Raises:
        OSError: It is missing, unreadable, or no regular file.
    """
    # Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return io.FileIO(handle)
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is no regular file", str(path))


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file to read its bytes, as :func:`open_blocks` does, with a buffer.

    Raises:
        OSError: It is missing, unreadable, or no regular file.
    """
    return io.BufferedReader(open_blocks(path))


def open_text(path: Path, encoding: str) -> TextIOWrapper:
    """Open a regular file to read its text, its line ends as they stand.

    Raises:
        OSError: It is missing, unreadable, or no regular file.
        LookupError: There is no such encoding.
    """
    codecs.lookup(encoding)
    return io.TextIOWrapper(open_regular(path), encoding, newline="")


def sha256_of(content: bytes | BufferedReader) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits; of a file, block by block to its end."""
    import hashlib  # it loads OpenSSL, which few commands need

    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return hashlib.file_digest(content, "sha256").hexdigest()


def read_regular(path: Path, most: int | None = None) -> bytes:
    """The bytes of a regular file.

    Args:
        path: The file.
        most: How many bytes it may have; any number if not given.

    Raises:
        OSError: It is missing, unreadable, no regular file, or larger.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        # A file of holes takes no room on disk, and all that it says in memory.
        is_larger = most is not None and size > most
        # As many bytes as are asked for are reserved, however few there are.
        content = b"" if is_larger else file.read(-1 if most is None else size + 1)
        if most is not None and len(content) > size:  # it grew, or does not tell its size
            content += file.read(most - size)
    if most is not None and (is_larger or len(content) > most):
        raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes", str(path))
    return content


def unreadable(error: OSError, place: str = "") -> TableError | UnreadableError:
    """What an error of the system says of a file: that it is none to read, or nothing.

    Args:
        error: The error.
        place: What to call the file, if not as the system does.
    """
    kind = TableError if error.errno in _NO_FILE else UnreadableError
    return kind(f"{place or error.filename or 'temporary files'}: {error.strerror or error}")


def what_to_do(error: OSError, otherwise: str) -> str:
    """A hint for a file that could not be replaced: on Windows, a program may have it open."""
    if getattr(error, "winerror", None) in _HELD:
        return "Close whatever has the file open, which Windows then lets nobody replace."
    return otherwise


def write_whole(file: Path, content: Iterable[bytes]) -> None:
    """Write a file, block by block, so that it appears whole or not at all.

    A link is followed. A pipe or device, which cannot be replaced, is written to as it is.

    Raises:
        OutputError: It cannot be written. It is then as it was, unless the message says otherwise.
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
    """A new name, to write a file there which then takes its place, whole or not at all.

    What writes it opens it by that name, and has closed it when the context ends. A link is
    followed; a pipe or device is refused.

    Raises:
        OutputError: It cannot be written. It is then as it was, unless the message says otherwise.
    """
    try:
        if file.is_symlink():
            file = file.resolve()
        _refuse_others(file)
        sweep(file.parent, [file.name])
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
    """A new folder, to write files into it, which then takes the place, whole or not at all.

    Raises:
        OutputError: There is something already, or it cannot be written. Nothing is left behind,
            unless the message says otherwise.
    """
    refuse_existing(folder)
    try:
        with new_folder(folder) as incoming:
            yield incoming
    except OSError as error:
        raise unwritten(folder, error) from None


def refuse_existing(folder: Path) -> None:
    """Refuse to make a folder where something is.

    Raises:
        OutputError: There is.
    """
    if folder.exists() or folder.is_symlink() or not folder.name:
        raise OutputError(
            f"{folder}: it exists already, and nothing is overwritten",
            hint="Choose another folder, or remove this one.",
        )


@contextmanager
def new_folder(place: Path, put: Callable[[Path, Path], None] | None = None) -> Iterator[Path]:
    """A new folder, to write files into it, which is then put in its place, whole or not at all.

    Args:
        place: Its place.
        put: Puts a folder in its place; :func:`renamed` does if it is not given.

    Raises:
        OSError: It cannot be written, or exists. Nothing is left behind.
        OutputError: It is there, and the disk did not confirm that it will stay.
    """
    sweep(place.parent, [place.name])
    incoming = incoming_path(place)
    try:
        incoming.mkdir()
        yield incoming
        inside = sorted((incoming, *incoming.rglob("*")), reverse=True)
        for file in (each for each in inside if each.is_file()):
            flush_file(file)
        # Inner folders first: one is flushed after all that it lists.
        for folder in (each for each in inside if each.is_dir()):
            flush_folder(folder)
        (put or renamed)(incoming, place)
    except BaseException:  # an interrupt leaves nothing half done, either
        remove(incoming)
        raise
    confirm(place, [place.parent])


def _refuse_others(file: Path) -> None:
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(file))


def unwritten(
    place: object, error: OSError, hint: str = "Choose another place, or make its folder writable."
) -> OutputError:
    """What an error of the system says of a place that was to be written.

    Args:
        place: What was to be written.
        error: The error.
        hint: What to do, if no program has it open.
    """
    what = f"{place}: cannot be written: {error.strerror or error}"
    return OutputError(what, hint=what_to_do(error, hint))


def place_folder(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Make a folder that appears whole or not at all.

    Args:
        folder: Where to put it.
        name: What to call it.
        files: Its files, by their path in it.

    Raises:
        OSError: It cannot be written, or exists. Nothing is left behind.
        OutputError: Other systems could not hold a file under its name; or the folder is there, and
            the disk did not confirm that it will stay.
    """
    refuse_names(files)
    with new_folder(folder / name) as incoming:
        for path, content in files.items():
            file = incoming / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as out:
                out.write(content)


def incoming_path(place: Path) -> Path:
    """A new name beside a place, for what is being written there.

    It says on which machine and by which process, for :func:`sweep`.
    """
    name = os.fsdecode(os.fsencode(place.name)[:_LONGEST])
    return place.with_name(f"{INCOMING}{name}-{_machine()}-{os.getpid()}-{os.urandom(4).hex()}")


def _machine() -> str:
    import platform
    import zlib

    # Enough to tell machines apart that share a folder, without naming any.
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
    """Flush a file that others wrote to disk.

    Raises:
        OSError: The disk refuses.
    """
    # Open to be written, or Windows does not flush it.
    handle = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def renamed(incoming: Path, place: Path) -> None:
    """Rename a file or folder; what counts is what is on disk then, not what was reported.

    Raises:
        OSError: It was not renamed.
    """
    try:
        incoming.replace(place)
    except OSError:
        # Over a network, the answer to a rename that was done may be lost.
        if os.path.lexists(incoming) or not os.path.lexists(place):
            raise


def confirm(place: Path, folders: Iterable[Path]) -> None:
    """Flush the folders in which something was renamed.

    Raises:
        OutputError: They cannot be flushed; what was renamed is there all the same.
    """
    try:
        for folder in folders:
            flush_folder(folder)
    except OSError as error:
        raise OutputError(
            f"{place}: was written, and is there; but the disk did not confirm it: "
            f"{error.strerror or error}",
            hint="See to the disk, then check with `interopwatch validate`.",
        ) from None


def flush_folder(folder: Path) -> None:
    """Flush the entries of a folder to disk, where the system can: Windows has no such call.

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
    """Remove a file or a whole folder if it is there; a link is not followed."""
    if path.is_dir() and not path.is_symlink():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def leftovers(folder: Path, names: Collection[str], *, locked: bool = False) -> Iterator[Path]:
    """What was being written in a folder by processes that are gone.

    Args:
        folder: The folder.
        names: The files or folders that may have been written there; others are not looked for.
        locked: Whether nobody else can be writing them, so that whatever is there is left over.
    """
    kept = {os.fsdecode(os.fsencode(name)[:_LONGEST]) for name in names}
    return _leftovers(folder, lambda name: name in kept, locked=locked)


def snapshot_leftovers(folder: Path, *, locked: bool = False) -> Iterator[Path]:
    """What was being written in a folder of snapshots, as :func:`leftovers` has it."""
    return _leftovers(folder, lambda name: name[:1].isdigit(), locked=locked)


def _leftovers(folder: Path, is_ours: Callable[[str], bool], *, locked: bool) -> Iterator[Path]:
    try:
        entries = sorted(path.name for path in folder.iterdir())
    except OSError:
        return  # a folder that is missing holds none, and of one that is closed others will tell
    for entry in entries:
        found = re.fullmatch(_NAME, entry)
        if found is not None:
            if is_ours(found[1]) and (locked or not _is_running(found[2], int(found[3]))):
                yield folder / entry
        elif (former := re.fullmatch(_FORMER, entry)) is not None and is_ours(
            former[1] or former[2]
        ):
            yield folder / entry


def _is_running(machine: str, process: int) -> bool:
    """Whether a process may still be writing; of another machine's, nothing is known."""
    # On Windows it would not ask: signal 0 is Ctrl-C there.
    if machine != _machine() or os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it runs, and is another user's
    return True


def sweep(folder: Path, names: Collection[str]) -> None:
    """Remove what processes that are gone have left of writing some files or folders."""
    for left in leftovers(folder, names):
        remove(left)
