"""Batches of plain values in a file of our own, one after another, each behind its length.

:mod:`marshal` reads a file value by value, which took five times as long as to read a batch's bytes
first.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import IO

_LENGTH: Final = 8
"""The bytes of a number that says how many bytes follow."""


def write_batch(values: list[Any], file: IO[bytes]) -> None:
    """Write values that :mod:`marshal` can write; not none, which would look like an end."""
    batch = marshal.dumps(values)
    file.write(len(batch).to_bytes(_LENGTH) + batch)


def read_batch(file: IO[bytes]) -> list[Any]:
    """The next batch, from a file that nobody else can write; empty at the end."""
    length = int.from_bytes(file.read(_LENGTH))
    values: list[Any] = marshal.loads(file.read(length)) if length else []  # noqa: S302 - see above
    return values
