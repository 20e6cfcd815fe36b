"""What commands that were killed have left in a package, and what others left in their name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from interopwatch.files import leftovers, snapshot_leftovers
from interopwatch.findings import Finding
from interopwatch.updates import JOURNAL, is_unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from interopwatch.timeline.snapshots import Store


def check_leftovers(store: Store) -> Iterator[Finding]:
    """Every file and folder that a killed command has left, and a journal that is none."""
    root, hint = store.package.root, "The next command that writes to the package removes it."
    for path in _in_tables(store):
        message = "is left over from a command that was stopped"
        yield Finding(_name(path, root), 0, "", "file-leftover", message, hint, "notice")
    for path in snapshot_leftovers(store.folder):
        message = "is left over from a freeze that was stopped"
        yield Finding(_name(path, root), 0, "", "snapshot-leftover", message, hint, "notice")
    journal = root / JOURNAL
    if os.path.lexists(journal) and not is_unfinished(root):
        message = "was not left by an update of this package on this machine, and is ignored"
        yield Finding(JOURNAL, 0, "", "journal-unknown", message, "Remove it.", "warning")


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _in_tables(store: Store) -> Iterator[Path]:
    files = store.package.tables_on_disk() | {store.package.root / store.package.file.name}
    for folder in sorted({file.parent for file in files}):
        yield from leftovers(folder, [file.name for file in files if file.parent == folder])
    new = store.package.root / f"{JOURNAL}-new"
    if os.path.lexists(new):
        yield new
