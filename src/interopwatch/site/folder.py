"""Write a site to disk as one step; the folder may only replace a site of its own."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OutputError
from interopwatch.file_names import refuse_names
from interopwatch.files import (
    incoming_path,
    new_folder,
    read_regular,
    remove,
    renamed,
    unwritten,
)
from interopwatch.site.data import blocks
from interopwatch.site.plan import MANIFEST
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from interopwatch.site.data import File

FORMAT: Final = "interopwatch-site/1"
_MOST: Final = 64 << 20
"""The maximum size of a manifest in bytes: half a million files."""
_CHOOSE: Final = "Nothing was changed. Choose another folder, or one that is empty."


def place(folder: Path, files: Mapping[str, File], ready: Callable[[], None]) -> None:
    """Write a site to a folder, replacing the site that is there.

    The folder is written beside its destination and renamed. A killed process leaves the old site,
    the new one, or, between the two renames, none; never a part of one.

    Args:
        folder: The folder. It may be missing, empty, or a site written by this function to which
            nothing was added.
        files: The files of the site, by their path in it.
        ready: Called after everything is read, before the folder is put in place.

    Raises:
        OutputError: The folder contains something else, or cannot be written; it is unchanged.
    """
    refuse_names(files)
    folder = folder.resolve()
    try:
        _refuse_others(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with new_folder(folder, _exchange) as incoming:
            _write(incoming, files)
            ready()
    except OSError as error:
        hint = "Choose another folder, or make the one around it writable."
        raise unwritten(folder, error, hint) from None


def _write(incoming: Path, files: Mapping[str, File]) -> None:
    sums = {}
    for path in sorted(files):
        digest = hashlib.sha256()
        file = incoming / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as out:
            for block in blocks(files[path]):
                digest.update(block)
                out.write(block)
        sums[path] = digest.hexdigest()
    with (incoming / MANIFEST).open("xb") as out:
        out.write(as_json({"format": FORMAT, "files": sums}).encode())


def _exchange(incoming: Path, folder: Path) -> None:
    """Replace an old folder with a new one, or restore the old one."""
    if not folder.exists():
        renamed(incoming, folder)
        return
    former = incoming_path(folder)
    renamed(folder, former)
    try:
        renamed(incoming, folder)
    except BaseException:
        renamed(former, folder)
        raise
    remove(former)


def _refuse_others(folder: Path) -> None:
    """Refuse to replace a folder that holds anything but a site written by this tool.

    Raises:
        OutputError: It does; the message names the file.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OutputError(f"{folder}: not a folder", hint=_CHOOSE)
    present = {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        # A link to a folder belongs to the user, as a file does; its target is not examined.
        if each.is_symlink() or not each.is_dir()
    }
    if not present:
        return
    listed = _listed(folder)
    if listed is None:
        raise OutputError(
            f"{folder}: this folder is not a site made by `interopwatch site`",
            hint=_CHOOSE,
        )
    others = sorted(present - listed - {MANIFEST})
    if others:
        more = f" and {len(others) - 1:,} more" if len(others) > 1 else ""
        raise OutputError(
            f"{folder}: {others[0]}{more} would be lost: not made by `interopwatch site`",
            hint="Nothing was changed. Move it elsewhere, or choose another folder.",
        )


def _listed(folder: Path) -> set[str] | None:
    """Return the files in the manifest of a site; ``None`` if there is no valid manifest."""
    try:
        found = json.loads(read_regular(folder / MANIFEST, _MOST))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return None
    files = found.get("files")
    return set(files) if isinstance(files, dict) else None
