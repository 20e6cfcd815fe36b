"""Files and folders that appear whole or not at all, whatever is killed when."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INCOMING: Final = ".incoming-"
"""How the name of a folder begins while it is being written."""


def write_whole(file: Path, content: Iterable[bytes]) -> None:
    """Write a file, block by block, so that it appears whole or not at all.

    Raises:
        OutputError: It cannot be written. It is then as it was.
    """
    try:
        import tempfile

        handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.writelines(content)
            # mkstemp is stricter about permissions than a file made in the usual way.
            Path(name).chmod(file.stat().st_mode if file.exists() else 0o666 & ~_umask())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"{file}: cannot be written: {error.strerror or error}",
            hint="Choose another file, or make its folder writable.",
        ) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sweep(folder: Path) -> None:
    """Remove what calls of :func:`place_folder` that were killed have left in a folder.

    Only for whoever holds a lock on the folder: it may be another call's work in progress.
    """
    for left in folder.glob(f"{INCOMING}*"):
        import shutil

        shutil.rmtree(left, ignore_errors=True)


def place_folder(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Make a folder that appears whole or not at all.

    Its files are written beside its place, flushed to disk, and renamed into it, so that
    whoever is killed when leaves nothing but a folder for :func:`sweep`.

    Args:
        folder: Where to put it.
        name: What to call it.
        files: Its files, by their path in it.

    Raises:
        OSError: It cannot be written, or exists. Nothing is left behind.
    """
    incoming = folder / f"{INCOMING}{name}-{os.getpid()}"
    try:
        for path, content in files.items():
            file = incoming / path
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_through(file, content)
        incoming.rename(folder / name)
    except BaseException:
        import shutil

        shutil.rmtree(incoming, ignore_errors=True)
        raise
    _sync_folder(folder)


def _write_through(file: Path, content: bytes) -> None:
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


JOURNAL: Final = ".interopwatch-update"
"""The file that says which files are being replaced together."""


def replace_all(root: Path, files: Mapping[Path, bytes]) -> None:
    """Replace several files below a folder as one step.

    They are written beside their places and flushed to disk; then a journal says what is to be
    renamed, and from there on the step counts as done: whoever is killed before it leaves the
    files as they were, and after it :func:`finish` completes the step.

    Args:
        root: The folder.
        files: What each file is to hold.

    Raises:
        OutputError: A file cannot be written. All are then as they were.
    """
    finish(root)
    pairs: list[tuple[str, str]] = []
    try:
        for file, content in files.items():
            incoming = file.with_name(f"{INCOMING}{file.name}")
            names = [path.relative_to(root).as_posix() for path in (incoming, file)]
            pairs.append((names[0], names[1]))
            _write_through(incoming, content)
            if file.exists():
                incoming.chmod(file.stat().st_mode)
        journal = root / f"{JOURNAL}-new"
        _write_through(journal, json.dumps(pairs).encode())
        journal.replace(root / JOURNAL)
    except BaseException as error:
        for incoming_name, _ in pairs:
            (root / incoming_name).unlink(missing_ok=True)
        (root / f"{JOURNAL}-new").unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutputError(
                f"{error.filename or root}: cannot be written: {error.strerror or error}",
                hint="Nothing was changed. Make the folder writable, or work in a copy of it.",
            ) from None
        raise
    finish(root)


def finish(root: Path) -> bool:
    """Complete a replacement of files that was interrupted.

    Returns:
        Whether there was one.

    Raises:
        OutputError: It cannot be completed, or the journal is not one.
    """
    journal = root / JOURNAL
    if not journal.exists():
        return False
    try:
        for incoming, file in json.loads(journal.read_text(encoding="utf-8")):
            source, target = (_below(root, name) for name in (incoming, file))
            if source.exists():
                source.replace(target)
        journal.unlink()
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(
            f"{journal}: an interrupted update cannot be completed: {error}",
            hint="Restore the tables from version control and remove this file.",
        ) from None
    _sync_folder(root)
    return True


def _below(root: Path, name: str) -> Path:
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{name} is not in {root}")
    return path
