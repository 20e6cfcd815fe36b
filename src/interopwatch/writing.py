"""Files and folders that appear whole or not at all, whatever is killed when."""

from __future__ import annotations

import os
import shutil
import tempfile
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
