"""Check for temporary files left by killed commands, and for journals that are not genuine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from interopwatch.files import leftovers, snapshot_leftovers
from interopwatch.findings import found
from interopwatch.updates import JOURNAL, is_unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from interopwatch.findings import Finding
    from interopwatch.timeline.snapshots import Store


def check_leftovers(store: Store) -> Iterator[Finding]:
    """Yield every file and folder left by killed commands, and a journal that is not genuine."""
    root = store.package.root
    for path in _in_tables(store):
        yield found("file-leftover", path.relative_to(root).as_posix())
    for path in snapshot_leftovers(store.folder):
        yield found("snapshot-leftover", path.relative_to(root).as_posix())
    if os.path.lexists(root / JOURNAL) and not is_unfinished(root):
        yield found("journal-unknown", JOURNAL)


def _in_tables(store: Store) -> Iterator[Path]:
    files = store.package.tables_on_disk() | {store.package.root / store.package.file.name}
    for folder in sorted({file.parent for file in files}):
        yield from leftovers(folder, [file.name for file in files if file.parent == folder])
    new = store.package.root / f"{JOURNAL}-new"
    if os.path.lexists(new):
        yield new
