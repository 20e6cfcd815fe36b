"""Transactional updates of a package: one writer at a time replaces several files atomically.

The new contents are written to temporary files beside their targets and flushed to disk; then a
*journal* in the package's folder lists the renames, which commits the update. A process killed
before that leaves the files as they were; after it, the next command that writes to the package
completes the update. The journal is a write-ahead log of a single record (Gray and Reuter,
"Transaction Processing", 1993, chapter 10).

A journal that somebody else has put there must do no harm. It is accepted only if it records its
own inode number, which no checkout and no archive can reproduce, if it belongs to the user, and if
it names nothing but the package's descriptor and tables and their temporary files.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import OutputError, UnfinishedUpdateError
from interopwatch.file_names import refuse_names
from interopwatch.files import (
    INCOMING,
    confirm,
    flush_folder,
    incoming_path,
    leftovers,
    read_regular,
    remove,
    renamed,
    sha256_of,
    snapshot_leftovers,
    what_to_do,
    write_through,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

JOURNAL: Final = ".interopwatch-update"
"""The file that lists the renames of a committed update."""
LOCK: Final = ".interopwatch-lock"
"""The lock file, held by the process that writes to the package and removed afterwards."""
_FORMAT: Final = "interopwatch-update/1"
_MOST: Final = 1 << 20
"""Maximum bytes of a journal: some 3,000 files, each with two names and a hash."""
PATIENCE: Final = 30.0
"""Seconds to wait for another writer: the longest update of a million rows takes about 10."""


def do_nothing() -> None:
    """Do nothing: the default for ``waiting``."""


@contextmanager
def locked(
    root: Path, waiting: Callable[[], None] = do_nothing, patience: float = PATIENCE
) -> Iterator[PackageLock]:
    """Hold the lock of a package, so that no other process writes to it.

    The operating system holds the lock, so it ends with the process, however that ends.

    Args:
        root: The package's folder.
        waiting: Called once if another process holds the lock.
        patience: Seconds to wait for it.

    Raises:
        OutputError: Another process did not release it in time, or the folder is not writable.
    """
    from filelock import FileLock, Timeout

    file = root / LOCK
    lock = FileLock(file)
    try:
        try:
            # First without waiting, so that `waiting` is called only if there is a wait.
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire(timeout=patience)
    except Timeout:
        raise OutputError(
            f"{root}: another command has been writing to this package for {patience:.0f} seconds",
            hint="Nothing was changed. Wait for it to end, then try again.",
        ) from None
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{file}: the package cannot be locked for writing: {reason}",
            hint="Nothing was changed. Make the folder writable, or work in a copy of it.",
        ) from None
    try:
        yield PackageLock(root)
    finally:
        # A process waiting for this file notices that it was removed, and locks its successor.
        with suppress(OSError):
            file.unlink()
        lock.release()


class PackageLock:
    """The operations that require the lock of a package; see :func:`locked`.

    Attributes:
        root: The package's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def recover(self, declared: Collection[Path], snapshots: Path | None = None) -> None:
        """Complete an interrupted update, and remove the temporary files of killed processes.

        Args:
            declared: The package's descriptor and tables: no other files are touched.
            snapshots: The folder of its snapshots.

        Raises:
            UnfinishedUpdateError: The journal was not written by this tool in this place.
            OutputError: The update cannot be completed.
        """
        if os.path.lexists(self.root / JOURNAL):
            self._complete(_read(self.root, declared))
        for folder in sorted({file.parent for file in declared}):
            names = [file.name for file in declared if file.parent == folder]
            for leftover in leftovers(folder, names, locked=True):
                remove(leftover)
        for leftover in snapshot_leftovers(snapshots, locked=True) if snapshots else ():
            remove(leftover)
        remove(self.root / f"{JOURNAL}-new")

    def replace(self, files: Mapping[Path, bytes]) -> None:
        """Replace several files of the package as one transaction.

        Args:
            files: The new content of each file.

        Raises:
            OutputError: A file cannot be written. All files are unchanged, unless the message says
                that the update still has to be completed, or was not confirmed by the disk.
        """
        refuse_names(Path(os.path.relpath(file, self.root)).as_posix() for file in files)
        moves: list[tuple[Path, Path]] = []
        journal = self.root / JOURNAL
        try:
            for file, content in files.items():
                incoming = incoming_path(file)
                moves.append((incoming, file))
                write_through(incoming, [content])
                if file.exists():
                    # Keep the permissions of the table.
                    incoming.chmod(stat.S_IMODE(file.stat().st_mode))
            for folder in sorted({file.parent for file in files}):
                flush_folder(folder)
            self._write_journal(moves, files)
        except BaseException as error:
            if not os.path.lexists(journal):  # otherwise it is committed
                for incoming, _ in moves:
                    incoming.unlink(missing_ok=True)
                remove(self.root / f"{JOURNAL}-new")
            if isinstance(error, OSError):
                raise _unwritable(self.root, error) from None
            raise
        self._complete(moves)

    def _write_journal(self, moves: list[tuple[Path, Path]], files: Mapping[Path, bytes]) -> None:
        new = self.root / f"{JOURNAL}-new"
        remove(new)
        with new.open("xb") as out:
            journal = {
                "format": _FORMAT,
                "inode": os.fstat(out.fileno()).st_ino,
                "files": [
                    {
                        "incoming": incoming.relative_to(self.root).as_posix(),
                        "file": file.relative_to(self.root).as_posix(),
                        "sha256": sha256_of(files[file]),
                    }
                    for incoming, file in moves
                ],
            }
            out.write(json.dumps(journal).encode())
            out.flush()
            os.fsync(out.fileno())
        # This rename commits the update: the next writer completes it.
        renamed(new, self.root / JOURNAL)
        flush_folder(self.root)

    def _complete(self, moves: Collection[tuple[Path, Path]]) -> None:
        """Do the renames of the journal, then remove it."""
        journal = self.root / JOURNAL
        try:
            for incoming, file in moves:
                if os.path.lexists(incoming):
                    renamed(incoming, file)
            for folder in sorted({file.parent for _, file in moves}):
                flush_folder(folder)
            journal.unlink()
        except OSError as error:
            raise OutputError(
                f"{error.filename or self.root}: the update was written, but cannot be put in "
                f"place: {error.strerror or error}",
                hint=what_to_do(error, "Remove the cause.")
                + " Run `interopwatch tidy`, which completes the update.",
            ) from None
        confirm(self.root, [self.root])


