"""Pickled batches of values in a private temporary file, each prefixed with its length."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import IO

_LENGTH: Final = 8
"""The bytes of a number that says how many bytes follow."""


def write_batch(values: list[Any], file: IO[bytes]) -> None:
    """Write values that :mod:`pickle` can write; not none, which would look like an end."""
    batch = pickle.dumps(values, pickle.HIGHEST_PROTOCOL)
    file.write(len(batch).to_bytes(_LENGTH) + batch)


def read_batch(file: IO[bytes]) -> list[Any]:
    """The next batch, from a file that nobody else can write; empty at the end."""
    length = int.from_bytes(file.read(_LENGTH))
    values: list[Any] = pickle.loads(file.read(length)) if length else []  # noqa: S301 - see above
    return values
