"""Files as most tools read CSV: what is written in another way is written anew, on disk."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from interopwatch.descriptor import Dialect
from interopwatch.diff.explaining import rows_of
from interopwatch.diff.files import File
from interopwatch.tables import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from interopwatch.diff.terms import Terms


def common(old: File, new: File, terms: Terms, stack: ExitStack) -> tuple[File, File]:
    """Two files as common CSV, for as long as a stack of contexts lasts.

    Those that are matched as a whole are left as they are, and so are equal ones.

    Raises:
        TableError: One cannot be read as its descriptor says. The message names the line.
    """
    are_common = old.is_common_csv and new.is_common_csv
    if are_common or not old.has_plain_keys_of(new) or old.has_bytes_of(new):
        return old, new
    one, other = (stack.enter_context(_as_common_csv(file, terms)) for file in (old, new))
    return one, other


@contextmanager
def _as_common_csv(file: File, terms: Terms) -> Iterator[File]:
    """A file as UTF-8, with commas, line feeds and doubled quotes, if it is not common CSV.

    Raises:
        TableError: It cannot be read as its descriptor says. The message names the line.
    """
    if file.is_common_csv:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            header: tuple[str, ...] = ()
            for number, (_, row) in enumerate(rows_of(file)):
                if not number:
                    header = tuple(row)
                    out.write(record(header))
                if number % 1024 == 0:
                    terms.watch("reading another encoding", None)
                out.write(record(tuple(row.values())))
            if not header:
                out.write(record(file.resource.header))
        resource = replace(file.resource, dialect=Dialect())
        yield File(path, resource, file.place, origin=file)