def _unwritable(root: Path, error: OSError) -> OutputError:
    message = f"{error.filename or root}: cannot be written: {error.strerror or error}"
    if os.path.lexists(root / JOURNAL):
        hint = (
            "The update lacks only its last step: remove the cause, then run `interopwatch tidy`."
        )
        return OutputError(message, hint=hint)
    advice = what_to_do(error, "Make the folder writable, or work in a copy of it.")
    hint = f"Nothing was changed. {advice}"
    return OutputError(message, hint=hint)


def is_unfinished(root: Path) -> bool:
    """Return whether a package has a journal that a process of this user has left there."""
    try:
        return bool(_parsed(root / JOURNAL))
    except (OSError, ValueError, RecursionError):
        return False


def wait_for_update(root: Path, patience: float = 2.0) -> None:
    """Wait until a running update of a package has ended.

    Args:
        root: The package's folder.
        patience: Seconds to wait: once committed, an update only renames files.

    Raises:
        UnfinishedUpdateError: It has not ended by then, so it was interrupted.
    """
    end = 0.0
    while is_unfinished(root):
        import time

        end = end or time.monotonic() + patience
        if time.monotonic() > end:
            raise UnfinishedUpdateError(
                f"{root}: an update of this package was interrupted or is still running",
                hint="Run `interopwatch tidy`, or any other command that writes, to complete it.",
            )
        time.sleep(0.02)


def _read(root: Path, declared: Collection[Path]) -> list[tuple[Path, Path]]:
    """Read the renames in the journal of a package.

    Raises:
        UnfinishedUpdateError: The journal is not genuine.
    """
    journal = root / JOURNAL
    try:
        return [_move(root, declared, **entry) for entry in _parsed(journal)]
    except (OSError, ValueError, TypeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UnfinishedUpdateError(
            f"{journal}: not the journal of an update of this package on this machine: {reason}",
            hint="Nothing was changed. Remove the file, and restore the tables from version "
            "control if they are not as they should be.",
        ) from None


def _move(
    root: Path, declared: Collection[Path], incoming: str, file: str, sha256: str
) -> tuple[Path, Path]:
    """Return one rename of a journal: the temporary file and its target.

    Raises:
        ValueError: An update of the package would not make this rename.
        OSError: The file to rename cannot be read.
    """
    new, place = root / incoming, root / file
    if place not in declared:
        raise ValueError(f"{file} is not a table of this package")
    if new.parent != place.parent or not new.name.startswith(INCOMING):
        raise ValueError(f"{incoming} was not written for {file}")
    # Already renamed if the process that was completing the update was killed, too.
    written = new if os.path.lexists(new) else place
    if sha256_of(read_regular(written)) != sha256:
        raise ValueError(f"{written} does not have the content that was written")
    return new, place


def _parsed(journal: Path) -> list[dict[str, str]]:
    """Parse the files that a journal names.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a journal, or was not written here by this user.
    """
    if journal.is_symlink():
        raise ValueError("it is a symbolic link")
    at = journal.stat()
    content: Any = json.loads(read_regular(journal, _MOST))
    is_journal = isinstance(content, dict) and content.get("format") == _FORMAT
    if not (is_journal and isinstance(content.get("files"), list)):
        raise ValueError(f"its format is not {_FORMAT}")
    if content.get("inode") != at.st_ino:
        raise ValueError("it was copied here")
    if os.name == "posix" and at.st_uid != os.geteuid():
        raise ValueError("it belongs to another user")
    files: list[dict[str, str]] = content["files"]
    return files
