"""Files as most tools read CSV: what is written in another way is written anew, on disk."""

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
"""Rows between two reports of progress, which then cost nothing beside them."""


def common(
    old: CsvFile, new: CsvFile, options: DiffOptions, stack: ExitStack
) -> tuple[CsvFile, CsvFile]:
    """Two files as common CSV, for as long as a stack of contexts lasts.

    Those that are matched as a whole are left as they are, and so are equal ones.

    Raises:
        TableError: One cannot be read as its descriptor says. The message names the line.
    """
    are_common = old.is_common_csv and new.is_common_csv
    if are_common or not old.has_plain_keys_of(new) or old.has_bytes_of(new):
        return old, new
    one, other = (
        file if file.is_common_csv else stack.enter_context(_rewritten(file, options))
        for file in (old, new)
    )
    return one, other


def canonical(
    old: CsvFile, new: CsvFile, options: DiffOptions, stack: ExitStack
) -> tuple[CsvFile, CsvFile] | None:
    """Two files in canonical form, for as long as a stack of contexts lasts.

    ``None`` if they were written anew already, or are matched as a whole all the same.

    Raises:
        TableError: One cannot be read as its descriptor says. The message names the line.
    """
    are_own = old.origin is old and new.origin is new
    if not are_own or not old.has_plain_keys_of(new):
        return None
    one, other = (stack.enter_context(_rewritten(file, options)) for file in (old, new))
    return one, other


@contextmanager
def _rewritten(file: CsvFile, options: DiffOptions) -> Iterator[CsvFile]:
    """A file as UTF-8, with commas, line feeds and quotes only where needed."""
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
                options.watch("writing anew", None)
            out.write(record(tuple(row.values())))
        if not header:
            out.write(record(file.resource.header))
