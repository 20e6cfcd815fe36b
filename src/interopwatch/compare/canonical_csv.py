"""Rewrite files in unusual dialects or encodings to temporary files of canonical CSV."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.compare.csvfile import CsvFile
from interopwatch.compare.diagnosis import rows_of
from interopwatch.files import unreadable
from interopwatch.package.descriptor import Dialect
from interopwatch.package.table import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from interopwatch.compare.options import DiffOptions

_OFTEN: Final = 1024
"""Rows between two reports of progress, often enough to cost nothing measurable."""


def canonical(
    old: CsvFile, new: CsvFile, options: DiffOptions, stack: ExitStack
) -> tuple[CsvFile, CsvFile] | None:
    """Return the two files, in canonical form where needed, valid until the stack is closed.

    ``None`` if they have to be matched in memory in any case.

    Raises:
        TableError: A file does not match its descriptor. The message names the line.
    """
    if not old.has_plain_keys_of(new):
        return None
    # If both are common CSV, either may have the quotes or line ends that no strategy accepts.
    are_common = old.dialect.is_common and new.dialect.is_common
    one, other = (
        file
        if file.dialect.is_common and not are_common
        else stack.enter_context(_rewritten(file, options))
        for file in (old, new)
    )
    return one, other


@contextmanager
def _rewritten(file: CsvFile, options: DiffOptions) -> Iterator[CsvFile]:
    """Write a canonical copy of a file: UTF-8, commas, line feeds, quotes only where needed."""
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        path = Path(folder) / "table.csv"
        try:
            _rewrite(file, path, options)
        except OSError as error:
            raise unreadable(error) from None
        resource = replace(file.resource, dialect=Dialect())
        yield CsvFile(path, resource, file.place, origin=file)


def _rewrite(file: CsvFile, path: Path, options: DiffOptions) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        header: tuple[str, ...] = ()
        for number, (_, row) in enumerate(rows_of(file)):
            if not number:
                header = tuple(row)
                out.write(record(header))
            if number % _OFTEN == 0:
                options.watch("rewriting", None)
            out.write(record(tuple(row.values())))
        if not header:
            out.write(record(file.resource.header))
