"""Pickled batches of values in a private temporary file, each prefixed with its length."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import IO

_LENGTH: Final = 8
"""The size of the length prefix in bytes."""


def write_batch(values: list[Any], file: IO[bytes]) -> None:
    """Write a batch of picklable values; never an empty one, which would look like the end."""
    batch = pickle.dumps(values, pickle.HIGHEST_PROTOCOL)
    file.write(len(batch).to_bytes(_LENGTH) + batch)


def read_batch(file: IO[bytes]) -> list[Any]:
    """Read the next batch from a file that only this library can write; empty at the end."""
    length = int.from_bytes(file.read(_LENGTH))
    values: list[Any] = pickle.loads(file.read(length)) if length else []  # noqa: S301 - see above
    return values
